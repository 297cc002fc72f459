"""Where a round stands for one visitor."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from participation.accounts.models import Account, Department, Mandate, Organisation, Representation
from participation.core.actor import Actor
from participation.rounds.kinds import Eligibility
from participation.rounds.models import ForgottenRound, RollEntry, Round, RoundEvent
from participation.rounds.queries.codes import codes_in_force, gives_out_sheets, sheet_handed_in
from participation.rounds.queries.obstacles import obstacle_to
from participation.rounds.queries.overlap import voted_elsewhere
from participation.rounds.queries.participants import NOT_DISABLED, Participant, participant_in, speaks_today
from participation.rounds.queries.retention import Retention, retention_of
from participation.rounds.rules import (
    BALLOTS_FACT,
    SMALL_GROUP,
    Obstacle,
    RoundAction,
    RoundState,
    Situation,
    situation,
)


@dataclass(frozen=True, slots=True)
class RoundStanding:
    """What the door of a round shows one visitor: the round, where it stands, and as whom they would take part.

    `voted_elsewhere` is the round in which they have used their one ballot of the phase, where there is but one.
    `participant` is None if and only if `obstacle` says why. Whether they have voted is known by a later room;
    `sheet_handed_in` says that they cannot do so here, because their ballot sheet was received.
    """

    round: Round
    now: datetime
    situation: Situation
    participant: Participant | None
    obstacle: Obstacle | None
    extensions: Sequence[RoundEvent]
    group_size: int | None
    resumption: RoundEvent | None
    gives_out_sheets: bool
    sheet_handed_in: bool
    retention: Retention
    voted_elsewhere: Round | None

    @property
    def is_running(self) -> bool:
        """Say whether contributions and ballots are accepted now."""
        return self.situation is Situation.RUNNING

    @property
    def takes_part(self) -> bool:
        """Say whether this visitor can do something here now."""
        return self.is_running and self.participant is not None

    @property
    def first_closes_at(self) -> datetime:
        """Return when the round was to close when it was announced, before it was extended."""
        if not self.extensions:
            return self.round.closes_at
        return datetime.fromisoformat(self.extensions[0].facts["from"])

    @property
    def threshold(self) -> int:
        """Return the number of ballots below which no breakdown is published."""
        return SMALL_GROUP

    @property
    def is_small_group(self) -> bool:
        """Say whether so few can vote that the figures of the whole round may tell who voted how (promise 12)."""
        return self.group_size is not None and self.group_size < SMALL_GROUP


def round_standing(session: Session, round_: Round, actor: Actor, now: datetime) -> RoundStanding:
    """Return where the round stands for the actor."""
    participant = participant_in(session, round_, actor, now)
    return RoundStanding(
        round=round_,
        now=now,
        situation=situation(round_.state, round_.window, now, is_suspended=round_.is_suspended),
        participant=participant,
        obstacle=None if participant else obstacle_to(session, round_, actor, now),
        extensions=extensions_of(session, round_.id),
        group_size=group_size(session, round_, now),
        resumption=resumption_of(session, round_.id),
        gives_out_sheets=gives_out_sheets(session, round_.id),
        sheet_handed_in=sheet_handed_in(session, actor),
        retention=retention_of(session, round_),
        voted_elsewhere=voted_elsewhere(session, round_, participant),
    )


def extensions_of(session: Session, round_id: str) -> Sequence[RoundEvent]:
    """Return the extensions of a round with their published reasons, in order.

    An end only ever moves later. That tells the order, whatever the clock was when each was written down.
    """
    found = session.scalars(
        select(RoundEvent).where(RoundEvent.round_id == round_id, RoundEvent.action == RoundAction.EXTEND)
    )
    return sorted(found, key=lambda event: datetime.fromisoformat(event.facts["to"]))


def resumption_of(session: Session, round_id: str) -> RoundEvent | None:
    """Return the last decision that a suspended round goes on, with its published reason."""
    return session.scalars(
        select(RoundEvent)
        .where(RoundEvent.round_id == round_id, RoundEvent.action == RoundAction.RESUME)
        .order_by(RoundEvent.at.desc(), RoundEvent.id)
        .limit(1)
    ).one_or_none()


def group_size(session: Session, round_: Round, now: datetime) -> int | None:
    """Return how many can vote in a round at most as things stand, or None where anybody may join.

    A department for which nobody acts and an organisation without a mandate in force cast no ballot; before the
    round opens, the mandates of its first day count. Of a concluded round it is how many voted: who could have is
    forgotten in time, and a group must not shrink by that. None also where a round without a vote has forgotten it.
    """
    if round_.eligibility is Eligibility.OPEN:
        return None
    if round_.state is RoundState.CONCLUDED:
        facts = session.scalar(
            select(RoundEvent.facts).where(RoundEvent.round_id == round_.id, RoundEvent.action == RoundAction.CONCLUDE)
        )
        return facts.get(BALLOTS_FACT) if facts else None
    if session.get(ForgottenRound, round_.id) is not None:
        return None
    return _SIZES[round_.eligibility](session, round_, now)


def _size_of_roll(session: Session, round_: Round, _now: datetime) -> int | None:
    return session.scalar(
        select(func.count()).select_from(RollEntry).join(Account).where(RollEntry.round_id == round_.id, NOT_DISABLED)
    )


def _size_by_codes(session: Session, round_: Round, now: datetime) -> int | None:
    return codes_in_force(session, round_.id, now)


def _size_of_forum(session: Session, round_: Round, now: datetime) -> int | None:
    day = max(now, round_.opens_at)
    return session.scalar(
        select(func.count(Organisation.id.distinct()))
        .join(Mandate)
        .join(Account, Account.id == Mandate.account_id)
        .where(Organisation.process_id == round_.process_id, NOT_DISABLED, *speaks_today(round_.process, day))
    )


def _size_of_administration(session: Session, round_: Round, _now: datetime) -> int | None:
    return session.scalar(
        select(func.count(Representation.department_id.distinct()))
        .join(Department, Department.id == Representation.department_id)
        .join(Account, Account.id == Representation.account_id)
        .where(Department.process_id == round_.process_id, NOT_DISABLED)
    )


_SIZES: Final[Mapping[Eligibility, Callable[[Session, Round, datetime], int | None]]] = {
    Eligibility.ROLL: _size_of_roll,
    Eligibility.CODES: _size_by_codes,
    Eligibility.ORGANISATIONS: _size_of_forum,
    Eligibility.DEPARTMENTS: _size_of_administration,
}
