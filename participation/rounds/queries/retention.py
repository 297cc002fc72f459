"""Until when it is known who took part in a round."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from participation.rounds.models import BallotClaim, ForgottenRound, Round, RoundEvent
from participation.rounds.queries.overlap import keeps_claims, voting_goes_on
from participation.rounds.rules import RoundAction, RoundState


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a round knows who took part: the days, the moment once it has ended, and since when it knows no more.

    `remembers_votes` says that it is known longer that somebody voted in the phase, so that nobody votes twice in it.
    """

    days: int
    until: datetime | None
    forgotten_at: datetime | None
    remembers_votes: bool


_ENDED = or_(
    and_(RoundEvent.action == RoundAction.CONCLUDE, Round.ballot_kind.is_not(None)),
    and_(RoundEvent.action == RoundAction.CLOSE, Round.ballot_kind.is_(None)),
)
"""A vote ends with its conclusion, anything else with the close."""


def retention_of(session: Session, round_: Round) -> Retention:
    """Return how long it is known who took part in a round."""
    ended = session.scalar(select(RoundEvent.at).join(Round).where(Round.id == round_.id, _ENDED))
    forgotten = session.execute(
        select(ForgottenRound.forgotten_at, ForgottenRound.claims_forgotten_at).where(
            ForgottenRound.round_id == round_.id
        )
    ).one_or_none()
    until = ended + timedelta(days=round_.retention_days) if ended else None
    return Retention(
        round_.retention_days,
        until,
        forgotten.forgotten_at if forgotten else None,
        keeps_claims(round_) and (forgotten is None or forgotten.claims_forgotten_at is None),
    )


def rounds_to_forget(session: Session, now: datetime) -> list[str]:
    """Return the ids of the rounds whose people are to be forgotten now; a plain read, which takes no lock."""
    ended = session.execute(
        select(Round.id, Round.retention_days, RoundEvent.at)
        .join(RoundEvent, RoundEvent.round_id == Round.id)
        .outerjoin(ForgottenRound, ForgottenRound.round_id == Round.id)
        .where(Round.state.in_([RoundState.CLOSED, RoundState.CONCLUDED]), _ENDED, ForgottenRound.round_id.is_(None))
        .order_by(Round.id)
    )
    return [row.id for row in ended if row.at + timedelta(days=row.retention_days) <= now]


def claims_to_forget(session: Session) -> list[str]:
    """Return the ids of forgotten rounds of whose phase nobody needs to know any more who voted; takes no lock.

    Among them are those in which an erasure left marks at the very moment when claims were forgotten.
    """
    left = exists().where(BallotClaim.round_id == ForgottenRound.round_id)
    waiting = session.scalars(
        select(Round)
        .join(ForgottenRound, ForgottenRound.round_id == Round.id)
        .where(or_(ForgottenRound.claims_forgotten_at.is_(None), left))
        .order_by(Round.id)
    ).all()
    return [round_.id for round_ in waiting if not voting_goes_on(session, round_)]
