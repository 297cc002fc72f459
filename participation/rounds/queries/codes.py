"""Reading batches of participation codes."""

from collections.abc import Sequence
from typing import Final, cast

from sqlalchemy import Table, bindparam, func, select
from sqlalchemy.orm import Session

from participation.core.actor import Actor
from participation.core.errors import NotFound
from participation.rounds.models import CodeBatch, ParticipationCode, Round
from participation.rounds.rules import BatchKind


def batches_of(session: Session, round_id: str, kind: BatchKind | None = None) -> Sequence[CodeBatch]:
    """Return the batches of codes of a round, those of one kind if one is named, in the order of their making."""
    found = select(CodeBatch).where(CodeBatch.round_id == round_id).order_by(CodeBatch.number)
    return session.scalars(found if kind is None else found.where(CodeBatch.kind == kind)).all()


def gives_out_sheets(session: Session, round_id: str) -> bool:
    """Say whether codes were given out for a round on ballot sheets, whether they still hold or not."""
    sheets = select(CodeBatch.id).where(CodeBatch.round_id == round_id, CodeBatch.kind == BatchKind.SHEETS)
    return session.scalar(sheets.limit(1)) is not None


def batch_by_number(session: Session, round_: Round, number: int) -> CodeBatch:
    """Return a batch of codes of the round or raise NotFound."""
    batch = session.scalar(select(CodeBatch).where(CodeBatch.round_id == round_.id, CodeBatch.number == number))
    if batch is None:
        raise NotFound("no_such_batch", number=number)
    return batch


def codes_in_force(session: Session, round_id: str) -> int:
    """Return how many codes of a round hold."""
    return (
        session.scalar(
            select(func.count())
            .select_from(ParticipationCode)
            .join(CodeBatch, CodeBatch.id == ParticipationCode.batch_id)
            .where(
                ParticipationCode.round_id == round_id,
                ParticipationCode.revoked_at.is_(None),
                CodeBatch.revoked_at.is_(None),
            )
        )
        or 0
    )


_codes = cast("Table", ParticipationCode.__table__)  # many codes vote on the same evening
_HANDED_IN: Final = select(_codes.c.handed_in).where(_codes.c.id == bindparam("code"))
_HELD: Final = _HANDED_IN.with_for_update(read=True)


def sheet_handed_in(session: Session, actor: Actor, *, hold: bool = False) -> bool:
    """Say whether the actor came with the code of a ballot sheet that was received; only the paper counts from then on.

    Held, the sheet is not received before the transaction ends. Always taken after the round's lock.
    """
    return actor.is_code and bool(session.scalar(_HELD if hold else _HANDED_IN, {"code": actor.id}))
