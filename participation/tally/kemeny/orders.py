"""What an order of options costs, and better orders by moving one option at a time.

Throughout, margins are an antisymmetric (options, options) array and an order an array of places in it.
"""

from math import inf
from random import Random
from time import monotonic
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Matrix: TypeAlias = NDArray[Any]
Order: TypeAlias = NDArray[np.int64]
Relation: TypeAlias = NDArray[np.bool_]

KICKS: Final = 5_000
"""How often an order is shaken and improved again, in the hope of a better one."""


def cost(margins: Matrix, order: Order) -> int:
    """The sum of the majorities that an order overrules.

    >>> cost(np.array([[0, 1, -5], [-1, 0, 3], [5, -3, 0]]), np.array([0, 1, 2]))
    5
    """
    upper = np.triu(margins[np.ix_(order, order)], 1)
    return -int(upper[upper < 0].sum())


def moves(margins: Matrix, order: Order) -> Matrix:
    """What it costs more to move the option at one place (row) to another (column): negative is better.

    >>> moves(np.array([[0, 1, -5], [-1, 0, 3], [5, -3, 0]]), np.array([0, 1, 2])).tolist()
    [[0, 1, -4], [1, 0, 3], [-2, 3, 0]]
    """
    sums = np.cumsum(margins[np.ix_(order, order)], axis=1)
    at = np.diagonal(sums)[:, None]
    before = np.concatenate((np.zeros((len(order), 1), sums.dtype), sums[:, :-1]), axis=1)
    places = np.arange(len(order))
    changes: Matrix = np.where(places[:, None] <= places, sums - at, before - at)
    return changes


def improved(margins: Matrix, order: Order, deadline: float = inf) -> Order:
    """Move one option after another to where it is best, until no single move helps or the time is up.

    (The neighbourhood of insertions; M. Laguna, R. Marti and V. Campos, Intensification and diversification
    with elite tabu search solutions for the linear ordering problem, Computers & OR 26, 1999.)

    >>> improved(np.array([[0, 1, -5], [-1, 0, 3], [5, -3, 0]]), np.array([0, 1, 2])).tolist()
    [1, 2, 0]
    """
    stayed = 0
    while stayed < len(order):
        for option in order.tolist():
            at = int(np.argmax(order == option))
            others = np.delete(order, at)
            # What it costs to be behind the first so many of the others, but for what all places have in common.
            behind = np.concatenate((np.zeros(1, margins.dtype), np.cumsum(margins[option, others])))
            best = int(np.argmin(behind))
            stayed = stayed + 1 if behind[best] == behind[at] else 0
            order = order if behind[best] == behind[at] else np.insert(others, best, option)
            if stayed == len(order) or monotonic() >= deadline:
                return order
    return order


def moved(order: Order, source: int, target: int) -> Order:
    """The order with the option at one place moved to another."""
    option = order[source]
    return np.insert(np.delete(order, source), target, option)


def shaken(margins: Matrix, order: Order, deadline: float) -> Order:
    """Shake an improved order and improve it again, keeping the best, until it is done often or the time is up."""
    random = Random(len(order))  # noqa: S311  # a search, not a secret
    best, least = order, cost(margins, order)
    for _ in range(KICKS):
        if monotonic() >= deadline:
            break
        candidate = best
        for _ in range(2 + len(order) // 10):
            candidate = moved(candidate, random.randrange(len(order)), random.randrange(len(order)))
        candidate = improved(margins, candidate, deadline)
        reached = cost(margins, candidate)
        if reached <= least:
            best, least = candidate, reached
    return best


def cycles_bound(margins: Matrix, deadline: float) -> int:
    """A bound without any solver: no order can respect all three majorities of a cycle.

    Cycles of three are taken apart greedily, the weakest margin of each is lost for certain.

    >>> cycles_bound(np.array([[0, 1, -5], [-1, 0, 3], [5, -3, 0]]), monotonic() + 1)
    1
    """
    left = np.maximum(margins, 0)
    lost = 0
    for first, second in np.argwhere(left > 0).tolist():
        if monotonic() >= deadline:
            break
        while left[first, second] > 0:
            through = np.minimum(left[second], left[:, first])
            third = int(np.argmax(through))
            least = min(left[first, second], through[third])
            if least <= 0:
                break
            for pair in ((first, second), (second, third), (third, first)):
                left[pair] -= least
            lost += int(least)
    return lost
