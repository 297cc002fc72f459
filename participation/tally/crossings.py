"""Where two options change places while one round's weight moves and the others stay.

With weight y of the round, an option's joint score is

    (fixed + y * slope) / (behind + y * stood)

`fixed` the other rounds' weighted scores, `slope` its score in this round, `behind` the other rounds' weight where
it stood, `stood` 1 if it stood in this one. Everything is a whole number here: scores and weights over common
denominators, which change no order.

Where all options stood in the same rounds the denominators are equal and two options cross where two lines do,
at a fraction. Otherwise they cross at the roots of a quadratic equation, which need not be fractions. A root that
is none is held between two fractions, as narrow as needed to keep it apart from all others. As weights are
fractions, no weight ever lies on such a root.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heappop, heappush
from itertools import chain, groupby, pairwise
from math import gcd, inf, isqrt, prod
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from participation.tally.joint import LEAST_COVERAGE

Order: TypeAlias = tuple[tuple[str, ...], ...]
"""Ranked options, best first, those that share a rank together; options listed apart are left out."""

Pairs: TypeAlias = Sequence[tuple[int, int]]
"""Places of options in Lines.options, two by two."""

_ERROR: Final = 2.0**-51
"""Two numbers from 0 to 1, each rounded to a float, and their difference rounded: off by less than this."""

_SMALLEST: Final = 2.0**-1000
"""Added where a quotient may have become 0 on the way."""

_NO_MORE: Final = (inf, (0, 0))


@dataclass(frozen=True, slots=True)
class Lines:
    """All options' joint scores as one round's weight moves; options without any score are left out."""

    options: tuple[str, ...]
    fixed: tuple[int, ...]
    slope: tuple[int, ...]
    behind: tuple[int, ...]
    stood: tuple[int, ...]
    whole: int
    """The weight of the other rounds that speak."""

    @property
    def straight(self) -> bool:
        """Whether all options stood in all rounds that speak, and others do than the one that moves."""
        return self.whole > 0 and all(self.stood) and all(weight == self.whole for weight in self.behind)

    def order_at(self, weight: Fraction) -> Order:
        """The ranking at this weight, exact; some round must have weight.

        The few different denominators are multiplied, so that whole numbers are compared.
        """
        over, under = weight.numerator, weight.denominator
        whole = self.whole * under + over
        below = [behind * under + stood * over for behind, stood in zip(self.behind, self.stood, strict=True)]
        enough = LEAST_COVERAGE.numerator * whole
        ranked = [at for at, part in enumerate(below) if part and part * LEAST_COVERAGE.denominator >= enough]
        common = prod({below[at] for at in ranked})
        height = {at: (self.fixed[at] * under + self.slope[at] * over) * (common // below[at]) for at in ranked}
        ranked.sort(key=height.__getitem__, reverse=True)
        return tuple(
            tuple(self.options[at] for at in sorted(sharing)) for _, sharing in groupby(ranked, key=height.__getitem__)
        )


@dataclass(frozen=True, slots=True)
class Crossing:
    """A weight at which something may change: a fraction, or a root between two of them."""

    low: Fraction
    high: Fraction

    @property
    def exact(self) -> bool:
        """Whether it is a fraction."""
        return self.low == self.high


def crossings(lines: Lines, pairs: Pairs, weight: int) -> tuple[Iterator[Crossing], Iterator[Crossing]]:
    """Where watched pairs cross, or an option gains or loses its coverage, by distance from the weight.

    First towards greater weights, then towards smaller ones, which end above 0. What is level at the weight itself and
    parts beside it comes first.
    """
    if lines.straight:
        gaps = _Gaps.of(lines, pairs, weight)
        up, down = ((Crossing(at, at) for at in gaps.crossed(direction)) for direction in (1, -1))
        return up, down
    found = _bent(lines, pairs, weight)
    above = (one for one in found if one.low >= weight)
    below = (one for one in reversed(found) if one.low > 0 and one.high <= weight)
    return above, below


@dataclass(frozen=True, slots=True, eq=False)
class _Gaps:
    """How far the options of each pair are apart, and how fast that closes, exact and as floats from 0 to 1."""

    pairs: Pairs
    weight: int
    height: Sequence[int]
    slope: Sequence[int]
    highest: int
    steepest: int
    gap: NDArray[np.float64]
    """Not negative."""
    closing: NDArray[np.float64]
    """How fast the gap closes as the weight grows."""

    @classmethod
    def of(cls, lines: Lines, pairs: Pairs, weight: int) -> "_Gaps":
        height = [fixed + weight * slope for fixed, slope in zip(lines.fixed, lines.slope, strict=True)]
        highest, steepest = max(height, default=0) or 1, max(lines.slope, default=0) or 1
        heights = np.array([value / highest for value in height])
        slopes = np.array([value / steepest for value in lines.slope])
        places = np.fromiter(chain.from_iterable(pairs), np.int64, 2 * len(pairs))
        one, other = places[::2], places[1::2]
        gap, closing = heights[one] - heights[other], slopes[other] - slopes[one]
        return cls(
            pairs, weight, height, lines.slope, highest, steepest, np.abs(gap), np.where(gap < 0, -closing, closing)
        )

    def crossed(self, direction: int) -> Iterator[Fraction]:
        """The weights at which pairs cross, nearest first, each once.

        Floats give a distance that is never too great; the exact one is computed only when it may be next.
        """
        farthest = inf if direction > 0 else self._never_too_small(self.weight, 1)
        waiting: list[tuple[Fraction, float]] = []
        last: Fraction | None = None
        for bound, pair in chain(self._never_too_great(direction, farthest), [_NO_MORE]):
            while waiting and waiting[0][1] < bound:
                distance, _ = heappop(waiting)
                if distance != last:
                    yield self.weight + direction * distance
                last = distance
            one, other = pair
            gap, closing = self.height[one] - self.height[other], direction * (self.slope[other] - self.slope[one])
            if closing and (gap == 0 or (gap > 0) is (closing > 0)):
                distance = Fraction(gap, closing)
                if direction > 0 or distance < self.weight:
                    heappush(waiting, (distance, self._never_too_small(gap, closing)))

    def _never_too_small(self, gap: int, closing: int) -> float:
        """The distance in units of greatest height by steepest slope, or a little more."""
        try:
            return gap * self.steepest / (closing * self.highest) * (1 + _ERROR) + _SMALLEST
        except OverflowError:
            return inf

    def _never_too_great(self, direction: int, farthest: float) -> Iterator[tuple[float, tuple[int, int]]]:
        """Pairs that may cross ahead, by a lower bound of the distance in the same units."""
        closing = direction * self.closing
        bound = np.maximum(self.gap - _ERROR, 0) / (np.maximum(closing, 0) + _ERROR) * (1 - _ERROR)
        possible = np.flatnonzero(((closing > -_ERROR) | (self.gap < _ERROR)) & (bound <= farthest))
        for at in possible[np.argsort(bound[possible])].tolist():
            yield float(bound[at]), self.pairs[at]


def _bent(lines: Lines, pairs: Pairs, weight: int) -> list[Crossing]:
    """All crossings and changes of coverage, from the smallest weight to the greatest.

    The weight itself and 0 are among them, so that no root is held between fractions on either side of them.
    """
    equations = {equation for pair in pairs if (equation := _equation(lines, *pair)) is not None}
    equations |= {equation for at in range(len(lines.options)) if (equation := _coverage(lines, at)) is not None}
    ends = {Crossing(Fraction(end), Fraction(end)) for end in (0, weight)}
    bits = 64
    while True:
        found = sorted(ends.union(*(_roots(equation, bits) for equation in equations)), key=_by_size)
        if all(one.high < other.low for one, other in pairwise(found)):
            return found
        bits *= 2


def _by_size(root: Crossing) -> tuple[Fraction, Fraction]:
    return root.low, root.high


def _equation(lines: Lines, one: int, other: int) -> tuple[int, int, int] | None:
    """(a, b, c) with a * y² + b * y + c = 0 where the two have equal scores; None if nowhere or everywhere."""
    fixed, slope, behind, stood = (
        (values[one], values[other]) for values in (lines.fixed, lines.slope, lines.behind, lines.stood)
    )
    return _reduced(
        slope[0] * stood[1] - slope[1] * stood[0],
        fixed[0] * stood[1] + slope[0] * behind[1] - fixed[1] * stood[0] - slope[1] * behind[0],
        fixed[0] * behind[1] - fixed[1] * behind[0],
    )


def _coverage(lines: Lines, at: int) -> tuple[int, int, int] | None:
    """Where the option has exactly the least coverage."""
    over, under = LEAST_COVERAGE.numerator, LEAST_COVERAGE.denominator
    return _reduced(0, under * lines.stood[at] - over, under * lines.behind[at] - over * lines.whole)


def _reduced(a: int, b: int, c: int) -> tuple[int, int, int] | None:
    """In lowest terms, so that equal roots that are no fractions have equal equations."""
    if not a and not b:
        return None
    shared = gcd(a, b, c) * (-1 if (a or b) < 0 else 1)
    return a // shared, b // shared, c // shared


def _roots(equation: tuple[int, int, int], bits: int) -> Iterable[Crossing]:
    """The roots, those that are no fractions between two that lie 2**-bits apart at most."""
    a, b, c = equation
    if not a:
        return [Crossing(Fraction(-c, b), Fraction(-c, b))]
    square = b * b - 4 * a * c
    if square < 0:
        return []
    root = isqrt(square)
    if root * root == square:
        return [Crossing(at, at) for at in (Fraction(-b - root, 2 * a), Fraction(-b + root, 2 * a))]
    # a > 0: the root of the square lies between two neighbours among the fractions over 2**bits.
    below = isqrt(square << 2 * bits)
    near, far = Fraction(below, 1 << bits), Fraction(below + 1, 1 << bits)
    return [
        Crossing((-b - far) / (2 * a), (-b - near) / (2 * a)),
        Crossing((-b + near) / (2 * a), (-b + far) / (2 * a)),
    ]
