"""Until when it is known who took part in a round."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Row, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from participation.rounds.models import BallotClaim, ForgottenRound, RetentionFloor, Round, RoundEvent
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
    known = {row.id: _until(row) for row in session.execute(_ENDS.where(Round.id == round_.id))}
    forgotten = session.execute(
        select(ForgottenRound.forgotten_at, ForgottenRound.claims_forgotten_at).where(
            ForgottenRound.round_id == round_.id
        )
    ).one_or_none()
    return Retention(
        round_.retention_days,
        known.get(round_.id),
        forgotten.forgotten_at if forgotten else None,
        keeps_claims(round_) and (forgotten is None or forgotten.claims_forgotten_at is None),
    )


def known_until(session: Session, round_ids: Collection[str]) -> dict[str, datetime]:
    """Return until when it is known who took part, for those of the rounds that have ended and still know it."""
    return {row.id: _until(row) for row in session.execute(_still_known().where(Round.id.in_(round_ids)))}


def rounds_to_forget(session: Session, now: datetime) -> list[str]:
    """Return the ids of the rounds whose people are to be forgotten now; a plain read, which takes no lock."""
    over = _still_known().where(Round.state.in_([RoundState.CLOSED, RoundState.CONCLUDED])).order_by(Round.id)
    return [row.id for row in session.execute(over) if _until(row) <= now]


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


_ENDS: Final = (
    select(Round.id, Round.retention_days, RoundEvent.at, RetentionFloor.not_before)
    .join(RoundEvent, RoundEvent.round_id == Round.id)
    .outerjoin(RetentionFloor, RetentionFloor.round_id == Round.id)
    .where(_ENDED)
)


def _still_known() -> Select[str, int, datetime, datetime]:
    return _ENDS.outerjoin(ForgottenRound, ForgottenRound.round_id == Round.id).where(ForgottenRound.round_id.is_(None))


def _until(row: Row[str, int, datetime, datetime]) -> datetime:
    """Return the end of the days of a round, or the later one that it was left after an upgrade."""
    until: datetime = max(row.at + timedelta(days=row.retention_days), row.not_before or row.at)
    return until
