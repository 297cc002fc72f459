"""A ranking and the money of several years: what starts when.

Measures with cover in the budget cost the envelopes nothing. The others are taken in ranking order; each starts
in the earliest year in which its one-off cost then, and its yearly cost then and in every later year of the
plan, fit into what is left. The ranking so says when, not only whether. One that fits in no year is left out,
and the next is looked at.

A measure costs its first year both its one-off and a full year's running cost: the volume that a council paper
states, and on the safe side for one that starts in summer. Money that is not spent lapses at the end of its
year unless its envelope says that it carries over; what would lapse is spent first. Amounts are integer cents.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from participation.tally.ballots import option_places
from participation.tally.budget.greedy import Scores, check_scores, levels
from participation.tally.budget.instances import Amount, Instance
from participation.tally.budget.ledger import Envelope, Ledger, YearOfPlan
from participation.tally.budget.outcomes import Decision
from participation.tally.budget.ties import DEFAULT_TIE_BREAK, Equals, Tie, tie_rule
from participation.tally.errors import InvalidBudget

CENTS: Final = 100
NOTHING_SETTLED: Final[Mapping[str, int | None]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Measure:
    """What one measure costs, in cents."""

    option: str
    once: int
    yearly: int
    """The cost of a full year."""
    covered: bool = False
    """It is paid for in the budget already."""
    from_year: int | None = None
    """It cannot start earlier."""
    years: int | None = None
    """For how many years it runs; None: to the end of the plan and beyond."""

    @property
    def volume(self) -> int:
        """Once and a full year."""
        return self.once + self.yearly

    def needs(self, start: int, years: Sequence[int]) -> dict[int, int]:
        """What it costs in each year of a plan in which it starts in `start`."""
        end = start + self.years if self.years is not None else years[-1] + 1
        costs = {year: self.yearly for year in years if start <= year < end}
        costs[start] = self.volume
        return costs


@dataclass(frozen=True, slots=True)
class Means:
    """The years of a plan and the money that they bring."""

    years: range
    """Consecutive calendar years."""
    envelopes: Sequence[Envelope]
    unit: str = ""
    """What a hundred cents are called in reasons, such as "EUR"."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What starts when, why, and what becomes of the money of every year."""

    starts: Mapping[str, int]
    """The year in which each measure that the envelopes pay for starts, in the order of the decisions."""
    covered: tuple[str, ...]
    years: tuple[YearOfPlan, ...]
    decisions: tuple[Decision, ...]
    """One for each measure: covered ones, those decided by hand, then the others down the ranking."""
    ties: tuple[Tie, ...]
    """Ties whose decision could change what starts when."""
    tie_break: str

    def reasons(self) -> dict[str, str]:
        """Every measure's reason in one English sentence."""
        return {decision.option: decision.reason for decision in self.decisions}


def plan_over_years(
    measures: Sequence[Measure],
    scores: Scores,
    means: Means,
    *,
    minimum: Amount | None = None,
    settled: Mapping[str, int | None] = NOTHING_SETTLED,
    tie_break: str = DEFAULT_TIE_BREAK,
    seed: bytes | None = None,
) -> Plan:
    """Say for each measure in which of the years it starts, if in any.

    `scores` are those of the measures without cover, higher is better; None for one that is listed apart, which
    never starts. `settled` are decisions made by hand: a measure's first year, or None for one that is left
    out. They come first, whatever the ranking says. Amounts in the facts of the decisions are in the main unit,
    as Fractions. Raises InvalidBudget or UndecidedTie.

    >>> measures = [Measure("guide", 0, 20_000_00), Measure("room", 15_000_00, 5_000_00)]
    >>> envelopes = [Envelope("start", 25_000_00, 2031, 2031), Envelope("more", 45_000_00, 2032)]
    >>> plan = plan_over_years(measures, {"guide": 2, "room": 1}, Means(range(2031, 2034), envelopes, "EUR"))
    >>> dict(plan.starts), plan.reasons()["room"][:51]
    ({'guide': 2031, 'room': 2032}, 'taken in 2032: 20,000 of the 25,000 EUR left, then ')
    """
    open_ = _check(measures, scores, settled, means.years)
    instance = Instance.of({one.option: Fraction(one.volume, CENTS) for one in open_}, 0, unit=means.unit)
    check_scores(instance, {one.option: scores[one.option] for one in open_}, minimum)
    planning = _Planning(Ledger.of(means.envelopes, means.years), means, {one.option: one for one in open_}, minimum)
    covered = [one.option for one in measures if one.covered]
    planning.decisions += [Decision(one, taken=True, code="covered", facts=MappingProxyType({})) for one in covered]
    for option, start in settled.items():
        planning.settle(option, start)
    rule, equals = tie_rule(tie_break), Equals(instance, {}, seed)
    for options in levels({one.option: scores[one.option] for one in open_ if one.option not in settled}):
        ordered: Sequence[str] = options
        if planning.order_matters(options, scores):
            planning.ties.append(rule.tie(equals, options))
            ordered = planning.ties[-1].options
        for option in ordered:
            planning.decide(option, scores[option])
    return Plan(
        MappingProxyType(planning.starts),
        tuple(covered),
        planning.ledger.by_year(),
        tuple(planning.decisions),
        tuple(planning.ties),
        tie_break,
    )


def _check(
    measures: Sequence[Measure], scores: Scores, settled: Mapping[str, int | None], years: range
) -> list[Measure]:
    """The measures without cover; raises InvalidBudget for what says nothing."""
    option_places([one.option for one in measures])
    if not years or years.step != 1:
        raise InvalidBudget("not_consecutive_years", years=str(years))
    for one in measures:
        for name, cents in (("once", one.once), ("yearly", one.yearly)):
            if type(cents) is not int or cents < 0:
                raise InvalidBudget("not_an_amount_in_cents", option=one.option, part=name, amount=str(cents)[:80])
        if one.years is not None and (type(one.years) is not int or one.years < 1):
            raise InvalidBudget("years_not_positive", option=one.option, years=str(one.years)[:80])
    open_ = [one for one in measures if not one.covered]
    for option in [one.option for one in open_]:
        if option not in scores:
            raise InvalidBudget("scores_do_not_match_options", options=[option])
    for option, start in settled.items():
        if option not in {one.option for one in open_} or (start is not None and start not in years):
            raise InvalidBudget("cannot_be_settled", option=option, year=start)
    return open_


@dataclass(slots=True)
class _Planning:
    """A plan under way."""

    ledger: Ledger
    means: Means
    measures: Mapping[str, Measure]
    minimum: Amount | None
    starts: dict[str, int] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)

    def settle(self, option: str, start: int | None) -> None:
        """Carry out what was decided by hand; raises InvalidBudget if there is not the money."""
        code, facts = "settled_out", {}
        if start is not None:
            needs = self._needs(option, start)
            short = self.ledger.shortage(needs)
            if short is not None:
                raise InvalidBudget("settled_does_not_fit", option=option, year=short.year, cents=short.missing)
            facts = self._start(option, start, needs)
            code = "settled_in"
        self.decisions.append(Decision(option, taken=start is not None, code=code, facts=MappingProxyType(facts)))

    def decide(self, option: str, score: Amount | None) -> None:
        """Start a measure in the earliest year in which it fits, or say what is missing."""
        barred = self._barred(option, score)
        start = None if barred else self._earliest(option)
        if start is not None:
            facts = self._start(option, start, self._needs(option, start))
            code = "starts_and_stays" if "least_left" in facts else "starts"
            decision = Decision(option, taken=True, code=code, facts=MappingProxyType(facts))
        else:
            decision = barred or self._too_little(option)
        self.decisions.append(decision)

    def order_matters(self, options: Sequence[str], scores: Scores) -> bool:
        """Whether equals could start in other years in another order.

        Not if each can start when it could start alone: whoever comes later then finds its year still free.
        """
        if len(options) == 1:
            return False
        together: dict[int, int] = {}
        for option in options:
            start = None if self._barred(option, scores[option]) else self._earliest(option)
            if start is not None:
                for year, cents in self._needs(option, start).items():
                    together[year] = together.get(year, 0) + cents
        return self.ledger.shortage(together) is not None

    def _possible(self, option: str) -> range:
        """The years in which a measure may start."""
        years, from_year = self.means.years, self.measures[option].from_year
        return years if from_year is None else range(max(from_year, years[0]), years[-1] + 1)

    def _needs(self, option: str, start: int) -> dict[int, int]:
        return self.measures[option].needs(start, self.means.years)

    def _earliest(self, option: str) -> int | None:
        fitting = (year for year in self._possible(option) if self.ledger.shortage(self._needs(option, year)) is None)
        return next(fitting, None)

    def _start(self, option: str, start: int, needs: Mapping[int, int]) -> dict[str, object]:
        """Spend the money; the facts say what was there before."""
        left = self.ledger.left()
        facts: dict[str, object] = {
            "start_year": start,
            "cost": self._amount(needs[start]),
            "left": self._amount(left[start]),
            "once": self._amount(self.measures[option].once),
            "yearly": self._amount(self.measures[option].yearly),
            "unit": self.means.unit,
        }
        later = [left[year] for year, cents in needs.items() if year > start and cents]
        if later:
            facts["least_left"] = self._amount(min(later))
        self.ledger.spend(needs)
        self.starts[option] = start
        return facts

    def _barred(self, option: str, score: Amount | None) -> Decision | None:
        """Why a measure cannot start whatever money there is."""
        facts: dict[str, object] = {}
        if score is None:
            code = "not_ranked"
        elif self.minimum is not None and score < self.minimum:
            code, facts = "below_minimum", {"score": Fraction(score), "minimum": Fraction(self.minimum)}
        elif not self._possible(option):
            code = "no_year_allowed"
            facts = {"from_year": self.measures[option].from_year, "last_year": self.means.years[-1]}
        else:
            return None
        return Decision(option, taken=False, code=code, facts=MappingProxyType(facts))

    def _too_little(self, option: str) -> Decision:
        """Of all years in which it may start, the one in which least is missing."""
        measure = self.measures[option]
        shortages = [
            (short.missing, year, short)
            for year in self._possible(option)
            if (short := self.ledger.shortage(self._needs(option, year))) is not None
        ]
        missing, year, short = min(shortages, key=lambda one: one[:2])
        facts = {
            "start_year": year,
            "short_year": short.year,
            "cost": self._amount(self._needs(option, year)[short.year]),
            "left": self._amount(short.left),
            "missing": self._amount(missing),
            "once": self._amount(measure.once),
            "yearly": self._amount(measure.yearly),
            "unit": self.means.unit,
        }
        return Decision(option, taken=False, code="no_year_fits", facts=MappingProxyType(facts))

    def _amount(self, cents: int) -> Fraction:
        return Fraction(cents, CENTS)
