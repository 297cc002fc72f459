"""Majority margins: by how much more often an option is placed above another than below it.

What Schulze's and Kemeny's rules and the Condorcet principle look at, for one body or for several with their
declared weights. Margins are integers with a unit, since only their ratios decide anything and a common
denominator keeps them exact.

Of one body the margin of i over j is P[i, j] - P[j, i] ballots. Of several it is the weighted mean of the
bodies' margins as shares of their ballots, over the bodies in which some ballot compares the two: every ballot
carries an equal part of its body's weight, whether it compares the pair or not. So a body alone gives the same
order as its bare counts, which is what the literature defines rules by margins on; a share of only those who
compare the pair would let three ballots out of two thousand speak for all of them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import gcd, lcm
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from participation.tally.counts import PairwiseCounts
from participation.tally.errors import InvalidOptions
from participation.tally.joint import Weight, check_weights

LARGEST_INT64: Final = 2**62
"""Margins up to this size are kept in int64, others as Python integers: sums and products may leave 64 bits."""


@dataclass(frozen=True, slots=True, eq=False)
class Margins:
    """For every pair of options, the margin of the row over the column, as multiples of `unit`."""

    options: tuple[str, ...]
    matrix: NDArray[Any]
    """(options, options), antisymmetric; int64, or Python integers (object) where they would not fit."""
    compared: NDArray[np.bool_]
    """(options, options): whether any ballot that has weight compares the two."""
    unit: Fraction
    """What 1 in the matrix is as a share of all weight: with one body, 1 / ballots."""

    def __post_init__(self) -> None:
        """Freeze the arrays."""
        self.matrix.setflags(write=False)
        self.compared.setflags(write=False)

    def over(self, options: Collection[str]) -> "Margins":
        """The margins restricted to these options, in the order they have here.

        What is said about one pair does not depend on other options. Raises InvalidOptions for an unknown one.
        """
        for option in options:
            if option not in self.options:
                raise InvalidOptions("unknown_option", option=option)
        kept = [place for place, option in enumerate(self.options) if option in options]
        pairs = np.ix_(kept, kept)
        return Margins(
            tuple(self.options[place] for place in kept), self.matrix[pairs], self.compared[pairs], self.unit
        )

    def judged(self) -> list[str]:
        """The options that some ballot compares with another one; of the others nothing can be said."""
        return [self.options[place] for place in np.flatnonzero(self.compared.any(axis=1)).tolist()]

    def integers(self) -> NDArray[np.object_]:
        """The matrix in Python integers, whose sums are exact whatever their size."""
        return self.matrix.astype(object)


def margins(counts: PairwiseCounts) -> Margins:
    """The margins of one body, in ballots.

    >>> from participation.tally.counts import count
    >>> from participation.tally.kinds import BallotKind
    >>> margins(count(BallotKind.RANKING, ["a", "b", "c"], [["a", "b"], ["a"], ["b"]])).matrix.tolist()
    [[0, 1, 2], [-1, 0, 2], [-2, -2, 0]]
    """
    return Margins(
        counts.options,
        counts.above - counts.above.T,
        counts.compared > 0,
        Fraction(1, counts.ballots or 1),
    )


def weighted_margins(rounds: Sequence[tuple[str, PairwiseCounts]], weights: Mapping[str, Weight]) -> Margins:
    """The margins of several bodies over all options that stood in any of them, in the order of appearance.

    Weights as in joint.joint_scores, with the same errors. A body that has no weight has no influence, also
    not on what counts as compared.

    >>> from participation.tally.counts import count
    >>> from participation.tally.kinds import BallotKind
    >>> steering = count(BallotKind.RANKING, ["a", "b"], [["a", "b"]])
    >>> online = count(BallotKind.RANKING, ["b", "a", "c"], [["b", "a"], ["b", "c"], ["c"]])
    >>> joint = weighted_margins([("steering", steering), ("online", online)], {"steering": 2, "online": 1})
    >>> joint.options, joint.matrix.tolist(), str(joint.unit)
    (('a', 'b', 'c'), [[0, 4, -3], [-4, 0, 3], [3, -3, 0]], '1/9')

    By hand: the only ballot of the steering group places a above b, 2/3 * 1; online two place b above a, and
    one ties them, 1/3 * -2/3: together 4/9. c stood only online: one ballot places a above it and two below,
    -1/3; two place b above it and one below, 1/3.
    """
    check_weights([name for name, _ in rounds], weights)
    options = tuple(dict.fromkeys(option for _, counts in rounds for option in counts.options))
    speaking = [(name, counts) for name, counts in rounds if weights[name] and counts.ballots]
    whole = lcm(*(Fraction(weights[name]).denominator for name, _ in speaking))
    parts = {name: int(weights[name] * whole) for name, _ in speaking}
    ballots = lcm(*(counts.ballots for _, counts in speaking))

    sums = np.zeros((len(options), len(options)), object)
    behind = np.zeros((len(options), len(options)), object)
    place = {option: at for at, option in enumerate(options)}
    for name, counts in speaking:
        pairs = np.ix_(*[[place[option] for option in counts.options]] * 2)
        sums[pairs] += (counts.above - counts.above.T).astype(object) * (parts[name] * (ballots // counts.ballots))
        behind[pairs] += (counts.compared > 0).astype(object) * parts[name]
    return _over_one_denominator(options, sums, behind, ballots)


def _over_one_denominator(
    options: tuple[str, ...], sums: NDArray[np.object_], behind: NDArray[np.object_], ballots: int
) -> Margins:
    """Divide each sum by the weight behind it, keeping integers; `behind` has few different entries."""
    compared = behind.astype(np.bool_)
    denominators = {weight for weight in behind.ravel().tolist() if weight}
    common = lcm(*denominators)
    if len(denominators) > 1:
        sums = np.where(compared, sums * (common // np.where(compared, behind, common)), sums)
    shared = reduce(gcd, sums.ravel().tolist(), 0)
    matrix: NDArray[Any] = sums // (shared or 1)
    if max(map(abs, matrix.ravel().tolist()), default=0) < LARGEST_INT64:
        matrix = matrix.astype(np.int64)
    return Margins(options, matrix, compared, Fraction(shared, ballots * common) or Fraction(1))
