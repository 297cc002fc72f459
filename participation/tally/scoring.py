"""Scores of one round and shared ranks.

The win rate of an option in a round is how often it was placed above the others, ties counting half, out of
all comparisons that ballots made of it: with P[i, j] the ballots that place i above j and C[i, j] those that
compare the two,

    win rate of i  =  sum over j of (P[i, j] + (C[i, j] - P[i, j] - P[j, i]) / 2)  /  sum over j of C[i, j]

It lies between 0 and 1, whatever the number of ballots, and is defined the same way for all ballot kinds. On
complete rankings it is the Borda score divided by its maximum; on truncated ballots "Borda" is at least three
different rules, and this one is the symmetric one (unranked options share the last places).

It does not depend on the names of options or the order of ballots; placing an option higher never lowers its
win rate. Win rates add up to half the number of options, and the winner of two sets of ballots stays the
winner of their union, when every ballot compares every pair. They need not when ballots are silent about some
options: of the ballots a > b > c, and b > a with no opinion on c, the win rates are 2/3, 2/3 and 0. Nor does
the win rate always put first an option that beats every other one (Condorcet), or stay unmoved by clones.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Final

from participation.tally.counts import PairwiseCounts

_DIGITS: Final = re.compile(r"([0-9]+)")


@dataclass(frozen=True, slots=True)
class RankedOption:
    """An option's place in a ranking; `rank` and `score` are None for one that no ballot compares."""

    option: str
    rank: int | None
    score: Fraction | None
    tied_with: tuple[str, ...]
    """The other options that share its rank, in the order of display."""


def win_rates(counts: PairwiseCounts) -> dict[str, Fraction | None]:
    """The exact win rate of every option, None where no ballot compares it.

    >>> from participation.tally.counts import count
    >>> from participation.tally.kinds import BallotKind
    >>> counts = count(BallotKind.RANKING, ["a", "b", "c"], [["a"], ["b", "a"], []])
    >>> {option: str(rate) for option, rate in win_rates(counts).items()}
    {'a': '2/3', 'b': '7/12', 'c': '1/4'}

    By hand: a beats both others on the first ballot (2), only c on the second (1), and ties twice on the
    third (2 halves): 4 of 6 comparisons. b: one tie on the first, 2 wins, two ties: 3 1/2 of 6. c: 1 1/2 of
    6.
    """
    won = counts.above.sum(axis=1).tolist()
    lost = counts.above.sum(axis=0).tolist()
    made = counts.compared.sum(axis=1).tolist()
    return {
        option: Fraction(made[place] + won[place] - lost[place], 2 * made[place]) if made[place] else None
        for place, option in enumerate(counts.options)
    }


def rank(scores: Mapping[str, Fraction | None]) -> list[RankedOption]:
    """Rank by score, highest first; equal scores share a rank and the next rank is left out (1, 1, 3).

    Options without a score come last, with no rank. Among equals the list is in the order of the codes,
    numbers by size (M2 before M10); this is for display only and decides nothing.

    >>> scores = {"M10": Fraction(1), "M2": Fraction(1), "M1": Fraction(1, 3), "M3": None}
    >>> [(one.option, one.rank) for one in rank(scores)]
    [('M2', 1), ('M10', 1), ('M1', 3), ('M3', None)]
    """
    scored = sorted((option for option in scores if scores[option] is not None), key=display_order)
    scored.sort(key=lambda option: scores[option] or Fraction(0), reverse=True)
    ranking: list[RankedOption] = []
    for score, sharing in groupby(scored, key=scores.__getitem__):
        group, place = tuple(sharing), len(ranking) + 1
        ranking += (RankedOption(one, place, score, tuple(o for o in group if o != one)) for one in group)
    without = sorted((option for option in scores if scores[option] is None), key=display_order)
    return ranking + [RankedOption(option, None, None, ()) for option in without]


def ties(ranking: Sequence[RankedOption]) -> list[tuple[str, ...]]:
    """The groups of options that share a rank, best first."""
    groups = groupby((one for one in ranking if one.tied_with), key=lambda one: one.rank)
    return [tuple(one.option for one in group) for _, group in groups]


def display_order(option: str) -> tuple[tuple[tuple[int, str] | str, ...], str]:
    """A sort key that takes runs of digits as numbers, for display only.

    >>> sorted(["G10.1", "G2.10", "G2.9"], key=display_order)
    ['G2.9', 'G2.10', 'G10.1']
    """
    runs = enumerate(_DIGITS.split(option))
    return tuple(_size(run) if at % 2 else run for at, run in runs), option


def _size(digits: str) -> tuple[int, str]:
    """Compares like the number, of any length."""
    significant = digits.lstrip("0")
    return len(significant), significant
