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

    An order is optimal if and only if it is optimal within every knot and overrules nothing between them. Where
    ties leave open which knot is next, it is the one from which more options are reached, then the one with the
    first option.

    >>> [knot.tolist() for knot in knots(np.array([[0, 0, -1, 1], [0, 0, 2, 3], [1, -2, 0, -1], [-1, -3, 1, 0]]))]
    [[1], [0, 2, 3]]
    """
    reached = closure(margins > 0)
    np.fill_diagonal(reached, val=True)
    together = reached & reached.T
    firsts = np.flatnonzero(np.argmax(together, axis=1) == np.arange(len(margins)))
    # Whoever reaches a knot reaches all that it reaches, and itself.
    onward = reached.sum(axis=1)[firsts]
    return [np.flatnonzero(together[first]) for first in firsts[np.argsort(-onward, kind="stable")].tolist()]


def closure(relation: Relation) -> Relation:
    """What is reached from each option in any number of steps (S. Warshall, 1962), eight options to a byte."""
    size = len(relation)
    packed = np.packbits(relation, axis=1)
    for through in range(size):
        reaching = packed[:, through >> 3] & (128 >> (through & 7)) != 0
        packed[reaching] |= packed[through]
    return np.unpackbits(packed, axis=1, count=size).astype(np.bool_)
