"""Pairwise comparison of many ballots at once, on integer arrays.

Three kernels give the same counts; which one runs is a question of speed alone. All return two int64 arrays of
shape (options, options) for a batch of ballots: in `above`, row i and column j hold how many ballots place i
above j; in `compared`, how many compare the two. Diagonals are zero.
"""

from collections.abc import Iterator
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from participation.tally.ballots import Profile
from participation.tally.kinds import NO_OPINION, READINGS

Counts: TypeAlias = NDArray[np.int64]

ROWS_PER_SUM: Final = 255
"""So many ballots can be added up in one byte a pair."""

CACHE_CELLS: Final = 1_000_000
"""Comparisons held at once, one byte each: what stays in a core's second-level cache."""


def compare(profile: Profile) -> tuple[Counts, Counts]:
    """Count one batch with the kernel that is faster for its shape."""
    options, ballots = len(profile.shown), len(profile)
    if profile.values is None:
        longest = int(profile.lengths.max(initial=0))
        # Measured: one counter of the lists costs as much as ten comparisons of levels, and clearing and
        # adding the counters of a pair of places as much as a third of the cells in them.
        lists = 10 * (longest * (longest - 1) // 2) * (ballots + options**2 // 3)
        if lists < ballots * options**2:
            return compare_lists(profile)
    elif 100 * int((profile.lengths**2).sum()) + options**2 < ballots * options**2:
        # Measured: one pair of mentions costs as much as some eighty comparisons of levels.
        return compare_mentions(profile)
    return compare_levels(profile.levels())


def compare_levels(levels: NDArray[np.signedinteger]) -> tuple[Counts, Counts]:
    """Compare every pair of options on every ballot.

    `levels` is a (ballots, options) array, higher above lower; NO_OPINION (-1) compares with nothing.

    >>> above, compared = compare_levels(np.array([[2, 1, 0], [0, 0, -1]]))
    >>> above.tolist(), compared.tolist()
    ([[0, 1, 1], [0, 0, 1], [0, 0, 0]], [[0, 2, 1], [2, 0, 1], [1, 1, 0]])
    """
    ballots, options = levels.shape
    levels = _narrowed(levels)
    above = np.zeros((options, options), np.int64)
    rows = min(ROWS_PER_SUM, max(1, CACHE_CELLS // max(1, options**2)))
    for first in range(0, ballots, rows):
        batch = levels[first : first + rows]
        higher = batch[:, :, None] > batch[:, None, :]
        above += higher.view(np.uint8).sum(axis=0, dtype=np.uint8)
    stated = levels != NO_OPINION
    compared = _counted_together(stated)
    # Every level is higher than NO_OPINION, but an opinion is not above a silence.
    above -= np.count_nonzero(stated, axis=0)[:, None] - compared
    np.fill_diagonal(above, 0)
    np.fill_diagonal(compared, 0)
    return above, compared


def compare_lists(profile: Profile) -> tuple[Counts, Counts]:
    """Compare only the options that ballots list; fast when lists are short.

    Of the pairs, only those within a list need a counter. With r(i) the ballots that list i and w(j, i) those
    that list j before i, a ranking places i above j on r(i) - w(j, i) ballots: where i is listed and j is
    not, or comes later. An approval does so on r(i) less the ballots that list both.
    """
    options, ballots = len(profile.shown), len(profile)
    before = _listed_before(profile)
    tied = 0 if READINGS[profile.kind].order_counts else before
    listed = np.bincount(profile.options, minlength=options)
    above = listed[:, None] - before.T - tied
    compared = np.full((options, options), ballots, np.int64)
    np.fill_diagonal(above, 0)
    np.fill_diagonal(compared, 0)
    return above, compared


def compare_mentions(profile: Profile) -> tuple[Counts, Counts]:
    """Compare only the options that ballots give a value; fast when they give it to few of many.

    Of the pairs, only those that a ballot mentions both are gone through. Where silence means last, a ballot also
    places what it mentions above all that it does not.
    """
    options, ballots = len(profile.shown), len(profile)
    levels, higher, together = profile.levels_mentioned(), *np.zeros((2, options * options), np.int64)
    for first, second in _mentioned_pairs(profile):
        cells = profile.options[first].astype(np.int64) * options + profile.options[second]
        together += np.bincount(cells, minlength=options * options)
        higher += np.bincount(cells[levels[first] > levels[second]], minlength=options * options)
    above, compared = higher.reshape(options, options), together.reshape(options, options)
    if READINGS[profile.kind].unmentioned != NO_OPINION:
        above += np.bincount(profile.options, minlength=options)[:, None] - compared
        compared = np.full((options, options), ballots, np.int64)
    np.fill_diagonal(above, 0)
    np.fill_diagonal(compared, 0)
    return above, compared


def _mentioned_pairs(profile: Profile) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Pairs of entries of the same ballot, in both orders and each with itself, some thousand ballots at a time."""
    if not len(profile):
        return
    starts = np.cumsum(profile.lengths) - profile.lengths
    portion = np.cumsum(profile.lengths**2) // CACHE_CELLS
    for ballots in np.split(np.arange(len(profile)), np.flatnonzero(np.diff(portion)) + 1):
        lengths = profile.lengths[ballots]
        times = np.repeat(lengths, lengths)
        first = np.repeat(np.arange(starts[ballots[0]], starts[ballots[0]] + len(times)), times)
        within = np.arange(len(first)) - np.repeat(np.cumsum(times) - times, times)
        yield first, np.repeat(np.repeat(starts[ballots], lengths), times) + within


def _listed_before(profile: Profile) -> Counts:
    """How many ballots list the option of the row anywhere before the option of the column."""
    size = len(profile.shown) + 1
    places = _by_place(profile)
    rows = places * size
    pairs = np.zeros(size * size, np.int64)
    pair = np.empty(len(profile), np.int64)
    for earlier in range(len(places)):
        for later in range(earlier + 1, len(places)):
            np.add(rows[earlier], places[later], out=pair)
            pairs += np.bincount(pair, minlength=size * size)
    return pairs.reshape(size, size)[:-1, :-1]


def _by_place(profile: Profile) -> Counts:
    """The lists as a (places, ballots) array, filled up with an option behind the last one."""
    longest = int(profile.lengths.max(initial=0))
    places = np.full((longest, len(profile)), len(profile.shown), np.int64)
    starts = np.cumsum(profile.lengths) - profile.lengths
    place = np.arange(len(profile.options)) - np.repeat(starts, profile.lengths)
    places[place, profile.owners()] = profile.options
    return places


def _counted_together(stated: NDArray[np.bool_]) -> Counts:
    """How many ballots state an opinion on both options of a pair.

    Where all do, as in every kind but scores, nothing is multiplied. Products of ones are exact in float32 as
    long as a sum stays below 2**24, far above the size of a batch; they are summed up in integers.
    """
    ballots, options = stated.shape
    if stated.all():
        return np.full((options, options), ballots, np.int64)
    together = np.zeros((options, options), np.int64)
    for first in range(0, ballots, 2**16):
        ones = stated[first : first + 2**16].astype(np.float32)
        together += (ones.T @ ones).astype(np.int64)
    return together


def _narrowed(levels: NDArray[np.signedinteger]) -> NDArray[np.signedinteger]:
    """The same levels in the smallest type that holds them; bytes compare eight times as fast as int64."""
    highest = int(levels.max(initial=0))
    fitting = next(kind for kind in (np.int8, np.int16, np.int32, np.int64) if highest <= np.iinfo(kind).max)
    return levels.astype(fitting)
