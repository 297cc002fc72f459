"""From a ranking, costs, envelopes and decisions made by hand to what starts when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from participation.budgeting.rules.envelopes import Grant, effective
from participation.budgeting.rules.measures import Candidate
from participation.budgeting.rules.plans import Choice
from participation.tally.budget import ledger
from participation.tally.budget.ledger import Ledger
from participation.tally.budget.ties import DEFAULT_TIE_BREAK
from participation.tally.budget.years import Means, Plan, plan_over_years
from participation.tally.errors import InvalidBudget


@dataclass(frozen=True, slots=True)
class ByHand:
    """What was decided by hand about one measure; `reason` is a text as documents carry it."""

    measure: str
    choice: Choice
    start_year: int | None
    reason: Mapping[str, Any]
    decided_at: str
    consultation: str | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """Everything that decides a plan. `seed` is what ties are drawn from, `by_hand` the decisions that count."""

    candidates: Sequence[Candidate]
    grants: Sequence[Grant]
    years: range
    seed: bytes
    minimum: Fraction | None = None
    by_hand: Sequence[ByHand] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """What starts when, and decisions made by hand that cannot be carried out, each with code and facts."""

    plan: Plan
    unworkable: Mapping[str, tuple[str, Mapping[str, object]]] = field(default_factory=dict)


STEP_CENTS: Final = 1_000_000
"""Ten thousand in the main unit: the change by which readers are shown how much hangs on the amount."""


def plan(basis: Basis) -> Planned:
    """Carry out what was decided by hand, then go down the ranking year by year (tally.budget.years)."""
    return _planned(basis, effective(basis.grants))


def plan_with(basis: Basis, cents_a_year: int) -> Planned:
    """Plan as if every year brought so much more, or less where it is negative; no year brings less than nothing."""
    whole = Ledger.of(effective(basis.grants), basis.years)
    pieces = []
    for year in basis.years:
        lapsing = whole.lapsing[year] + cents_a_year
        carrying = whole.carrying[year] + min(0, lapsing)
        pieces.append(ledger.Envelope(f"{year} lapsing", max(0, lapsing), year, year))
        pieces.append(ledger.Envelope(f"{year} carrying", max(0, carrying), year, year, carries_over=True))
    return _planned(basis, pieces)


def _planned(basis: Basis, pieces: Sequence[ledger.Envelope]) -> Planned:
    candidates = {one.code: one for one in basis.candidates if one.admitted and one.costing is not None}
    scores = {code: one.score for code, one in candidates.items() if not one.is_covered}
    settled, unworkable = _settled(basis, candidates)
    while True:
        try:
            planned = plan_over_years(
                [one.costs for one in candidates.values()],
                scores,
                Means(basis.years, pieces),
                minimum=basis.minimum,
                settled=settled,
                tie_break=DEFAULT_TIE_BREAK,
                seed=basis.seed,
            )
        except InvalidBudget as refusal:
            if refusal.code != "settled_does_not_fit":
                raise
            measure = str(refusal.facts["option"])
            facts = {"year": refusal.facts["year"], "missing_cents": refusal.facts["cents"]}
            unworkable[measure] = ("by_hand_does_not_fit", facts | {"start_year": settled[measure]})
            settled[measure] = None  # nor does the ranking decide in somebody's place
        else:
            return Planned(planned, unworkable)


def _settled(
    basis: Basis, candidates: Mapping[str, Candidate]
) -> tuple[dict[str, int | None], dict[str, tuple[str, Mapping[str, object]]]]:
    """Return decisions as the rule takes them, and those that no longer fit what they are about."""
    settled: dict[str, int | None] = {}
    unworkable: dict[str, tuple[str, Mapping[str, object]]] = {}
    for one in basis.by_hand:
        candidate = candidates.get(one.measure)
        if candidate is None or candidate.is_covered:
            continue  # nothing to pay for: the row says why
        if one.start_year is not None and one.start_year not in basis.years:
            unworkable[one.measure] = ("by_hand_outside_the_years", {"start_year": one.start_year})
            settled[one.measure] = None
        else:
            settled[one.measure] = one.start_year
    return settled, unworkable
