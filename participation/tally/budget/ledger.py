"""The money of several years: what envelopes grant, what is spent, what lapses and what carries over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from participation.tally.errors import InvalidBudget


@dataclass(frozen=True, slots=True)
class Envelope:
    """So many cents in each of its years; several envelopes add up."""

    name: str
    cents: int
    first_year: int
    last_year: int | None = None
    """None: until further notice."""
    carries_over: bool = False
    """What is not spent in a year is there in the next, also after the envelope's last year."""

    def grants(self, year: int) -> int:
        """The cents of one year."""
        return self.cents if self.first_year <= year and (self.last_year is None or year <= self.last_year) else 0


@dataclass(frozen=True, slots=True)
class YearOfPlan:
    """One year's money, in cents: granted + carried_in = spent + carried_out + lapsed."""

    year: int
    granted: int
    carried_in: int
    spent: int
    carried_out: int
    """What the next year gets; in the last year, what the plan leaves to the time after it."""
    lapsed: int


@dataclass(frozen=True, slots=True)
class Shortage:
    """Where most is missing to pay for something."""

    year: int
    left: int
    """What could be paid towards it in that year, in cents."""
    missing: int


@dataclass(slots=True)
class Ledger:
    """What is granted and spent in consecutive years, in cents."""

    lapsing: dict[int, int]
    carrying: dict[int, int]
    spent: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, envelopes: Sequence[Envelope], years: range) -> "Ledger":
        """Nothing spent yet. Raises InvalidBudget for amounts that are no cents and envelopes that end too early.

        >>> ledger = Ledger.of([Envelope("a", 100, 1), Envelope("b", 50, 2, carries_over=True)], range(1, 4))
        >>> ledger.spend({2: 30}); ledger.left()
        {1: 100, 2: 120, 3: 200}
        """
        for one in envelopes:
            if type(one.cents) is not int or one.cents < 0:
                raise InvalidBudget("not_an_amount_in_cents", envelope=one.name, amount=str(one.cents)[:80])
            if one.last_year is not None and one.last_year < one.first_year:
                raise InvalidBudget("ends_before_it_starts", envelope=one.name)
        lapsing, carrying = (
            {year: sum(one.grants(year) for one in envelopes if one.carries_over is carried) for year in years}
            for carried in (False, True)
        )
        return cls(lapsing, carrying, dict.fromkeys(years, 0))

    def spend(self, needs: Mapping[int, int]) -> None:
        """Take money out; nothing is checked here, see shortage."""
        for year, cents in needs.items():
            self.spent[year] += cents

    def shortage(self, needs: Mapping[int, int]) -> Shortage | None:
        """Where what is spent already and these needs cannot both be paid most is missing; None if they can.

        The year named is one in which something is needed: money that was saved for later years may be missing
        only then. Of several years in which equally much is missing it is the first.
        """
        worst, purse, needed = None, 0, self.first_year
        for year, lapsing in self.lapsing.items():
            needed = year if needs.get(year) else needed
            purse += self.carrying[year] - max(0, self.spent[year] + needs.get(year, 0) - lapsing)
            if purse < 0:
                if worst is None or -purse > worst.missing:
                    worst = Shortage(needed, max(0, needs.get(needed, 0) + purse), -purse)
                purse = 0
        return worst

    @property
    def first_year(self) -> int:
        """Where the plan begins."""
        return next(iter(self.lapsing))

    def left(self) -> dict[int, int]:
        """For each year, how much more could be spent in it alone: without taking from what later years spend."""
        ends, purse = [], 0
        for year, lapsing in self.lapsing.items():
            purse += self.carrying[year] - max(0, self.spent[year] - lapsing)
            ends.append(purse)
        spare = [min(ends[place:]) for place in range(len(ends))]
        return {
            year: max(0, lapsing - self.spent[year]) + spare[place]
            for place, (year, lapsing) in enumerate(self.lapsing.items())
        }

    def by_year(self) -> tuple[YearOfPlan, ...]:
        """The table of the plan."""
        rows, purse = [], 0
        for year, lapsing in self.lapsing.items():
            carried_in, spent = purse, self.spent[year]
            purse += self.carrying[year] - max(0, spent - lapsing)
            granted = lapsing + self.carrying[year]
            rows.append(YearOfPlan(year, granted, carried_in, spent, purse, max(0, lapsing - spent)))
        return tuple(rows)
