"""What pages that span several rooms need, in few queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.core.windows import Window
from participation.processes.models import Field, Phase, Process
from participation.proposals.models import Proposal
from participation.proposals.queries import admitted
from participation.proposals.rules import ProposalKind
from participation.results.models import JointRanking, JointResult, RoundResult
from participation.results.queries import rankings_of
from participation.rounds.models import Round
from participation.rounds.queries import rounds_of, within_window
from participation.rounds.rules import RoundState, Situation, situation


@dataclass(frozen=True, slots=True)
class RoundCard:
    """A round as lists show it."""

    round: Round
    situation: Situation


class PhaseState(StrEnum):
    """Where a phase stands on the line; the names are those of the timeline."""

    DONE = "done"
    CURRENT = "current"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class PhaseOnLine:
    """A phase with its rounds in the order of their windows."""

    phase: Phase
    state: PhaseState
    cards: tuple[RoundCard, ...]


@dataclass(frozen=True, slots=True)
class GoalWithParts:
    """A goal, its sub-goals, and the measures that serve any of them."""

    goal: Proposal
    sub_goals: tuple[Proposal, ...]
    measures: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True)
class FieldWithGoals:
    """A field (None for what belongs to no field) with its goals, and measures that serve no goal of it."""

    field: Field | None
    goals: tuple[GoalWithParts, ...]
    measures: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """A result in one line: how many ballots, and the title of what came first as its snapshot carries it."""

    ballots: int
    first: dict[str, Any]
    shared_with: int


@dataclass(frozen=True, slots=True)
class RankingInBrief:
    """A declared joint ranking, with its result once it is there."""

    ranking: JointRanking
    result: Brief | None


_FIRST: Final = ("options", 0, "title")
_TIED: Final = ("options", 0, "tied_with")


def rounds_in_brief(session: Session, process_id: str) -> dict[str, Brief]:
    """Return the result of every counted round of a process in one line, by the round's id.

    Only the first option is taken out of each snapshot, which holds some 50 kB.
    """
    rows = session.execute(
        select(RoundResult.round_id, RoundResult.ballots, RoundResult.snapshot[_FIRST], RoundResult.snapshot[_TIED])
        .join(Round, Round.id == RoundResult.round_id)
        .where(Round.process_id == process_id)
    )
    return {round_id: Brief(ballots, title, len(tied)) for round_id, ballots, title, tied in rows if title}


def rankings_in_brief(session: Session, process_id: str) -> list[RankingInBrief]:
    """Return the joint rankings of a process, the last one declared at the top."""
    rows = session.execute(
        select(
            JointResult.ranking_id,
            JointResult.snapshot["ballots"].as_integer(),
            JointResult.snapshot[_FIRST],
            JointResult.snapshot[_TIED],
        )
        .join(JointRanking, JointRanking.id == JointResult.ranking_id)
        .where(JointRanking.process_id == process_id)
    )
    found = {ranking_id: Brief(ballots, title, len(tied)) for ranking_id, ballots, title, tied in rows if title}
    return [RankingInBrief(ranking, found.get(ranking.id)) for ranking in reversed(rankings_of(session, process_id))]


def last_results(session: Session, count: int = 3) -> list[RankingInBrief]:
    """Return the joint rankings that were computed last, in all processes, the newest at the top."""
    newest = session.scalars(
        select(JointRanking)
        .join(JointResult, JointResult.ranking_id == JointRanking.id)
        .order_by(JointResult.computed_at.desc(), JointRanking.id)
        .limit(count)
    ).all()
    briefs = {
        one.ranking.id: one
        for process_id in {ranking.process_id for ranking in newest}
        for one in rankings_in_brief(session, process_id)
    }
    return [briefs[ranking.id] for ranking in newest]


def open_rounds(session: Session, now: datetime) -> list[RoundCard]:
    """Return the rounds in which people can take part now, those that end first at the top."""
    rounds = session.scalars(
        select(Round).where(Round.state == RoundState.OPEN, within_window(now)).order_by(Round.closes_at, Round.slug)
    )
    return [RoundCard(round_, Situation.RUNNING) for round_ in rounds]


def coming_rounds(session: Session, now: datetime) -> list[RoundCard]:
    """Return the rounds that begin later, the next one at the top."""
    rounds = session.scalars(
        select(Round)
        .where(Round.state.in_((RoundState.DRAFT, RoundState.OPEN)), Round.opens_at > now)
        .order_by(Round.opens_at, Round.slug)
    )
    return [_card(round_, now) for round_ in rounds]


def line_of(session: Session, process: Process, now: datetime) -> list[PhaseOnLine]:
    """Return the phases of a process with their rounds."""
    rounds = rounds_of(session, process.id)
    return [
        PhaseOnLine(
            phase,
            _phase_state(phase, now),
            tuple(_card(round_, now) for round_ in rounds if round_.phase_id == phase.id),
        )
        for phase in process.phases
    ]


def goals_by_field(session: Session, process: Process) -> list[FieldWithGoals]:
    """Return the admitted goals and measures of a process by field, in the order of lists."""
    goals = admitted(session, process.id, ProposalKind.GOAL)
    measures = admitted(session, process.id, ProposalKind.MEASURE)
    found = [_in_field(theme, goals, measures) for theme in (*process.fields, None)]
    return [one for one in found if one.goals or one.measures]


def _in_field(theme: Field | None, goals: Sequence[Proposal], measures: Sequence[Proposal]) -> FieldWithGoals:
    field_id = theme.id if theme else None
    groups = tuple(
        _with_parts(goal, goals, measures) for goal in goals if goal.parent_id is None and goal.field_id == field_id
    )
    others = tuple(measure for measure in measures if not measure.serves and measure.field_id == field_id)
    return FieldWithGoals(theme, groups, others)


def _with_parts(goal: Proposal, goals: Sequence[Proposal], measures: Sequence[Proposal]) -> GoalWithParts:
    sub_goals = tuple(other for other in goals if other.parent_id == goal.id)
    ids = {goal.id, *(sub_goal.id for sub_goal in sub_goals)}
    serving = tuple(measure for measure in measures if any(served.id in ids for served in measure.serves))
    return GoalWithParts(goal, sub_goals, serving)


def _card(round_: Round, now: datetime) -> RoundCard:
    return RoundCard(round_, situation(round_.state, round_.window, now))


def _phase_state(phase: Phase, now: datetime) -> PhaseState:
    window = Window(phase.opens_at, phase.closes_at)
    if window.is_over(now):
        return PhaseState.DONE
    return PhaseState.CURRENT if now in window else PhaseState.AHEAD
