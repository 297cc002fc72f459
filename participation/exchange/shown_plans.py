"""A plan as it is shown before it is made: in the reader's words for pages, as plain values for the interface."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from participation.core.windows import Window
from participation.exchange.plans import Plan
from participation.processes.services import PhaseDraft
from participation.rounds.kinds import KINDS, VOTING_TASKS, Eligibility, KindName, Task
from participation.rounds.services import RoundDraft
from participation.tally.kinds import BallotKind
from participation.texts.models import Origin
from participation.texts.queries import Wording
from participation.web.locale import reader_languages


@dataclass(frozen=True, slots=True)
class ShownRound:
    """A planned round; it can say what it asks like a round that is there."""

    kind: KindName
    title: Wording
    window: Window
    tasks: frozenset[Task]
    eligibility: Eligibility
    ballot_kind: BallotKind | None
    max_choices: int | None
    points: int | None
    max_per_option: int | None
    max_score: int | None

    @property
    def voting_task(self) -> Task | None:
        """Return what is voted on, or None."""
        return next(iter(self.tasks & VOTING_TASKS), None)


@dataclass(frozen=True, slots=True)
class ShownPhase:
    """A planned phase with its rounds."""

    code: str
    title: Wording
    window: Window
    rounds: Sequence[ShownRound]


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """A plan in the reader's words."""

    plan: Plan
    title: Wording
    phases: Sequence[ShownPhase]
    fields: Sequence[Wording]
    departments: Sequence[Wording]


def words_in(words: Mapping[str, str]) -> Wording:
    """Return words in the reader's language, else in the first one that there is."""
    tag = next((tag for tag in reader_languages() if tag in words), next(iter(words)))
    return Wording(words[tag], tag, Origin.AUTHOR, tag, is_stale=False)


def shown_plan(plan: Plan) -> ShownPlan:
    """Return a plan in the reader's words."""
    return ShownPlan(
        plan=plan,
        title=words_in(plan.process.titles),
        phases=[_phase(plan, phase) for phase in plan.phases],
        fields=[words_in(theme.titles) for theme in plan.fields],
        departments=[words_in(unit.words) for unit in plan.departments],
    )


def _phase(plan: Plan, phase: PhaseDraft) -> ShownPhase:
    rounds = [_round(round_) for round_ in plan.rounds_in(phase.code)]
    return ShownPhase(phase.code, words_in(phase.titles), phase.window, rounds)


def _round(round_: RoundDraft) -> ShownRound:
    limits = round_.limits
    return ShownRound(
        kind=round_.kind,
        title=words_in(round_.titles),
        window=round_.window,
        tasks=round_.tasks,
        eligibility=round_.eligibility or KINDS[round_.kind].usual,
        ballot_kind=round_.ballot_kind,
        max_choices=limits.max_choices,
        points=limits.points,
        max_per_option=limits.max_per_option,
        max_score=limits.max_score,
    )


def plan_out(plan: Plan, slug: str | None) -> dict[str, Any]:
    """Return a plan for the interface; `slug` is the address of the process once it is made."""
    return {
        "made": slug is not None,
        "process": slug,
        "weights_next": plan.weighs,
        "phases": [
            {
                "code": phase.code,
                "titles": phase.titles,
                "opens_at": phase.window.opens_at,
                "closes_at": phase.window.closes_at,
            }
            for phase in plan.phases
        ],
        "fields": [theme.code for theme in plan.fields],
        "departments": [unit.code for unit in plan.departments],
        "organisations": [unit.code for unit in plan.organisations],
        "rounds": [
            {
                "phase": round_.phase,
                "kind": round_.kind.value,
                "tasks": sorted(task.value for task in round_.tasks),
                "titles": round_.titles,
                "opens_at": round_.window.opens_at,
                "closes_at": round_.window.closes_at,
                "ballot_kind": round_.ballot_kind.value if round_.ballot_kind else None,
                "max_choices": round_.limits.max_choices,
                "points": round_.limits.points,
                "max_per_option": round_.limits.max_per_option,
                "max_score": round_.limits.max_score,
            }
            for round_ in plan.rounds
        ],
    }
