"""What pages that span several rooms need, in few queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from participation.ballots.models import Option
from participation.core.windows import Window
from participation.processes.models import Field, Phase, Process
from participation.proposals.models import Proposal, ProposalServes
from participation.proposals.rules import ProposalKind, ProposalState
from participation.results.models import JointRanking, JointResult, RoundResult
from participation.results.queries import rankings_of
from participation.rounds.models import Round, RoundEvent
from participation.rounds.queries import rounds_of, within_window
from participation.rounds.rules import RoundAction, RoundState, Situation, situation
from participation.texts.queries import Wording, wordings_in


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
class Titled:
    """A proposal as long lists show it."""

    code: str
    title: Wording


@dataclass(frozen=True, slots=True)
class GoalWithParts:
    """A goal, its sub-goals, and the measures that serve any of them."""

    goal: Titled
    sub_goals: tuple[Titled, ...]
    measures: tuple[Titled, ...]


@dataclass(frozen=True, slots=True)
class FieldWithGoals:
    """A field (None for what belongs to no field) with its goals, and measures that serve no goal."""

    field: Field | None
    goals: tuple[GoalWithParts, ...]
    measures: tuple[Titled, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """A result in one line: how many ballots, and the title of what came first as its snapshot carries it.

    `first` is None where nothing has a place, as after a round in which nobody voted.
    """

    ballots: int
    first: dict[str, Any] | None
    shared_with: int


@dataclass(frozen=True, slots=True)
class RankingInBrief:
    """A declared joint ranking, with its result once it is there."""

    ranking: JointRanking
    result: Brief | None


_FIRST: Final = ("options", 0, "title")
_PLACE: Final = ("options", 0, "rank")
_TIED: Final = ("options", 0, "tied_with")


def rounds_in_brief(session: Session, process_id: str) -> dict[str, Brief]:
    """Return the result of every counted round of a process in one line, by the round's id.

    Only the first option is taken out of each snapshot, which holds some 50 kB.
    """
    rows = session.execute(
        select(
            RoundResult.round_id,
            RoundResult.ballots,
            RoundResult.snapshot[_FIRST],
            RoundResult.snapshot[_PLACE],
            RoundResult.snapshot[_TIED],
        )
        .join(Round, Round.id == RoundResult.round_id)
        .where(Round.process_id == process_id)
    )
    return {round_id: _brief(*told) for round_id, *told in rows}


def rankings_in_brief(session: Session, process_id: str) -> list[RankingInBrief]:
    """Return the joint rankings of a process, the last one declared at the top."""
    rows = session.execute(
        select(
            JointResult.ranking_id,
            JointResult.snapshot["ballots"].as_integer(),
            JointResult.snapshot[_FIRST],
            JointResult.snapshot[_PLACE],
            JointResult.snapshot[_TIED],
        )
        .join(JointRanking, JointRanking.id == JointResult.ranking_id)
        .where(JointRanking.process_id == process_id)
    )
    found = {ranking_id: _brief(*told) for ranking_id, *told in rows}
    return [RankingInBrief(ranking, found.get(ranking.id)) for ranking in reversed(rankings_of(session, process_id))]


def _brief(ballots: int, title: dict[str, Any] | None, place: int | None, tied: list[str] | None) -> Brief:
    return Brief(ballots, title if place is not None else None, len(tied or []))


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
        select(Round)
        .where(Round.state == RoundState.OPEN, Round.suspended_at.is_(None), within_window(now))
        .order_by(Round.closes_at, Round.slug)
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


def goals_by_field(session: Session, process: Process, languages: Sequence[str]) -> list[FieldWithGoals]:
    """Return the admitted goals and measures of a process by field, in the order of lists.

    They can be a hundred, of which only titles are shown: rows and one wording each instead of whole proposals.
    """
    rows = session.execute(
        select(Proposal.id, Proposal.code, Proposal.kind, Proposal.parent_id, Proposal.field_id, Proposal.title_id)
        .where(Proposal.process_id == process.id, Proposal.state == ProposalState.ADMITTED)
        .order_by(Proposal.position, Proposal.id)
    ).all()
    serves: defaultdict[str, set[str]] = defaultdict(set)
    for measure_id, goal_id in session.execute(
        select(ProposalServes.measure_id, ProposalServes.goal_id)
        .join(Proposal, Proposal.id == ProposalServes.measure_id)
        .where(Proposal.process_id == process.id)
    ):
        serves[measure_id].add(goal_id)
    titles = wordings_in(session, [row.title_id for row in rows], languages)
    entries = [
        _Entry(Titled(row.code, titles[row.title_id]), row.id, row.kind, row.parent_id, row.field_id, serves[row.id])
        for row in rows
    ]
    found = [_in_field(theme, entries) for theme in (*process.fields, None)]
    return [one for one in found if one.goals or one.measures]


@dataclass(frozen=True, slots=True)
class _Entry:
    shown: Titled
    id: str
    kind: ProposalKind
    parent_id: str | None
    field_id: str | None
    serves: set[str]


def _in_field(theme: Field | None, entries: Sequence[_Entry]) -> FieldWithGoals:
    here = [entry for entry in entries if entry.field_id == (theme.id if theme else None)]
    goals = [entry for entry in here if entry.kind is ProposalKind.GOAL and entry.parent_id is None]
    others = [entry.shown for entry in here if entry.kind is ProposalKind.MEASURE and not entry.serves]
    return FieldWithGoals(theme, tuple(_with_parts(goal, entries) for goal in goals), tuple(others))


def _with_parts(goal: _Entry, entries: Sequence[_Entry]) -> GoalWithParts:
    sub_goals = [entry for entry in entries if entry.parent_id == goal.id]
    ids = {goal.id, *(sub_goal.id for sub_goal in sub_goals)}
    serving = tuple(entry.shown for entry in entries if not ids.isdisjoint(entry.serves))
    return GoalWithParts(goal.shown, tuple(sub_goal.shown for sub_goal in sub_goals), serving)


def _card(round_: Round, now: datetime) -> RoundCard:
    return RoundCard(round_, situation(round_.state, round_.window, now, is_suspended=round_.is_suspended))


def _phase_state(phase: Phase, now: datetime) -> PhaseState:
    window = Window(phase.opens_at, phase.closes_at)
    if window.is_over(now):
        return PhaseState.DONE
    return PhaseState.CURRENT if now in window else PhaseState.AHEAD


@dataclass(frozen=True, slots=True)
class Placing:
    """A place among how many, and with how many others it is shared."""

    rank: int
    of: int
    shared_with: int


@dataclass(frozen=True, slots=True)
class Vote:
    """A round in which a proposal stood to the vote; `placing` is there once the round was counted."""

    round: Round
    opened_at: datetime
    struck_at: datetime | None
    concluded_at: datetime | None
    placing: Placing | None


@dataclass(frozen=True, slots=True)
class JointPlace:
    """A joint ranking in which a proposal took a place."""

    ranking: JointRanking
    computed_at: datetime
    placing: Placing


def votes_on(session: Session, proposal: Proposal) -> list[Vote]:
    """Return the rounds in which a proposal stood, in the order in which they opened."""
    rows = session.execute(
        select(Option, Round).join(Round, Round.id == Option.round_id).where(Option.proposal_id == proposal.id)
    ).all()
    ids = [round_.id for _option, round_ in rows]
    events = {
        (event.round_id, event.action): event.at
        for event in session.scalars(
            select(RoundEvent).where(
                RoundEvent.round_id.in_(ids), RoundEvent.action.in_([RoundAction.OPEN, RoundAction.CONCLUDE])
            )
        )
    }
    results = {
        result.round_id: result.snapshot
        for result in session.scalars(
            select(RoundResult).where(RoundResult.round_id.in_(ids)).options(undefer(RoundResult.snapshot))
        )
    }
    votes = [
        Vote(
            round=round_,
            opened_at=events.get((round_.id, RoundAction.OPEN), round_.opens_at),
            struck_at=option.struck_at,
            concluded_at=events.get((round_.id, RoundAction.CONCLUDE)),
            placing=_placing(results.get(round_.id), option.code),
        )
        for option, round_ in rows
    ]
    return sorted(votes, key=lambda vote: (vote.opened_at, vote.round.slug))


def joint_places_of(session: Session, proposal: Proposal) -> list[JointPlace]:
    """Return the places of a proposal in the joint rankings of its process."""
    results: Sequence[JointResult] = session.scalars(
        select(JointResult)
        .join(JointRanking, JointRanking.id == JointResult.ranking_id)
        .where(JointRanking.process_id == proposal.process_id)
        .order_by(JointResult.computed_at)
        .options(undefer(JointResult.snapshot))
    ).all()
    placed = [(result, _placing(result.snapshot, proposal.code)) for result in results]
    return [JointPlace(result.ranking, result.computed_at, placing) for result, placing in placed if placing]


def _placing(snapshot: Mapping[str, Any] | None, code: str) -> Placing | None:
    options = snapshot["options"] if snapshot else ()
    for option in options:
        if option["code"] == code and option["rank"] is not None:
            ranked = sum(other["rank"] is not None for other in options)
            return Placing(option["rank"], ranked, len(option["tied_with"]))
    return None
