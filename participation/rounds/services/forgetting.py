"""Forgetting who took part in a round, when its time for that has come."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from participation.core.actor import SYSTEM
from participation.core.ids import fingerprint, new_id
from participation.rounds.models import BallotClaim, CodeBatch, ForgottenRound, ParticipationCode, RollEntry, Round
from participation.rounds.rules import BatchKind
from participation.rounds.services.records import record_act


def forget_roll_and_codes(session: Session, round_: Round, *, now: datetime) -> None:
    """Delete the roll of a round that is over, and its codes; note that nobody is known any more who took part.

    Codes of ballot sheets stay as rows, because the result says how many sheets there were; what was printed on them
    leads to none of them any more. The caller holds the round and has let go of its register.
    """
    entries = session.scalars(select(RollEntry).where(RollEntry.round_id == round_.id).order_by(RollEntry.id)).all()
    seats = [entry.seat for entry in entries if entry.seat is not None]
    for entry in entries:
        session.delete(entry)
    session.flush()
    for seat in seats:
        session.delete(seat)
    session.flush()
    cards = select(CodeBatch.id).where(CodeBatch.round_id == round_.id, CodeBatch.kind == BatchKind.CARDS)
    session.execute(delete(ParticipationCode).where(ParticipationCode.batch_id.in_(cards)))
    session.execute(delete(CodeBatch).where(CodeBatch.round_id == round_.id, CodeBatch.kind == BatchKind.CARDS))
    of_sheets = session.scalars(select(ParticipationCode.id).where(ParticipationCode.round_id == round_.id)).all()
    if of_sheets:
        session.execute(
            update(ParticipationCode), [{"id": code_id, "fingerprint": fingerprint(new_id())} for code_id in of_sheets]
        )
    session.execute(delete(BallotClaim).where(BallotClaim.round_id == round_.id))
    session.add(ForgottenRound(round_id=round_.id, forgotten_at=now))
    session.flush()
    record_act(session, "round.people_forgotten", round_, SYSTEM, now, {"days": round_.retention_days})
