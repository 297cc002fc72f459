"""What every voter still has: as floats, to find things fast, and exactly, to decide.

All who pay the full price of a purchase pay the same, and whoever has less gives all that is left. So a voter
either has nothing, or has the start of their body less the prices of what was bought that they support:

    left of v  =  start of v's body  -  sum of price_k over the purchases k that v supports

A sum over many voters is therefore a sum over few prices, with whole numbers of voters as coefficients, which
NumPy counts. Starts and prices are whole numbers over one common denominator, so that exact sums are sums of
Python's integers, no fraction is ever reduced, and their number does not depend on the number of voters.

The floats are never further than `blur` from the exact values: each purchase rounds twice, by at most half a
unit in the last place of the largest start. Who has something never has the float 0.0.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd, lcm
from operator import mul

import numpy as np
from numpy.typing import NDArray

from participation.tally.budget.electorate import Electorate

ROUNDING: float = 2.0**-52


@dataclass(slots=True, eq=False)
class Purses:
    """The money of all rows of an electorate while purchases are made."""

    electorate: Electorate
    whole: int
    """The common denominator: exact values below are so many parts of one unit of money."""
    starts: list[int]
    """For each body, what one of its voters started with."""
    left: NDArray[np.float64]
    """(rows,): what each voter of a row has left; exactly 0.0 for those who have nothing."""
    grain: float
    """What one purchase can add to the distance between a float and the exact value."""
    blur: float
    """No float in `left` is further from the exact value."""
    prices: list[int] = field(default_factory=list)
    """For each purchase, what those paid who paid the full price."""
    bought: list[int] = field(default_factory=list)
    """The purchases, as columns."""

    @classmethod
    def filled(cls, electorate: Electorate, starts: list[Fraction]) -> "Purses":
        """Every voter of a body with the same start."""
        whole = lcm(*(start.denominator for start in starts))
        floats = np.array([float(start) for start in starts])
        exact = [int(start * whole) for start in starts]
        grain = float(max(floats, default=0.0)) * ROUNDING
        return cls(electorate, whole, exact, floats[electorate.body], grain, grain)

    def sum(self, rows: NDArray[np.int64]) -> int:
        """What the voters of rows have together, in parts of `whole`; rows with nothing must not be among them."""
        if not len(rows):
            return 0
        voters = self.electorate.voters.take(rows)
        if len(self.starts) == 1:
            money = int(voters.sum()) * self.starts[0]
        else:
            of_body = np.bincount(self.electorate.body[rows], voters, len(self.starts))
            money = sum(int(number) * start for number, start in zip(of_body.tolist(), self.starts, strict=True))
        paid: int = sum(map(mul, self._payers(rows, voters), self.prices))
        return money - paid

    def exact(self, rows: NDArray[np.int64]) -> list[int]:
        """What one voter of each row has, in parts of `whole`; rows with nothing must not be among them."""
        known: dict[tuple[int, bytes], int] = {}
        paid = np.ascontiguousarray(self.electorate.supports[rows][:, self.bought])
        bodies = self.electorate.body[rows].tolist()
        amounts = []
        for body, payments in zip(bodies, paid, strict=True):
            key = body, payments.tobytes()
            if key not in known:
                known[key] = self.starts[body] - sum(map(mul, payments.tolist(), self.prices))
            amounts.append(known[key])
        return amounts

    def pay(
        self,
        column: int,
        rows: NDArray[np.int64],
        rich: NDArray[np.bool_],
        left: NDArray[np.float64],
        price: tuple[int, int],
    ) -> None:
        """Let the voters of rows, who have `left`, buy: the rich for above / (below * whole) each, others for all."""
        above, below = price
        shared = gcd(above, below)
        above, below = above // shared, below // shared
        if below > 1:
            self.whole *= below
            self.starts = [start * below for start in self.starts]
            self.prices = [price * below for price in self.prices]
        self.bought.append(column)
        self.prices.append(above)
        self.blur += self.grain
        kept = np.maximum(left - above / self.whole, self.grain / 2)
        kept *= rich
        self.left[rows] = kept

    def _payers(self, rows: NDArray[np.int64], voters: NDArray[np.int64]) -> list[int]:
        """For each purchase, how many voters of the rows paid for it."""
        paid = self.electorate.supports.take(rows, 0).take(self.bought, 1)
        counted: list[int] = voters.dot(paid).tolist()
        return counted
