"""The consensus of few options, by dynamic programming over sets of options.

The cheapest way to fill the first places with a given set does not depend on what follows (M. Held and R. M.
Karp, A dynamic programming approach to sequencing problems, 1962). Going through all sets from above and from
below shows every optimal order at once, so that what they have in common is known too.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from participation.tally.kemeny.orders import Matrix, Order

MOST_OPTIONS: Final = 14
"""Sets double with every option; up to here that takes less time than a solver."""


@dataclass(frozen=True, slots=True, eq=False)
class Optimum:
    """What all optimal orders of some options are like."""

    order: Order
    """The first one, comparing places from the top."""
    cost: int
    cuts: tuple[int, ...]
    """The numbers k for which all optimal orders have the same first k options, between 0 and all."""


def optimum(margins: Matrix) -> Optimum:
    """Find the optimal orders of at most MOST_OPTIONS options.

    >>> cycle = np.array([[0, 2, -1, 4], [-2, 0, 3, 4], [1, -3, 0, 4], [-4, -4, -4, 0]])
    >>> found = optimum(cycle)
    >>> found.order.tolist(), found.cost, found.cuts
    ([0, 1, 2, 3], 1, (1, 2, 3))
    """
    size = len(margins)
    whole = 2**size - 1
    sets = np.arange(whole + 1)
    members = (sets[:, None] >> np.arange(size)) & 1 == 1
    by_size = [sets[members.sum(axis=1) == number] for number in range(size + 1)]
    following = _costs_of_following(margins)

    too_much = following[whole].sum() + 1
    above, below = np.full(whole + 1, too_much), np.full(whole + 1, too_much)
    above[0] = below[whole] = 0
    for layer in by_size[1:]:
        for last in range(size):
            these = layer[members[layer, last]]
            rest = these ^ 1 << last
            above[these] = np.minimum(above[these], above[rest] + following[rest, last])
    for layer in by_size[-2::-1]:
        for following_one in range(size):
            these = layer[~members[layer, following_one]]
            more = these | 1 << following_one
            below[these] = np.minimum(below[these], below[more] + following[these, following_one])

    optimal = above + below == below[0]
    cuts = tuple(number for number in range(1, size) if np.count_nonzero(optimal[by_size[number]]) == 1)
    return Optimum(_first_order(below, following), int(below[0]), cuts)


def _costs_of_following(margins: Matrix) -> Matrix:
    """(sets, options): what it overrules to place the option right after the options of the set."""
    overruled = np.maximum(margins, 0)
    costs = np.zeros((1, len(margins)), margins.dtype)
    for option in range(len(margins)):
        costs = np.concatenate((costs, costs + overruled[:, option]))
    return costs


def _first_order(below: Matrix, following: Matrix) -> Order:
    """Fill the places from the top, each with the first option with which an optimal order goes on."""
    size = following.shape[1]
    order: list[int] = []
    placed = 0
    while len(order) < size:
        free = (option for option in range(size) if not placed >> option & 1)
        option = next(one for one in free if following[placed, one] + below[placed | 1 << one] == below[placed])
        order.append(option)
        placed |= 1 << option
    return np.array(order, np.int64)
