"""Pairwise counts: what the ballots of a round say about every pair of options, as two integer matrices.

They add up: the counts of two batches are the sum of their counts. So a count can be split over batches,
processes or machines and merged in any order, and a round's counts can be published where its ballots cannot.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from participation.tally.ballots import BATCH, Content, Profile, option_places, profiles
from participation.tally.errors import InvalidCounts, InvalidOptions
from participation.tally.kernels import compare
from participation.tally.kinds import BallotKind

MOST_BALLOTS: Final = 2**40
"""With fewer, no sum over the options of a round leaves an int64."""


@dataclass(frozen=True, slots=True, eq=False)
class PairwiseCounts:
    """How often each option was placed above each other one, and how often the two were compared."""

    options: tuple[str, ...]
    above: NDArray[np.int64]
    """(options, options): ballots that place the option of the row above the option of the column."""
    compared: NDArray[np.int64]
    """(options, options), symmetric: ballots that compare the two, as above, below or tied."""
    ballots: int
    """All ballots counted, also those that compare nothing."""

    def __post_init__(self) -> None:
        """Refuse what no ballots can have given, and freeze the arrays."""
        _check(self)
        self.above.setflags(write=False)
        self.compared.setflags(write=False)

    @classmethod
    def none(cls, shown: Sequence[str]) -> "PairwiseCounts":
        """The counts of no ballots, where every sum starts."""
        options = tuple(option_places(shown))
        nothing = np.zeros((len(options), len(options)), np.int64)
        return cls(options, nothing, nothing.copy(), 0)

    @classmethod
    def of(cls, profile: Profile) -> "PairwiseCounts":
        """Count the ballots of a profile, batch by batch.

        >>> counts = PairwiseCounts.of(Profile.of(BallotKind.APPROVAL, ["a", "b"], [["a"], ["a", "b"], []]))
        >>> counts.above.tolist(), counts.compared.tolist(), counts.ballots
        ([[0, 1], [0, 0]], [[0, 3], [3, 0]], 3)
        """
        options = len(profile.shown)
        above, compared = np.zeros((options, options), np.int64), np.zeros((options, options), np.int64)
        for batch in profile.batches(BATCH):
            batch_above, batch_compared = compare(batch)
            above += batch_above
            compared += batch_compared
        return cls(profile.shown, above, compared, len(profile))

    def __add__(self, other: "PairwiseCounts") -> "PairwiseCounts":
        """The counts of both sets of ballots; raises InvalidCounts if other options were shown."""
        if self.options != other.options:
            raise InvalidCounts("different_options", here=self.options, there=other.options)
        return PairwiseCounts(
            self.options,
            self.above + other.above,
            self.compared + other.compared,
            self.ballots + other.ballots,
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PairwiseCounts):
            return NotImplemented
        return (
            self.options == other.options
            and self.ballots == other.ballots
            and np.array_equal(self.above, other.above)
            and np.array_equal(self.compared, other.compared)
        )

    __hash__ = None  # type: ignore[assignment]  # arrays have none

    def without(self, struck: Collection[str]) -> "PairwiseCounts":
        """The counts restricted to the options that remain; the ballots stay as they are.

        This is the same as counting the ballots with the struck options erased from them, since what a ballot
        says about one pair does not depend on other options. Raises InvalidOptions if one of them was not
        shown.
        """
        for option in struck:
            if option not in self.options:
                raise InvalidOptions("unknown_option", option=option)
        kept = [place for place, option in enumerate(self.options) if option not in struck]
        return PairwiseCounts(
            tuple(self.options[place] for place in kept),
            self.above[np.ix_(kept, kept)],
            self.compared[np.ix_(kept, kept)],
            self.ballots,
        )

    def to_json(self) -> dict[str, object]:
        """Plain texts, lists and integers, for a snapshot or a bundle."""
        return {
            "options": list(self.options),
            "ballots": self.ballots,
            "above": self.above.tolist(),
            "compared": self.compared.tolist(),
        }

    @classmethod
    def from_json(cls, document: object) -> "PairwiseCounts":
        """Read what to_json wrote; raises InvalidCounts for anything else."""
        names = {"options", "ballots", "above", "compared"}
        if not isinstance(document, Mapping) or set(document) != names:
            raise InvalidCounts("not_pairwise_counts")
        try:
            options = tuple(option_places(document["options"]))
        except (InvalidOptions, TypeError):
            raise InvalidCounts("not_a_list_of_codes") from None
        if type(document["ballots"]) is not int:
            raise InvalidCounts("not_a_whole_number", where="ballots")
        above = _matrix(document["above"], len(options), where="above")
        compared = _matrix(document["compared"], len(options), where="compared")
        return cls(options, above, compared, document["ballots"])


def count(kind: BallotKind, shown: Sequence[str], contents: Iterable[Content]) -> PairwiseCounts:
    """Count a stream of ballots in batches; memory does not grow with their number.

    `shown` are the codes of all options that stood in the round; contents are read as in ballots.Profile.of.
    Raises UnreadableBallot with the ballot's place in the stream, from 0, or InvalidOptions.

    >>> count(BallotKind.RANKING, ["a", "b", "c"], [["c", "a"], ["a"]]).above.tolist()
    [[0, 2, 1], [0, 0, 0], [1, 1, 0]]
    """
    counts = PairwiseCounts.none(shown)
    for profile in profiles(kind, shown, contents):
        counts += PairwiseCounts.of(profile)
    return counts


def _check(counts: PairwiseCounts) -> None:
    above, compared = counts.above, counts.compared
    size = len(counts.options)
    if above.shape != (size, size) or compared.shape != (size, size):
        raise InvalidCounts("wrong_size", options=size)
    if np.any(above < 0) or np.any(above + above.T > compared):
        raise InvalidCounts("more_placed_than_compared")
    if np.any(compared != compared.T) or np.any(np.diagonal(compared)):
        raise InvalidCounts("not_symmetric")
    if not 0 <= counts.ballots < MOST_BALLOTS:
        raise InvalidCounts("not_a_number_of_ballots", ballots=counts.ballots)
    if np.any(compared > counts.ballots):
        raise InvalidCounts("more_compared_than_ballots", ballots=counts.ballots)


def _matrix(rows: object, size: int, *, where: str) -> NDArray[np.int64]:
    """Whole numbers only: NumPy would round 1.5 and read true as 1."""
    if not isinstance(rows, list) or len(rows) != size:
        raise InvalidCounts("wrong_size", options=size, where=where)
    for row in rows:
        if not isinstance(row, list) or len(row) != size:
            raise InvalidCounts("wrong_size", options=size, where=where)
        if not all(type(number) is int and 0 <= number < MOST_BALLOTS for number in row):
            raise InvalidCounts("not_a_whole_number", where=where)
    return np.array(rows, np.int64).reshape(size, size)
