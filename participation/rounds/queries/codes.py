"""Reading batches of participation codes."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from participation.core.errors import NotFound
from participation.rounds.models import CodeBatch, ParticipationCode, Round


def batches_of(session: Session, round_id: str) -> Sequence[CodeBatch]:
    """Return the batches of codes of a round, in the order in which they were made."""
    return session.scalars(select(CodeBatch).where(CodeBatch.round_id == round_id).order_by(CodeBatch.number)).all()


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
