"""Add1: a little more money for everybody, again and again, while the outcome can be paid for."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from participation.tally.budget.electorate import Electorate
from participation.tally.budget.instances import Amount
from participation.tally.budget.market import Market, Sale
from participation.tally.budget.ties import Tie


@dataclass(frozen=True, slots=True)
class Completed:
    """The sale that counts, explained, and how it was reached."""

    sale: Sale
    budget: Fraction
    """What was divided among the voters in the sale that counts."""
    runs: int
    """The sales held, the one that could not be paid for included."""
    ended_by: str
    """Why there were no more: "not_completed", "nothing_fits", "all_bought" or "over_budget"."""
    ties: tuple[Tie, ...]
    """Every tie of any of the sales once: a completion can end earlier or later by a tie."""


def complete(market: Market, electorate: Electorate, step: Amount | None, for_sale: Sequence[int]) -> Completed:
    """Hold sales with ever more money, `step` for each voter at a time; None holds one.

    The last sale counts whose outcome costs no more than the budget.
    """
    rising = _Rising(market, electorate, Fraction(step or 0) * len(electorate), for_sale)
    if step is None:
        sale = rising.explained(0)
        return Completed(sale, rising.budget(0), 1, "not_completed", tuple(sale.ties))
    raised, sale, runs = 0, rising.first(), 1
    ties = dict.fromkeys(sale.ties)
    while (ended_by := rising.enough(sale)) is None:
        following = rising.sale(raised + 1)
        runs += 1
        if following is None:
            ended_by = "over_budget"
            break
        raised, sale = raised + 1, following
        ties.update(dict.fromkeys(sale.ties))
    return Completed(rising.explained(raised), rising.budget(raised), runs, ended_by, tuple(ties))


@dataclass(frozen=True, slots=True)
class _Rising:
    """The sales of one completion, by the number of steps."""

    market: Market
    electorate: Electorate
    increase: Fraction
    """By how much the budget rises with each step."""
    for_sale: Sequence[int]

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
        limit = floor(self.market.instance.budget * self.market.parts)
        return self.market.run(self.starts(steps), self.for_sale, limit=limit)

    def explained(self, steps: int) -> Sale:
        return self.market.explain(self.starts(steps), self.for_sale)

    def enough(self, sale: Sale) -> str | None:
        """Why there is nothing to be gained from more money, None if there is."""
        market = self.market
        gone = set(sale.bought).union(*(market.rivals.get(column, ()) for column in sale.bought))
        if not any(market.supporters[column] for column in self.for_sale if column not in gone):
            return "all_bought"
        left = market.instance.budget * market.parts - sale.spent
        if all(market.costs[column] > left for column in self.for_sale if column not in gone):
            return "nothing_fits"
        return None
