"""Marks: for each option, how many ballots give it which mark.

The mark is the place on a ranking, counted among the options that stand, from 1; 1 on an approval; points and scores
are their own marks. Together with the pairwise counts these are the sums that are published where ballots are not. They
add up like these; struck options must be taken out of the ballots before, because places depend on what remains.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from participation.tally.ballots import Profile, option_places
from participation.tally.errors import InvalidCounts
from participation.tally.grades import FEW_GRADES, Histogram
from participation.tally.kinds import READINGS, BallotKind


@dataclass(frozen=True, slots=True)
class Marks:
    """For each option, pairs of a mark and the ballots that give it, lowest first; how many ballots are empty."""

    kind: BallotKind
    options: tuple[str, ...]
    given: tuple[Histogram, ...]
    empty: int
    """Ballots that mention no option at all, or only struck ones."""

    @classmethod
    def none(cls, kind: BallotKind, standing: Sequence[str]) -> "Marks":
        """The marks of no ballots, where every sum starts."""
        options = tuple(option_places(standing))
        return cls(kind, options, ((),) * len(options), 0)

    @classmethod
    def of(cls, profile: Profile) -> "Marks":
        """Count a profile's marks; it must be without struck options already.

        >>> marks = Marks.of(Profile.of(BallotKind.RANKING, ["a", "b"], [["b", "a"], ["b"], []]))
        >>> marks.given, marks.empty
        ((((2, 1),), ((1, 2),)), 1)
        """
        marks = _marks(profile)
        size = int(marks.max(initial=0)) + 1
        cells = profile.options.astype(np.int64) * size + marks
        if size <= FEW_GRADES:
            table = np.bincount(cells, minlength=len(profile.shown) * size)
            found = np.flatnonzero(table)
            times = table[found]
        else:
            found, times = np.unique(cells, return_counts=True)
        histograms: list[list[tuple[int, int]]] = [[] for _option in profile.shown]
        for cell, ballots in zip(found.tolist(), times.tolist(), strict=True):
            histograms[cell // size].append((cell % size, ballots))
        empty = len(profile) - int(np.count_nonzero(profile.lengths))
        return cls(profile.kind, profile.shown, tuple(map(tuple, histograms)), empty)

    def __add__(self, other: "Marks") -> "Marks":
        """The marks of both sets of ballots; raises InvalidCounts if kind or options differ."""
        if (self.kind, self.options) != (other.kind, other.options):
            raise InvalidCounts("different_options", here=self.options, there=other.options)
        given = tuple(
            tuple(sorted((Counter(dict(one)) + Counter(dict(another))).items()))
            for one, another in zip(self.given, other.given, strict=True)
        )
        return Marks(self.kind, self.options, given, self.empty + other.empty)

    @property
    def mentioned(self) -> tuple[int, ...]:
        """For each option, the ballots that give it any mark."""
        return tuple(sum(ballots for _mark, ballots in histogram) for histogram in self.given)

    @property
    def sums(self) -> tuple[int, ...]:
        """For each option, the points or scores given in all; zeros where the kind carries none."""
        if not READINGS[self.kind].carries_values:
            return (0,) * len(self.options)
        return tuple(sum(mark * ballots for mark, ballots in histogram) for histogram in self.given)


def _marks(profile: Profile) -> NDArray[np.int64]:
    """The mark of each entry of `options`."""
    reading = READINGS[profile.kind]
    if reading.carries_values and profile.values is not None:
        return profile.values
    if not reading.order_counts:
        return np.ones(len(profile.options), np.int64)
    starts = np.cumsum(profile.lengths) - profile.lengths
    return np.arange(1, len(profile.options) + 1) - np.repeat(starts, profile.lengths)
