"""The count of one real option, step by step, from a round's published pairwise counts. No ballot is needed.

The figures of a whole round are its result and are published also for small rounds; nothing here says more than they.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from participation.tally.counts import PairwiseCounts
from participation.tally.scoring import win_rates


@dataclass(frozen=True, slots=True)
class Pair:
    """What a round's ballots say about an option and one other."""

    other: str
    above: int
    below: int
    tied: int

    @property
    def compared(self) -> int:
        """Return how many ballots compare the two."""
        return self.above + self.below + self.tied

    @property
    def points(self) -> Fraction:
        """Return what the pair gives the option: one for each ballot that places it above, half for each tie."""
        return self.above + Fraction(self.tied, 2)


@dataclass(frozen=True, slots=True)
class WinRate:
    """How an option's figure in a round comes about: one pair in full, and the sums over all its pairs."""

    option: str
    pair: Pair
    others: int
    points: Fraction
    comparisons: int
    rate: Fraction


def win_rate_of(snapshot: Mapping[str, Any], option: str) -> WinRate | None:
    """Return how the figure of an option in a round comes about; None where no ballot compares it.

    The pair shown in full is the one with the next option of the ranking that ballots compare it with, so that readers
    find both on the same page.
    """
    counts = PairwiseCounts.from_json(snapshot["pairwise"])
    rate = win_rates(counts).get(option)
    if rate is None:
        return None
    pairs = {other: _pair(counts, option, other) for other in counts.options if other != option}
    ranked = [one["code"] for one in snapshot["options"]]
    start = ranked.index(option)
    nearest = next(code for code in ranked[start + 1 :] + ranked[:start] if code in pairs and pairs[code].compared)
    return WinRate(
        option,
        pairs[nearest],
        others=sum(pair.compared > 0 for pair in pairs.values()),
        points=sum((pair.points for pair in pairs.values()), Fraction(0)),
        comparisons=sum(pair.compared for pair in pairs.values()),
        rate=rate,
    )


def _pair(counts: PairwiseCounts, option: str, other: str) -> Pair:
    row, column = counts.options.index(option), counts.options.index(other)
    above, below = int(counts.above[row, column]), int(counts.above[column, row])
    return Pair(other, above, below, tied=int(counts.compared[row, column]) - above - below)
