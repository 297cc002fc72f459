"""Bands: between which ranks and scores an option lies in most of the draws, and what cannot be told apart.

A rank is far less sure than a score, because many options lie close together; a league table without its
bands claims more than it knows (H. Goldstein and D. J. Spiegelhalter, League tables and their limitations,
JRSS A 159, 1996).

**Interval.** Of `draws` values sorted by size, the same number k = floor(draws * (1 - level) / 2) is cut off
at either end, and the interval is from the smallest to the largest that is left (Efron's percentile interval;
with 1,000 draws at 95 %, 25 are cut off at either end). It is then widened, where needed, to contain what was
observed: a reader who sees an option on rank 3 with a band from 4 to 20 learns nothing but that bands are
odd. Options at the ends of a ranking are where that happens: the draws pull them to the middle, since whoever
comes first of many was also lucky.

**Ranks in a draw** are shared as in scoring.rank: equal scores have the same rank, and the next is left out.
Scores closer than TIE count as equal; that is far less than one ballot moves, and more than 32-bit floats
round.

An option that some draws leave without a score is judged by the others alone. One that the ranking lists
apart has no band, and no rank in any draw.

The bands are for each option by itself; that all 62 hold at once is less likely. They say how far chance in
who voted can move the order, nothing about who did not vote. On simulated populations score bands at 95 % held
the truth in 93 to 95 % of samples of 30 and more ballots, and in 91 to 92 % of samples of 12 (percentiles know
nothing of Student's factor); rank bands in more than 95 %.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Final

import numpy as np
from numpy.typing import NDArray

from participation.tally.bootstrap import Draws
from participation.tally.scoring import RankedOption

LEVEL: Final = Fraction(19, 20)

TIE: Final = 2.0**-22
"""2.4e-7. A 32-bit float below 1 is rounded by at most 2**-25; the mean of several by little more."""


@dataclass(frozen=True, slots=True)
class Band:
    """Where an option lies in at least `level` of the draws, ends included."""

    option: str
    rank: tuple[int, int]
    """The best and the last rank."""
    score: tuple[float, float]
    """The lowest and the highest score."""


def bands(ranking: Sequence[RankedOption], draws: Draws, level: Fraction = LEVEL) -> list[Band]:
    """The bands of all ranked options, in the order of the ranking.

    `ranking` is what was observed (scoring.rank); `draws` are of the same round or joint ranking. Raises
    ValueError unless the level lies between 0 and 1.

    >>> from participation.tally.scoring import rank
    >>> draws = Draws(("a", "b", "c"), np.array([[0.9, 0.5, 0.1], [0.8, 0.6, 0.2], [0.4, 0.6, 0.2]], np.float32))
    >>> observed = rank({"a": Fraction(3, 4), "b": Fraction(1, 2), "c": Fraction(1, 5)})
    >>> [(band.option, band.rank) for band in bands(observed, draws)]
    [('a', (1, 2)), ('b', (1, 2)), ('c', (3, 3))]
    >>> [band.rank for band in bands(observed, draws, Fraction(1, 3))]
    [(1, 1), (2, 2), (3, 3)]

    At 95 % nothing is cut off of three draws; at one third the first and the last of them are.
    """
    if not 0 < level < 1:
        raise ValueError("a level lies between 0 and 1")
    ranked = [one for one in ranking if one.rank is not None and one.score is not None]
    scores = _of(draws, [one.option for one in ranked])
    ranks = np.where(np.isnan(scores), np.inf, ranks_in_draws(scores))
    best, last = _interval(ranks, scores, level)
    lowest, highest = _interval(scores.astype(np.float64), scores, level)
    found: list[Band] = []
    for at, one in enumerate(ranked):
        rank, score = one.rank or 0, float(one.score or 0)
        found.append(
            Band(
                one.option,
                (int(min(best[at], rank)), int(max(last[at], rank))),
                (min(float(lowest[at]), score), max(float(highest[at]), score)),
            )
        )
    return found


def groups(ranking: Sequence[RankedOption], draws: Draws, level: Fraction = LEVEL) -> list[tuple[str, ...]]:
    """Neighbours in the ranking that the ballots cannot tell apart, best first; groups of two or more.

    Two options are **told apart** if their order holds in nearly all draws: if the interval of the difference
    of their scores, at the same level as the bands, does not contain zero. At 95 % of 1,000 draws: if the
    order is turned round, or they are level, in at most 25. In a council's words: had other people of the
    same kind voted, the two would hardly ever have come out the other way round.

    From the top, a group takes in the next rank as long as none of its options is told apart from one of
    those in the group (complete linkage), so that no group ever holds two options that are told apart.
    Chaining neighbour to neighbour would put nearly everything into one group. What shares a rank stays
    together.

    A border between two groups does not say that the options on either side of it are told apart; only being
    far enough from each other does. And each pair is judged by itself: of many pairs, one in forty may seem
    to be told apart by chance.

    >>> from participation.tally.scoring import rank
    >>> draws = Draws(("a", "b", "c"), np.array([[0.9, 0.6, 0.5], [0.8, 0.4, 0.7], [0.7, 0.6, 0.3]], np.float32))
    >>> groups(rank({"a": Fraction(4, 5), "b": Fraction(3, 5), "c": Fraction(1, 2)}), draws)
    [('b', 'c')]

    a is above both others in all draws; c is above b in one.
    """
    ranked = [one for one in ranking if one.rank is not None]
    scores = np.ascontiguousarray(_of(draws, [one.option for one in ranked]).T, np.float64)
    found: list[list[int]] = []
    for _, sharing in groupby(range(len(ranked)), key=lambda at: ranked[at].rank):
        level_with = list(sharing)
        if found and not any(_told_apart(scores[found[-1][0] : level_with[0]], scores[at], level) for at in level_with):
            found[-1] += level_with
        else:
            found.append(level_with)
    return [tuple(ranked[at].option for at in group) for group in found if len(group) > 1]


def ranks_in_draws(scores: NDArray[np.floating]) -> NDArray[np.int64]:
    """(draws, options): shared ranks from 1 within each row; those without a score come after all others.

    >>> ranks_in_draws(np.array([[0.5, 0.9, 0.5, np.nan], [0.1, 0.2, 0.3, 0.4]])).tolist()
    [[2, 1, 2, 4], [4, 3, 2, 1]]
    """
    order = np.argsort(-scores, axis=1)
    inorder = np.take_along_axis(scores, order, axis=1).astype(np.float64)
    first = np.ones(scores.shape, np.bool_)
    first[:, 1:] = ~(inorder[:, :-1] - inorder[:, 1:] < TIE)
    place = np.where(first, np.arange(1, scores.shape[1] + 1), 0)
    ranks = np.empty(scores.shape, np.int64)
    np.put_along_axis(ranks, order, np.maximum.accumulate(place, axis=1), axis=1)
    return ranks


def cut_off(draws: int, level: Fraction) -> int:
    """How many draws are cut off at either end of an interval.

    >>> cut_off(1_000, LEVEL), cut_off(999, LEVEL)
    (25, 24)
    """
    return int(draws * (1 - level) / 2)


def _of(draws: Draws, options: Sequence[str]) -> NDArray[np.float32]:
    place: Mapping[str, int] = {option: at for at, option in enumerate(draws.options)}
    return draws.scores[:, [place[option] for option in options]]


def _interval(
    values: NDArray[np.floating], scores: NDArray[np.float32], level: Fraction
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """(options,) lower and upper ends; draws in which the option has no score are left aside."""
    known = np.count_nonzero(~np.isnan(scores), axis=0)
    cut = np.array([cut_off(number, level) for number in known.tolist()], np.int64)
    inorder = np.sort(values, axis=0)
    columns = np.arange(values.shape[1])
    lower, upper = inorder[cut, columns], inorder[np.maximum(known - 1 - cut, 0), columns]
    never = known == 0
    return np.where(never, np.inf, lower), np.where(never, -np.inf, upper)


def _told_apart(above: NDArray[np.float64], below: NDArray[np.float64], level: Fraction) -> bool:
    """Whether some option of `above` (options, draws) is told apart from the one of `below` (draws,)."""
    difference = above - below
    known = np.count_nonzero(~np.isnan(difference), axis=1)
    turned = np.count_nonzero(difference < TIE, axis=1)
    return any(
        number > 0 and times <= cut_off(number, level)
        for number, times in zip(known.tolist(), turned.tolist(), strict=True)
    )
