"""One purchase after the other from the supporters' money: the Method of Equal Shares at given starts.

Peters, Pierczyński and Skowron, Proportional Participatory Budgeting with Additive Utilities (NeurIPS 2021,
arXiv 2008.13276), with cost utilities: an option is worth its cost to each of its supporters. They can buy it
if they have its cost together. Everybody then pays the same price, and whoever has less gives all that is left:

    sum over the supporters v of min(left of v, price)  =  cost

Of all options that can be bought, the one with the lowest price per unit of cost (rho) comes next: the one
whose supporters pay the least for what they get.

Money only leaves the purses, so a price once found is a lower bound for ever after, and an option that cannot
be paid for never will be. Options wait in the order of these bounds, and only those are looked at again whose
bound reaches the best price found. Prices are first found in floats with a bound of their error; options that
are closer than that, and voters who are that close to the price, are told apart exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import inf, lcm
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from participation.tally.budget.electorate import Electorate
from participation.tally.budget.instances import Instance
from participation.tally.budget.purses import ROUNDING, Purses
from participation.tally.budget.ties import Equals, Tie, TieRule
from participation.tally.scoring import display_order

_STEPS: Final = 64
"""Newton's method finds a price in two or three steps; beyond these it is found exactly instead."""


class Price(NamedTuple):
    """What supporters would pay for an option, in money per unit of its cost, between two floats."""

    column: int
    low: float
    high: float
    found: float
    """The price in money; floats above it by more than `blur` pay it, those below by more give all they have."""
    blur: float
    payers: int
    """How many have more than that by more than `blur`."""


class ExactPrice(NamedTuple):
    """The price above / (below * whole) that all but the poor pay."""

    column: int
    above: int
    below: int
    rich: NDArray[np.bool_]
    """(supporting rows,): who pays the price and keeps something; the others give all they have."""
    left: NDArray[np.float64]
    """(supporting rows,): what they had."""


Course: TypeAlias = tuple[tuple[int, bytes | None], ...]
"""In their order, the options looked at, and who could pay for them; -1 where one of them is bought."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """One option bought, and how it was paid."""

    column: int
    rho: Fraction
    """The price per unit of cost; 0 for an option that costs nothing."""
    payers: int
    """The supporters who had something to give."""
    least: Fraction
    """What the poorest of them paid."""
    most: Fraction
    """What the richest paid: the price."""


@dataclass(slots=True)
class Sale:
    """What was bought at certain starts."""

    bought: list[int] = field(default_factory=list)
    spent: int = 0
    """In parts of Market.parts."""
    ties: list[Tie] = field(default_factory=list)
    purchases: list[Purchase] = field(default_factory=list)
    """Filled if they are asked for."""
    left: dict[int, Fraction] = field(default_factory=dict)
    """What the supporters of options that were not bought have at the end; filled with `purchases`."""


class Market:
    """An electorate and what is for sale, ready to be run at any starts."""

    def __init__(self, instance: Instance, electorate: Electorate, rule: TieRule, equals: Equals) -> None:
        self.instance, self.electorate, self.rule, self.equals = instance, electorate, rule, equals
        self.options = instance.options
        self.parts = lcm(*(cost.denominator for cost in instance.costs.values()))
        """Costs are whole numbers of these parts of the instance's unit."""
        self.costs = [int(cost * self.parts) for cost in instance.costs.values()]
        self.rows = electorate.supporters
        self.weights = [electorate.voters[rows].astype(np.float64) for rows in self.rows]
        self.supporters = [int(weights.sum()) for weights in self.weights]
        places = {option: place for place, option in enumerate(self.options)}
        self.rivals = {
            places[option]: {places[other] for other in others} for option, others in instance.rivals().items()
        }

    def run(self, starts: Sequence[Fraction], for_sale: Sequence[int], *, limit: int | None = None) -> Sale | None:
        """Sell until nothing can be bought; None as soon as more than `limit` parts are spent.

        `starts` are what one voter of each body begins with, in the instance's unit.
        """
        return _Run(self, starts, for_sale).sell(limit)

    def explain(self, starts: Sequence[Fraction], for_sale: Sequence[int]) -> Sale:
        """The same sale, with every purchase's price and payers, and what is left behind the other options."""
        run = _Run(self, starts, for_sale, explain=True)
        sale = run.sell(None) or Sale()
        sale.left = {column: run.exact_left(column) for column in for_sale if column not in sale.bought}
        return sale

    def course(self, starts: Sequence[Fraction], for_sale: Sequence[int]) -> Course | None:
        """How a sale went, with everything that was compared on the way; None if something was too close to call.

        As long as the same voters are poor and rich, what everybody has, every price and every sum is a linear
        function of the starts, and so is each comparison that decides something. If two sales have the same
        course, every comparison falls the same way at both, so it does at all starts between them: all sales
        between them buy the same.
        """
        run = _Run(self, starts, for_sale)
        run.course = []
        run.sell(None)
        return tuple(run.course) if run.clear else None


class _Run:
    """One sale under way."""

    course: list[tuple[int, bytes | None]] | None = None
    """What was compared, where that is asked for."""
    clear: bool = True
    """Nothing of it was too close to be sure that it falls the same way nearby."""

    def __init__(
        self, market: Market, starts: Sequence[Fraction], for_sale: Sequence[int], *, explain: bool = False
    ) -> None:
        self.market, self.explain, self.sale = market, explain, Sale()
        self.purses = Purses.filled(market.electorate, [start * market.parts for start in starts])
        self.waiting = [(_bound(market, column), column) for column in for_sale if market.supporters[column]]
        heapify(self.waiting)
        self.gone: set[int] = set()

    def sell(self, limit: int | None) -> Sale | None:
        while (chosen := self._cheapest()) is not None:
            self._buy(chosen)
            if limit is not None and self.sale.spent > limit:
                return None
        return self.sale

    def exact_left(self, column: int) -> Fraction:
        """What the supporters of an option have together, in the instance's unit."""
        rows = self._having(column)
        return Fraction(self.purses.sum(rows), self.purses.whole * self.market.parts)

    def _having(self, column: int) -> NDArray[np.int64]:
        rows = self.market.rows[column]
        return rows[self.purses.left[rows] > 0]

    def _cheapest(self) -> ExactPrice | None:
        """The option with the lowest rho, after ties were decided; None if none can be paid for."""
        prices: list[Price] = []
        best = inf
        while self.waiting and self.waiting[0][0] <= best:
            low, column = heappop(self.waiting)
            if column in self.gone:
                continue
            price = self._price(column, low * self.market.costs[column])
            if self.course is not None:
                self.course.append((column, self._compared_with(column, price)))
            if price is not None:
                prices.append(price)
                best = min(best, price.high)
        near = [price for price in prices if price.low <= best]
        if self.course is not None:
            self.course.append((-1, None))
        self.clear &= len(near) == 1 or not any(self.market.costs[price.column] for price in near)
        chosen = self._choose([self._exactly(price) for price in near])
        for price in prices:
            if chosen is None or price.column != chosen.column:
                heappush(self.waiting, (price.low, price.column))
        return chosen

    def _compared_with(self, column: int, price: Price | None) -> bytes | None:
        """Who would pay the price of an option and keep something; None if it cannot be paid."""
        if price is None or not self.market.costs[column]:
            return None if price is None else b""
        left, weights = self.purses.left.take(self.market.rows[column]), self.market.weights[column]
        self.clear &= price.payers > 0 and weights.dot(left > price.found - price.blur) == price.payers
        return (left > price.found + price.blur).tobytes()

    def _choose(self, prices: list[ExactPrice]) -> ExactPrice | None:
        """The lowest rho, exactly; among equals, one that takes nothing from the others, else by the tie rule."""
        if len(prices) < 2:  # noqa: PLR2004  # nothing to compare
            return prices[0] if prices else None
        rhos = {price.column: self._rho(price) for price in prices}
        lowest = min(rhos.values())
        equal = {price.column: price for price in prices if rhos[price.column] == lowest}
        rivals = self._in_the_way(list(equal))
        options = self.market.options
        free = [column for column in equal if column not in rivals]
        if free:
            return equal[min(free, key=lambda column: display_order(options[column]))]
        tie = self.market.rule.tie(self.market.equals, [options[column] for column in equal])
        self.sale.ties.append(tie)
        return equal[options.index(tie.options[0])]

    def _in_the_way(self, equal: Sequence[int]) -> set[int]:
        """Those of several options of equal rho that can change what another one costs, or exclude it.

        That is, those with a supporter who has money and supports another one too. Options of equal rho cost
        either all something or all nothing. Supporters are gone through once, not for every pair of options.
        """
        among = set(equal)
        excluding = {column for column in equal if among & self.market.rivals.get(column, set())}
        if not self.market.costs[equal[0]]:
            return excluding
        having = {column: self._having(column) for column in equal}
        supported = np.zeros(len(self.purses.left), np.int64)
        for rows in having.values():
            supported[rows] += 1
        return excluding | {column for column, rows in having.items() if (supported[rows] > 1).any()}

    def _rho(self, price: ExactPrice) -> Fraction:
        cost = self.market.costs[price.column]
        return Fraction(price.above, price.below * self.purses.whole * cost) if cost else Fraction(0)

    def _buy(self, price: ExactPrice) -> None:
        market, sale, column = self.market, self.sale, price.column
        if self.explain:
            sale.purchases.append(self._explained(price))
        self.purses.pay(column, market.rows[column], price.rich, price.left, (price.above, price.below))
        sale.bought.append(column)
        sale.spent += market.costs[column]
        self.gone.add(column)
        self.gone |= market.rivals.get(column, set())

    def _price(self, column: int, start: float) -> Price | None:
        """Find a price in floats, from a lower bound; None if the supporters do not have the cost."""
        cost = self.market.costs[column]
        if not cost:
            return Price(column, 0.0, 0.0, 0.0, 0.0, 0)
        left, weights = self.purses.left.take(self.market.rows[column]), self.market.weights[column]
        together, blur_of_left = float(weights.dot(left)), self.purses.blur
        error = self.market.supporters[column] * blur_of_left + len(left) * ROUNDING * together
        if together < cost + error and (together < cost - error or not self._affordable(column)):
            return None
        price, payers = start, float(weights.dot(left > start))
        for _ in range(_STEPS):
            if not payers:
                break
            found = price + (cost - float(weights.dot(np.minimum(left, price)))) / payers
            blur = 4 * error / payers + blur_of_left
            above = float(weights.dot(left > found + blur))
            if above == payers:
                return Price(column, (found - blur) / cost, (found + blur) / cost, found, blur, int(payers))
            if abs(found - price) <= blur:
                return self._doubtful(column, found, blur if 4 * above >= payers else inf)
            price, payers = found, float(weights.dot(left > found))
        return self._doubtful(column, 0.0, inf)

    def _affordable(self, column: int) -> bool:
        return self.purses.sum(self._having(column)) >= self.market.costs[column] * self.purses.whole

    def _doubtful(self, column: int, found: float, blur: float) -> Price:
        """The price of an option some of whose supporters are too close to it for floats: exact, then rounded."""
        exact = self._compared(column, found, blur)
        cost = self.market.costs[column]
        found = exact.above / (exact.below * self.purses.whole)
        rounding = found * ROUNDING
        return Price(column, (found - rounding) / cost, (found + rounding) / cost, found, max(blur, rounding), 0)

    def _exactly(self, price: Price) -> ExactPrice:
        """The exact price, for whole numbers of payers."""
        column, purses = price.column, self.purses
        rows = self.market.rows[column]
        left = purses.left.take(rows)
        rich = left > price.found + price.blur
        (poor,) = ((left > 0) > rich).nonzero()
        if not price.payers or (len(poor) and left.take(poor).max() >= price.found - price.blur):
            return self._compared(column, price.found, price.blur)
        above = self.market.costs[column] * purses.whole - purses.sum(rows.take(poor))
        return ExactPrice(column, above, price.payers, rich, left)

    def _compared(self, column: int, found: float, blur: float) -> ExactPrice:
        """Who is clearly poorer gives all, who is close to the price is compared in whole numbers."""
        cost, rows = self.market.costs[column], self.market.rows[column]
        left = self.purses.left.take(rows)
        if not cost:
            return ExactPrice(column, 0, 1, left > 0, left)
        voters = self.market.electorate.voters[rows]
        rich = left > found + blur
        poor = np.flatnonzero((left > 0) & (left < found - blur))
        close = np.flatnonzero((left > 0) & ~rich & (left >= found - blur))
        above = cost * self.purses.whole - self.purses.sum(rows[poor])
        below = int(voters[rich].sum() + voters[close].sum())
        amounts = self.purses.exact(rows[close])
        for amount, number in sorted(zip(amounts, voters[close].tolist(), strict=True)):
            if amount * below > above or number == below:
                break
            above, below = above - amount * number, below - number
        rich[close] = [amount * below > above for amount in amounts]
        return ExactPrice(column, above, below, rich, left)

    def _explained(self, price: ExactPrice) -> Purchase:
        whole = self.purses.whole
        most = least = Fraction(price.above, price.below * whole * self.market.parts)
        having = self._having(price.column)
        poor = np.flatnonzero((price.left > 0) & ~price.rich)
        if len(poor):
            floats = price.left[poor]
            poorest = self.market.rows[price.column][poor[floats <= floats.min() + 2 * self.purses.blur]]
            least = Fraction(min(self.purses.exact(poorest)), whole * self.market.parts)
        payers = int(self.market.electorate.voters[having].sum())
        return Purchase(price.column, self._rho(price), payers, least, most)


def _bound(market: Market, column: int) -> float:
    """No price per unit of cost can be lower than if all supporters paid the same."""
    return (1 - 4 * ROUNDING) / market.supporters[column] if market.costs[column] else 0.0
