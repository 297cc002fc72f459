"""Whether one option beats every other one, which neither the win rate nor any rule of points guarantees to put first.

(Condorcet, Essai sur l'application de l'analyse, 1785; Brandt et al., Handbook of Computational Social Choice,
2016, chapter 2.)
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from participation.tally.margins import Margins

_LEAST_OPTIONS: Final = 2


@dataclass(frozen=True, slots=True)
class Condorcet:
    """The options that hold their own against each other one."""

    winner: str | None
    """The option that a majority places above each other one; there is at most one."""
    weak_winners: tuple[str, ...]
    """Those that no majority places below another one, in the order of the options; the winner is alone."""


def condorcet(margins: Margins) -> Condorcet:
    """Find the Condorcet winner among the options that some ballot compares.

    >>> from participation.tally.counts import count
    >>> from participation.tally.kinds import BallotKind
    >>> from participation.tally.margins import margins
    >>> ballots = [["a", "b", "c"]] * 3 + [["b", "c", "a"]] * 2
    >>> condorcet(margins(count(BallotKind.RANKING, ["a", "b", "c"], ballots)))
    Condorcet(winner='a', weak_winners=('a',))
    """
    judged = margins.over(margins.judged())
    if len(judged.options) < _LEAST_OPTIONS:
        return Condorcet(None, ())
    others = ~np.eye(len(judged.options), dtype=np.bool_)
    beats_all = np.flatnonzero(np.asarray(judged.matrix > 0).all(axis=1, where=others)).tolist()
    unbeaten = np.flatnonzero(np.asarray(judged.matrix >= 0).all(axis=1, where=others)).tolist()
    return Condorcet(
        judged.options[beats_all[0]] if beats_all else None,
        tuple(judged.options[place] for place in unbeaten),
    )
