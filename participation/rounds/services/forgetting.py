"""Forgetting who took part in a round, when its time for that has come."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from participation.core.actor import SYSTEM
from participation.core.ids import fingerprint, new_id
from participation.processes.queries import lock_process
from participation.rounds.models import (
    BallotClaim,
    CodeBatch,
    ForgottenRound,
    ParticipationCode,
    RollEntry,
    Round,
    SharedTablet,
)
from participation.rounds.queries.overlap import keeps_claims, voting_goes_on
from participation.rounds.rules import BatchKind
from participation.rounds.services.records import record_act


def forget_roll_and_codes(session: Session, round_: Round, *, now: datetime) -> None:
    """Delete the roll of a round that is over, and its codes; note that nobody is known any more who took part.

    Codes of ballot sheets stay as rows, because the result says how many sheets there were; what was printed on them
    leads to none of them any more. Claims to the one ballot of a phase wait for forget_claims. The caller holds the
    round and has let go of its register.
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
    session.execute(delete(SharedTablet).where(SharedTablet.round_id == round_.id))
    claims_forgotten_at = None if keeps_claims(round_) else now
    session.add(ForgottenRound(round_id=round_.id, forgotten_at=now, claims_forgotten_at=claims_forgotten_at))
    session.flush()
    record_act(session, "round.people_forgotten", round_, SYSTEM, now, {"days": round_.retention_days})


def forget_claims(session: Session, round_id: str, *, now: datetime) -> bool:
    """Forget that those who voted in a forgotten round have used their one ballot of its phase; say whether it was so.

    Not while another round of the phase that asks the same is to come or not concluded. The process is held, so that
    none is opened meanwhile.
    """
    round_ = session.get_one(Round, round_id)
    lock_process(session, round_.process_id)
    forgotten = session.get(ForgottenRound, round_id, populate_existing=True)
    if forgotten is None or (forgotten.claims_forgotten_at is None and voting_goes_on(session, round_)):
        return False
    session.execute(delete(BallotClaim).where(BallotClaim.round_id == round_id))
    if forgotten.claims_forgotten_at is None:
        forgotten.claims_forgotten_at = now
        record_act(session, "round.claims_forgotten", round_, SYSTEM, now)
    session.flush()
    return True
