"""Options that no optimal order mixes, found from the majorities alone.

Where every option of one set is placed above every one of another by a majority, every optimal order has the
first set before the second: this is the extended Condorcet principle, which Kemeny's rule keeps (M. Truchon, An
extension of the Condorcet criterion and Kemeny orders, 1998). So a consensus is put together from the orders of
small groups: the strongly connected components of the majority relation.
"""

import numpy as np

from participation.tally.kemeny.orders import Matrix, Order, Relation


def layers(margins: Matrix) -> list[Order]:
    """The finest groups such that majorities place all of a group above all of the next ones.

    >>> margins = np.array([[0, 1, 1, -1], [-1, 0, 0, -2], [-1, 0, 0, -2], [1, 2, 2, 0]])
    >>> [group.tolist() for group in layers(margins)]
    [[3], [0], [1, 2]]
    """
    reached = closure(margins >= 0)
    ahead = reached.sum(axis=1)
    return [np.flatnonzero(ahead == size) for size in sorted(set(ahead.tolist()), reverse=True)]


def knots(margins: Matrix) -> list[Order]:
    """The groups joined by cycles of majorities, in an order that overrules no majority between groups.

    An order is optimal if and only if it is optimal within every knot and overrules nothing between them.
    Where ties leave open which knot is next, the one with the first option is.

    >>> [knot.tolist() for knot in knots(np.array([[0, 0, -1, 1], [0, 0, 2, 3], [1, -2, 0, -1], [-1, -3, 1, 0]]))]
    [[1], [0, 2, 3]]
    """
    majority = margins > 0
    reached = closure(majority)
    together = reached & reached.T
    np.fill_diagonal(together, val=True)
    firsts = [place for place in range(len(margins)) if not together[place, :place].any()]
    waiting = {first: np.flatnonzero(together[first]) for first in firsts}
    ready: list[Order] = []
    while waiting:
        left = np.concatenate(list(waiting.values()))
        free = (first for first, knot in waiting.items() if not _entered(majority, knot, left))
        ready.append(waiting.pop(next(free)))
    return ready


def closure(relation: Relation) -> Relation:
    """What is reached from each option in any number of steps (S. Warshall, 1962)."""
    reached = relation.copy()
    for through in range(len(reached)):
        reached |= reached[:, through, None] & reached[through]
    return reached


def _entered(majority: Relation, knot: Order, left: Order) -> bool:
    """Whether an option outside of the knot that still waits is placed above one in it."""
    others = np.setdiff1d(left, knot, assume_unique=True)
    return bool(majority[np.ix_(others, knot)].any())
