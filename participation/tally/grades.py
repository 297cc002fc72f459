"""Grades: how many ballots give an option which score, and the median of them.

The median grade is the lower median of the ballots that score the option: of an even number the lower one of
the two in the middle, as in majority judgment (M. Balinski and R. Laraki, A theory of measuring, electing, and
ranking, PNAS 104, 2007), so that it is always a grade that was given. Their way of breaking ties is not
followed: equal medians share a rank.

Several bodies have the lower median of the mixture of their ballots in which every body has its weight, however
many ballots it has: the least grade such that ballots with at least half of the weight give that grade or a
lower one (the weighted median, F. Y. Edgeworth, Philosophical Magazine 25, 1888). The median of the bodies'
medians would forget how near to the next grade each body was, a mean of medians would be no grade.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate
from types import MappingProxyType
from typing import Final, TypeAlias

import numpy as np

from participation.tally.ballots import Profile, option_places
from participation.tally.errors import InvalidCounts, WrongKind
from participation.tally.joint import JointScores, RoundScores, Weight, joint_scores
from participation.tally.kinds import BallotKind

Histogram: TypeAlias = tuple[tuple[int, int], ...]
"""Pairs of a grade and the ballots that give it, lowest grade first."""

FEW_GRADES: Final = 1_000
"""With so many at most they are counted in a table, which is faster than sorting them."""


@dataclass(frozen=True, slots=True)
class Grades:
    """For each option shown, how many ballots give it each grade; they add up like pairwise counts."""

    kind: BallotKind
    options: tuple[str, ...]
    given: tuple[Histogram, ...]
    """Empty for kinds other than score."""

    @classmethod
    def none(cls, kind: BallotKind, shown: Sequence[str]) -> "Grades":
        """The grades of no ballots, where every sum starts."""
        options = tuple(option_places(shown))
        return cls(kind, options, ((),) * len(options))

    @classmethod
    def of(cls, profile: Profile) -> "Grades":
        """Count a profile's grades.

        >>> Grades.of(Profile.of(BallotKind.SCORE, ["a", "b"], [{"a": 5}, {"a": 0}, {"a": 5}])).given
        (((0, 1), (5, 2)), ())
        """
        histograms: list[list[tuple[int, int]]] = [[] for _ in profile.shown]
        if profile.kind is BallotKind.SCORE and profile.values is not None:
            grades = int(profile.values.max(initial=0)) + 1
            cells = profile.options.astype(np.int64) * grades + profile.values
            if grades <= FEW_GRADES:
                table = np.bincount(cells, minlength=len(histograms) * grades)
                found = np.flatnonzero(table)
                times = table[found]
            else:
                found, times = np.unique(cells, return_counts=True)
            for cell, ballots in zip(found.tolist(), times.tolist(), strict=True):
                histograms[cell // grades].append((cell % grades, ballots))
        return cls(profile.kind, profile.shown, tuple(map(tuple, histograms)))

    def __add__(self, other: "Grades") -> "Grades":
        """The grades of both sets of ballots; raises InvalidCounts if kind or options differ."""
        if (self.kind, self.options) != (other.kind, other.options):
            raise InvalidCounts("different_options", here=self.options, there=other.options)
        return Grades(self.kind, self.options, tuple(map(_together, self.given, other.given)))


def median_grades(grades: Grades) -> dict[str, Fraction | None]:
    """The lower median of the grades that ballots give each option, None where none does.

    Raises WrongKind for other kinds than score.

    >>> contents = [{"a": 5, "b": 1}, {"a": 0, "b": 3}, {"b": 4}]
    >>> median_grades(Grades.of(Profile.of(BallotKind.SCORE, ["a", "b", "c"], contents)))
    {'a': Fraction(0, 1), 'b': Fraction(3, 1), 'c': None}
    """
    if grades.kind is not BallotKind.SCORE:
        raise WrongKind("carries_no_scores", kind=grades.kind.value)
    return {
        option: lower_median([(Fraction(1), histogram)])
        for option, histogram in zip(grades.options, grades.given, strict=True)
    }


def joint_medians(rounds: Sequence[tuple[str, Grades]], weights: Mapping[str, Weight]) -> JointScores:
    """Every option's median over several bodies with their weights, in the place of the weighted mean.

    Coverage and what is listed apart are as in joint.joint_scores, errors too. Raises WrongKind if a body's
    ballots are no scores. Whether the bodies' grades mean the same is for the caller to know.
    """
    joint = joint_scores([RoundScores(name, median_grades(grades)) for name, grades in rounds], weights)
    by_round = {name: dict(zip(grades.options, grades.given, strict=True)) for name, grades in rounds}
    medians = {
        option: replace(
            one,
            mean=lower_median([(Fraction(weights[name]), given.get(option, ())) for name, given in by_round.items()]),
        )
        for option, one in joint.options.items()
    }
    return JointScores(MappingProxyType(medians), joint.silent_rounds)


def lower_median(bodies: Sequence[tuple[Fraction, Histogram]]) -> Fraction | None:
    """The least grade that ballots with at least half of the weight do not exceed; None if there are none.

    Each body's weight is shared equally among its ballots in the histogram; a body without any has none.

    >>> lower_median([(Fraction(1), ((0, 9), (4, 1))), (Fraction(2), ((3, 1),))])
    Fraction(3, 1)
    """
    shares: dict[int, Fraction] = {}
    for weight, histogram in bodies:
        ballots = sum(times for _, times in histogram)
        for grade, times in histogram:
            shares[grade] = shares.get(grade, Fraction(0)) + weight * Fraction(times, ballots)
    grades = sorted(shares)
    half = sum(shares.values(), Fraction(0)) / 2
    if not half:
        return None
    reached = accumulate(shares[grade] for grade in grades)
    return next(Fraction(grade) for grade, share in zip(grades, reached, strict=True) if share >= half)


def _together(one: Histogram, other: Histogram) -> Histogram:
    return tuple(sorted((Counter(dict(one)) + Counter(dict(other))).items()))
