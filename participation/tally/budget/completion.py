"""Add1: a little more money for everybody, again and again, while the outcome can be paid for.

Few voters with much money would need tens of thousands of steps of one euro. Where steps keep buying the same,
the next ones are looked at from afar: those between which nothing can change are passed over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Final

from participation.tally.budget.electorate import Electorate
from participation.tally.budget.instances import Amount
from participation.tally.budget.market import Course, Market, Sale
from participation.tally.budget.ties import Tie
from participation.tally.errors import InvalidBudget

MOST_SALES: Final = 20_000
"""More are not held: where money is counted in small units, a larger step has to be declared, not guessed."""

_PATIENCE: Final = 8
"""Steps that buy the same before it is worth looking further ahead."""


@dataclass(frozen=True, slots=True)
class Completed:
    """The sale that counts, explained, and how it was reached."""

    sale: Sale
    budget: Fraction
    """What was divided among the voters in the sale that counts."""
    steps: int
    """How often everybody's money was raised for it."""
    ended_by: str
    """Why there were no more: "not_completed", "nothing_fits", "all_bought" or "over_budget"."""
    ties: tuple[Tie, ...]
    """Every tie of any of the sales once: a completion can end earlier or later by a tie."""


def complete(market: Market, electorate: Electorate, step: Amount | None, for_sale: Sequence[int]) -> Completed:
    """Hold sales with ever more money, `step` for each voter at a time; None holds one.

    The last sale counts whose outcome costs no more than the budget. Raises InvalidBudget `step_too_small` where
    that would take more than MOST_SALES sales.
    """
    rising = _Rising(market, electorate, Fraction(step or 0) * len(electorate), for_sale)
    if step is None:
        sale = rising.explained(0)
        return Completed(sale, rising.budget(0), 0, "not_completed", tuple(sale.ties))
    raised, sale, alike, patience = 0, rising.first(), 0, _PATIENCE
    ties = dict.fromkeys(sale.ties)
    while (ended_by := rising.enough(sale)) is None:
        if alike >= patience:
            unchanged = rising.unchanged(raised)
            raised, alike, patience = raised + unchanged, 0, patience if unchanged else 2 * patience
        following = rising.sale(raised + 1)
        if following is None:
            ended_by = "over_budget"
            break
        alike = alike + 1 if following.bought == sale.bought else 0
        raised, sale = raised + 1, following
        ties.update(dict.fromkeys(sale.ties))
    return Completed(rising.explained(raised), rising.budget(raised), raised, ended_by, tuple(ties))


@dataclass(slots=True)
class _Rising:
    """The sales of one completion, by the number of steps."""

    market: Market
    electorate: Electorate
    increase: Fraction
    """By how much the budget rises with each step."""
    for_sale: Sequence[int]
    held: int = 0

    def budget(self, steps: int) -> Fraction:
        return self.market.instance.budget + steps * self.increase

    def starts(self, steps: int) -> list[Fraction]:
        budget = self.budget(steps)
        return [share * budget for share in self.electorate.shares()]

    def first(self) -> Sale:
        """The sale of the budget itself, which cannot cost more."""
        return self.market.run(self.starts(0), self.for_sale) or Sale()

    def sale(self, steps: int) -> Sale | None:
        """None if it costs more than there is."""
        self.hold(steps)
        limit = floor(self.market.instance.budget * self.market.parts)
        return self.market.run(self.starts(steps), self.for_sale, limit=limit)

    def explained(self, steps: int) -> Sale:
        return self.market.explain(self.starts(steps), self.for_sale)

    def unchanged(self, steps: int) -> int:
        """For how many further steps the sale is proven to buy the same, see Market.course.

        The steps with one course are an interval, so its end is found by doubling and halving.
        """
        course = self.course(steps)
        reach, hop = 0, _PATIENCE
        while course is not None and self.course(steps + reach + hop) == course:
            reach, hop = reach + hop, 2 * hop
        while course is not None and hop > 1:
            hop //= 2
            if self.course(steps + reach + hop) == course:
                reach += hop
        return reach

    def course(self, steps: int) -> Course | None:
        self.hold(steps)
        return self.market.course(self.starts(steps), self.for_sale)

    def hold(self, steps: int) -> None:
        """Count a sale; raises InvalidBudget beyond MOST_SALES."""
        self.held += 1
        if self.held > MOST_SALES:
            raise InvalidBudget("step_too_small", steps=steps, raised_to=str(self.budget(steps))[:80], most=MOST_SALES)

    def enough(self, sale: Sale) -> str | None:
        """Why there is nothing to be gained from more money, None if there is."""
        market = self.market
        gone = set(sale.bought).union(*(market.rivals.get(column, ()) for column in sale.bought))
        wanted = [column for column in self.for_sale if market.supporters[column] and column not in gone]
        if not wanted:
            return "all_bought"
        if all(market.costs[column] > market.instance.budget * market.parts - sale.spent for column in wanted):
            return "nothing_fits"
        return None
