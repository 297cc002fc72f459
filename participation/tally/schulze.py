"""Schulze's rule by margins: an option is before another if the strongest path to it is stronger than the way back.

A path goes from option to option, each placed above the next by a majority; it is as strong as its weakest
margin. i is before j if the strongest path from i to j is stronger than the strongest one from j to i. This
relation has no cycles and is transitive (M. Schulze, A new monotonic, clone-independent, reversal symmetric,
and Condorcet-consistent single-winner election method, Social Choice and Welfare 36, 2011; revised as
arXiv 1804.02973, sections 2 and 4.1).

Strength is measured by margins, as Schulze offers it among others, not by winning votes: on truncated ballots
the two often give different rankings, and margins alone treat a tie of two options on a ballot like half a
vote for each side, as the win rate does.

The relation may leave pairs open. An option's rank is one more than the number of options that are before it,
which equal numbers share: so rank 1 is exactly Schulze's set of potential winners, and whatever is before
another option has the better rank. Schulze breaks what stays open by a draw; here it stays a shared rank.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from participation.tally.margins import Margins
from participation.tally.scoring import RankedOption, rank

MOST_LEVELS: Final = 2**16 - 1
"""So many different margins fit into two bytes, in which paths are found three times as fast as in four."""


@dataclass(frozen=True, slots=True, eq=False)
class SchulzeRanking:
    """The strongest paths between all pairs of options, and the ranking that follows."""

    margins: Margins
    strengths: NDArray[Any]
    """(options, options): the strength of the strongest path from row to column, 0 where there is none."""
    before: NDArray[np.bool_]
    """(options, options): whether the row is before the column; a strict partial order."""

    def ranking(self) -> list[RankedOption]:
        """Shared ranks; options that no ballot compares come last without one. Nothing has a score."""
        judged = set(self.margins.judged())
        beaten_by = dict(zip(self.margins.options, self.before.sum(axis=0).tolist(), strict=True))
        places = {option: Fraction(-beaten_by[option]) if option in judged else None for option in beaten_by}
        return [RankedOption(one.option, one.rank, None, one.tied_with) for one in rank(places)]

    def open_pairs(self) -> int:
        """How many pairs of judged options the relation leaves open."""
        judged = self.margins.compared.any(axis=1)
        size = int(judged.sum())
        return size * (size - 1) // 2 - int(self.before[np.ix_(judged, judged)].sum())


def schulze(margins: Margins) -> SchulzeRanking:
    """Rank options by the strongest paths between them.

    >>> from participation.tally.counts import count
    >>> from participation.tally.kinds import BallotKind
    >>> from participation.tally.margins import margins
    >>> ballots = ["acbed"] * 5 + ["adecb"] * 5 + ["bedac"] * 8 + ["cabed"] * 3 + ["caebd"] * 7 + ["cbade"] * 2
    >>> ballots += ["dceba"] * 7 + ["ebadc"] * 8
    >>> counts = count(BallotKind.RANKING, list("abcde"), [list(ballot) for ballot in ballots])
    >>> [(one.option, one.rank) for one in schulze(margins(counts)).ranking()]
    [('e', 1), ('a', 2), ('c', 3), ('b', 4), ('d', 5)]

    This is Schulze's own example of 45 voters (Schulze 2003, Voting matters 17); his strengths in winning
    votes v are (v + 45) / 2 of these margins, as nobody ties anything.
    """
    levels, values = _levels(margins.matrix)
    paths = _paths_on_top(levels, len(values) - 1)
    if paths is None:
        paths = _strongest_paths(levels.astype(np.int32))
    return SchulzeRanking(margins, values[paths], paths > paths.T)


def _levels(matrix: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Each majority's place among the different margins, 0 for no majority; and the margins by place.

    Only the order of margins matters for paths, and small numbers are compared faster than large ones.
    """
    majorities = matrix[matrix > 0]
    different, places = np.unique(majorities, return_inverse=True)
    levels = np.zeros(matrix.shape, np.int64)
    levels[matrix > 0] = places + 1
    return levels, np.concatenate((np.zeros(1, matrix.dtype), different))


def _paths_on_top(levels: NDArray[np.int64], highest: int) -> NDArray[np.int64] | None:
    """The paths in two bytes, from the strongest majorities alone; None if these do not join every pair.

    Where the strongest MOST_LEVELS levels join a pair, a weaker majority cannot be on its strongest path.
    """
    omitted = max(0, highest - MOST_LEVELS)
    paths = _strongest_paths(np.maximum(levels - omitted, 0).astype(np.uint16)).astype(np.int64)
    if not omitted:
        return paths
    joined = paths > 0
    np.fill_diagonal(joined, val=True)
    return np.where(paths > 0, paths + omitted, 0) if joined.all() else None


def _strongest_paths(paths: NDArray[Any]) -> NDArray[Any]:
    """Widest paths after Floyd and Warshall, in place: O(options**3), each step over whole rows.

    Schulze's own algorithm (2011, section 2.3.1).
    """
    through = np.empty_like(paths)
    for option in range(len(paths)):
        np.minimum(paths[:, option, None], paths[option], out=through)
        np.maximum(paths, through, out=paths)
    np.fill_diagonal(paths, 0)
    return paths
