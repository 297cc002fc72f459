"""Reading batches of participation codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sqlalchemy import Table, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from participation.accounts.models import Account
from participation.core.actor import SYSTEM, Actor
from participation.core.errors import NotFound
from participation.rounds.models import CodeBatch, CodePrinting, CodeReplacement, ParticipationCode, Round
from participation.rounds.queries.participants import not_expired
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


def codes_in_force(session: Session, round_id: str, now: datetime) -> int:
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
                not_expired(now),
            )
        )
        or 0
    )


@dataclass(frozen=True, slots=True)
class ListedPrinting:
    """A line of the register of printings; `name` is empty where the person's account is no more."""

    printing: CodePrinting
    name: str
    by_program: bool


def printings_of(session: Session, round_id: str) -> dict[str, list[ListedPrinting]]:
    """Return the register of printings of a round, by the id of the batch."""
    rows = session.execute(
        select(CodePrinting, Account.display_name, Account.email)
        .join(CodeBatch, CodeBatch.id == CodePrinting.batch_id)
        .outerjoin(Account, Account.id == CodePrinting.printed_by)
        .where(CodeBatch.round_id == round_id)
        .order_by(CodePrinting.batch_id, CodePrinting.number)
    ).all()
    found: dict[str, list[ListedPrinting]] = {}
    for printing, name, email in rows:
        listed = ListedPrinting(printing, name or email or "", printing.printed_by == SYSTEM.id)
        found.setdefault(printing.batch_id, []).append(listed)
    return found


def replacements_of(session: Session, round_id: str) -> dict[str, list[tuple[int, int]]]:
    """Return which card took the place of which lost one, by the id of the batch: (lost, given)."""
    lost, given = aliased(ParticipationCode), aliased(ParticipationCode)
    rows = session.execute(
        select(lost.batch_id, lost.number, given.number)
        .select_from(CodeReplacement)
        .join(lost, lost.id == CodeReplacement.lost_id)
        .join(given, given.id == CodeReplacement.code_id)
        .where(lost.round_id == round_id)
        .order_by(lost.batch_id, lost.number)
    ).all()
    found: dict[str, list[tuple[int, int]]] = {}
    for batch_id, number, by in rows:
        found.setdefault(batch_id, []).append((number, by))
    return found


_codes = cast("Table", ParticipationCode.__table__)  # many codes vote on the same evening
_HANDED_IN: Final = select(_codes.c.handed_in).where(_codes.c.id == bindparam("code"))
_HELD: Final = _HANDED_IN.with_for_update(read=True)


def sheet_handed_in(session: Session, actor: Actor, *, hold: bool = False) -> bool:
    """Say whether the actor came with the code of a ballot sheet that was received; only the paper counts from then on.

    Held, the sheet is not received before the transaction ends. Always taken after the round's lock.
    """
    return actor.is_code and bool(session.scalar(_HELD if hold else _HANDED_IN, {"code": actor.id}))
