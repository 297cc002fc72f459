"""How far two rankings agree: Kendall's tau-b, exact.

Of all pairs of options that both rankings score, those placed the same way count +1, those placed the
opposite way -1, those tied in either 0; the sum is divided by the geometric mean of the pairs that each
ranking does not tie. 1 is the same order, -1 the reverse. (M. G. Kendall, The treatment of ties in ranking
problems, Biometrika 33, 1945.)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from participation.tally.exact import rounded_root_ratio


@dataclass(frozen=True, slots=True)
class TauB:
    """numerator / sqrt(radicand), kept as the two integers, since the root is seldom a fraction."""

    numerator: int
    """Pairs in the same order less pairs in opposite order."""
    radicand: int
    """Pairs that the first ranking does not tie, times those that the second does not."""
    options: int
    """Options that both rankings score."""

    def rounded(self, places: int) -> Decimal:
        """For showing, rounded half away from zero; from integers, so that every machine shows the same."""
        return rounded_root_ratio(self.numerator, self.radicand, places)


def kendall_tau_b(first: Mapping[str, Fraction | None], second: Mapping[str, Fraction | None]) -> TauB | None:
    """Compare two sets of scores over the options that have one in both.

    None where that says nothing: with fewer than two such options, or where one side ties them all.

    >>> tau = kendall_tau_b({"a": Fraction(1), "b": Fraction(1, 2), "c": Fraction(0)},
    ...                     {"a": Fraction(1), "b": Fraction(0), "c": Fraction(0)})
    >>> tau.numerator, tau.radicand, str(tau.rounded(3))
    (2, 6, '0.816')
    """
    scored = {option for option, score in second.items() if score is not None}
    shared = [option for option, score in first.items() if score is not None and option in scored]
    orders = [
        _order([score for option in shared if (score := scores[option]) is not None]) for scores in (first, second)
    ]
    numerator = int((orders[0] * orders[1]).sum()) // 2
    radicand = int(np.count_nonzero(orders[0]) // 2) * int(np.count_nonzero(orders[1]) // 2)
    return TauB(numerator, radicand, len(shared)) if radicand else None


def _order(scores: list[Fraction]) -> NDArray[np.int64]:
    """Whether the option of the row is above (1), tied with (0) or below (-1) the option of the column."""
    height = {score: place for place, score in enumerate(sorted(set(scores)))}
    heights = np.array([height[score] for score in scores], np.int64)
    order: NDArray[np.int64] = np.sign(heights[:, None] - heights[None, :])
    return order
