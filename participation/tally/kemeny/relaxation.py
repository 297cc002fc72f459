"""The linear programme behind the consensus, and what its solutions prove in integers.

A pair of options has a variable: 1 if the first is before the second, 0 if not. In an order no three options go
round in a cycle; of these conditions only those are added that a solution breaks (M. Grötschel, M. Jünger and
G. Reinelt, A cutting plane algorithm for the linear ordering problem, Operations Research 32, 1984).

The solver calculates with floats and is not believed. Its prices of the conditions are rounded to integers, and
any prices give a bound that needs no more than addition to check (A. Neumaier and O. Shcherbina, Safe bounds in
linear and mixed-integer linear programming, Mathematical Programming 99, 2004).
"""

from dataclasses import dataclass
from math import gcd
from time import monotonic
from typing import Final

import numpy as np
from numpy.typing import NDArray

from participation.tally.kemeny.highs import LinearProgramme, Places
from participation.tally.kemeny.orders import Matrix, Relation

PARTS: Final = 2**20
"""Prices are rounded to this part of the unit of margins."""

CUTS_AT_ONCE: Final = 10_000
"""Conditions that are added in one go; adding all that are broken is faster than solving more often."""

SAFE_INT64: Final = 2**61
SAFE_FLOAT: Final = 2**53

NOISE: Final = 2**24
"""The solver is trusted to be wrong by no more than this part of all margins; what is missing beyond is missing."""

MAGNIFIED: Final = 16
"""How much more than what is missing is looked at when prices are refined."""

BROKEN: Final = 1e-6
"""By so much a condition must be broken to be added."""


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """A solution of the programme, and what it proves."""

    before: NDArray[np.float64]
    """(options, options): to which part the row is before the column."""
    bound: int
    """No order that the programme allows overrules less; exact."""
    parts: int
    """The same before it is rounded up to what an order can overrule, in PARTS."""
    surcharge: Matrix
    """(options, options): how many PARTS more it costs at least to have the row before the column; 0 where fixed."""


@dataclass(frozen=True, slots=True, eq=False)
class _Proof:
    """Prices of the conditions, in PARTS, and the bound that follows from them."""

    prices: Matrix
    parts: int
    reduced: Matrix
    """How much each variable raises the bound if it is 1, lowers it if it is 0; 0 where it is fixed."""


class Relaxation:
    """The programme over some options, to which conditions are added as they are needed."""

    def __init__(self, margins: Matrix) -> None:
        """Start without any condition; some margin is not 0."""
        self.size = len(margins)
        self._pairs = np.triu_indices(self.size, 1)
        number = np.zeros(margins.shape, np.int64)
        number[self._pairs] = np.arange(len(self._pairs[0]))
        self._number = number + number.T
        gains = margins[self._pairs]
        self._largest = int(abs(gains).max())
        self._gains = gains
        self.step = gcd(*gains.tolist())
        steps = min(self._largest // self.step, SAFE_FLOAT)
        self.sizes: NDArray[np.float64] = 1 + abs(margins / self._largest).astype(np.float64) * steps
        self._lower, self._upper = np.zeros(len(gains), np.int64), np.ones(len(gains), np.int64)
        # Each condition is that some variables, with signs, add up to at most so much.
        self._owners, self._columns, self._signs = (np.zeros(0, np.int64) for _ in range(3))
        self._most = np.zeros(0, np.int64)
        self._lifted: list[int] = []
        self._forbidding: int | None = None
        self._programme = LinearProgramme(-(gains / self._largest).astype(np.float64))

    def restrict(self, before: Relation) -> None:
        """Allow only orders in which these pairs stand as the relation says."""
        self._lower = before[self._pairs].astype(np.int64)
        self._upper = 1 - before.T[self._pairs].astype(np.int64)
        self._programme.limit(self._lower, self._upper)

    def forbid(self, pairs: Relation) -> None:
        """Forbid to have all of these pairs at once, in the place of what was forbidden before."""
        if self._forbidding is not None:
            self._programme.lift(self._forbidding)
            self._lifted.append(self._forbidding)
        self._forbidding = len(self._most)
        first, second = np.nonzero(pairs)
        signs = np.where(first < second, 1, -1)
        most = len(first) - 1 - np.count_nonzero(signs < 0)
        self._add(self._number[first, second], signs, np.array([most]))

    def cut(self, before: NDArray[np.float64]) -> int:
        """Add the conditions on three options that a solution breaks most; say how many."""
        cycles, excess = [np.zeros((0, 3), np.int64)], [np.zeros(0)]
        for first in range(self.size - 2):
            later = slice(first + 1, None)
            broken = before[first, later, None] + before[later, later] + before[later, first] - 2
            second, third = np.nonzero(broken > BROKEN)
            excess.append(broken[second, third])
            cycles.append(np.stack((np.full(len(second), first), second + first + 1, third + first + 1), axis=1))
        worst = np.argsort(-np.concatenate(excess), kind="stable")[:CUTS_AT_ONCE]
        cycle = np.concatenate(cycles)[worst]
        onward = np.roll(cycle, -1, axis=1)
        signs = np.where(cycle < onward, 1, -1)
        self._add(self._number[cycle, onward].ravel(), signs.ravel(), 2 - np.count_nonzero(signs < 0, axis=1))
        return len(cycle)

    def solve(self, seconds: float, wanted: int) -> Relaxed | None:
        """Solve it as it is, as far as the time goes; None if that is too little for any solution.

        Where the bound falls short of `wanted` by so little that floats may be why, the prices are refined.
        """
        deadline = monotonic() + seconds
        solved = self._programme.solve(seconds)
        if solved is None:
            return None
        values, shares = solved
        before = np.zeros(self._number.shape)
        before[self._pairs] = values
        before.T[self._pairs] = 1 - values
        proof = self._refined(self._proof(self._prices(shares, self._largest * PARTS)), wanted * PARTS, deadline)
        bound = -(-proof.parts // (self.step * PARTS)) * self.step
        return Relaxed(before, bound, proof.parts, self._surcharges(proof))

    def _add(self, columns: Places, signs: Places, most: Places) -> None:
        """Add conditions of equally many entries each."""
        if not len(most):
            return
        entries = len(columns) // len(most)
        self._programme.add(np.arange(len(most)) * entries, columns, signs, most)
        owners = np.repeat(np.arange(len(most)) + len(self._most), entries)
        self._owners = np.concatenate((self._owners, owners))
        self._columns = np.concatenate((self._columns, columns))
        self._signs = np.concatenate((self._signs, signs))
        self._most = np.concatenate((self._most, most))

    def _prices(self, shares: NDArray[np.float64], whole: int) -> Matrix:
        """Shares of a whole as integers; Python's own where a sum of prices and margins could leave 64 bits."""
        shares[self._lifted] = 0
        fits = whole < SAFE_INT64 and (2 * shares.sum() + len(self._gains)) * whole < SAFE_INT64
        prices = [int(share * SAFE_FLOAT) * whole // SAFE_FLOAT for share in shares.tolist()]
        return np.array(prices, np.int64 if fits else object)

    def _proof(self, prices: Matrix) -> _Proof:
        """What any prices of at least 0 prove.

        What an order overrules is at least that plus, for each condition, price times (sum - most), as an order
        keeps every condition; and of that the least is found variable by variable.
        """
        reduced = -PARTS * self._gains.astype(prices.dtype)
        np.add.at(reduced, self._columns, self._signs * prices[self._owners])
        fixed = self._lower == self._upper
        least = np.where(fixed, reduced * self._lower, np.minimum(reduced, 0))
        always = PARTS * int(np.maximum(self._gains, 0).astype(prices.dtype).sum())
        parts = always + int(least.sum()) - int((prices * self._most).sum())
        return _Proof(prices, parts, np.where(fixed, 0, reduced))

    def _surcharges(self, proof: _Proof) -> Matrix:
        """(options, options): how much more it costs at least to have the row before the column."""
        surcharge = np.zeros(self._number.shape, proof.reduced.dtype)
        surcharge[self._pairs] = np.maximum(proof.reduced, 0)
        surcharge.T[self._pairs] = np.maximum(-proof.reduced, 0)
        return surcharge

    def _refined(self, proof: _Proof, wanted: int, deadline: float) -> _Proof:
        """Correct prices by solving for what is missing, magnified.

        (A. Gleixner, D. Steffy and K. Wolter, Iterative refinement for linear programming, INFORMS Journal on
        Computing 28, 2016.) Prices are lowered a little first, so that they can become more or less; a variable
        that costs far more than what is missing is decided, and its cost is cut off.
        """
        noise = len(self._gains) * self._largest * PARTS // NOISE
        while 0 < (missing := wanted - proof.parts) < noise:
            lowered = np.maximum(proof.prices.astype(object) - missing, 0)
            whole = MAGNIFIED * missing
            self._programme.price((np.clip(self._proof(lowered).reduced, -whole, whole) / whole).astype(np.float64))
            solved = self._programme.solve(deadline - monotonic())
            if solved is None:
                break
            better = self._proof(lowered + self._prices(solved[1], whole))
            if 2 * (wanted - better.parts) > missing:
                break
            proof = better
        self._programme.price(-(self._gains / self._largest).astype(np.float64))
        return proof
