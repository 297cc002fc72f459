"""Weak orders as several formats list them: groups of options, best group first, cast by so many people."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from participation.tally.ballots import Profile
from participation.tally.counts import MOST_BALLOTS
from participation.tally.kinds import BallotKind

Groups: TypeAlias = tuple[tuple[int, ...], ...]
"""Places of options; those of a group are tied."""

LARGEST_COUNT: Final = MOST_BALLOTS - 1
"""Ballots in all; beyond, sums could leave an int64."""


@dataclass(frozen=True, slots=True)
class Order:
    """One line of a file: a ballot, and how many people cast it."""

    times: int
    groups: Groups
    line: int = field(default=0, compare=False)


def ranking_profile(shown: tuple[str, ...], orders: Sequence[Order]) -> Profile:
    """The orders as rankings: what an order does not list is tied last.

    Levels stand beside the options only if some group is a tie, since strict rankings need none.

    >>> ranking_profile(("a", "b", "c"), [Order(1, ((2,), (0, 1))), Order(2, ((1,),))]).levels().tolist()
    [[1, 1, 2], [0, 1, 0]]
    """
    options = [option for order in orders for group in order.groups for option in group]
    lengths = [sum(map(len, order.groups)) for order in orders]
    values: NDArray[np.int64] | None = None
    if any(len(group) > 1 for order in orders for group in order.groups):
        levels = [
            len(order.groups) - place for order in orders for place, group in enumerate(order.groups) for _ in group
        ]
        values = np.array(levels, np.int64)
    return Profile(BallotKind.RANKING, shown, np.array(options, np.int32), values, np.array(lengths, np.int64))


def times(orders: Sequence[Order]) -> NDArray[np.int64]:
    """How many people cast each."""
    return np.array([order.times for order in orders], np.int64)
