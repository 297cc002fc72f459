"""The consensus of weighted margins, and what is known about other orders that are as good."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from time import monotonic
from typing import Final

import numpy as np

from participation.tally.kemeny import subsets
from participation.tally.kemeny.groups import closure, knots, layers
from participation.tally.kemeny.highs import IS_INSTALLED
from participation.tally.kemeny.orders import Matrix, Order, Relation, cost, cycles_bound, improved, moves, shaken
from participation.tally.kemeny.relaxation import Relaxation
from participation.tally.kemeny.search import Different, cheapest_order, explore
from participation.tally.margins import Margins
from participation.tally.scoring import RankedOption, display_order, rank

SECONDS: Final = 10.0
"""How long a search may take unless the caller says otherwise."""

MOST_RELAXED: Final = 500
"""With more options knotted together not even the first conditions are found in time: no programme is tried."""

SAFE_INT64: Final = 2**62
"""Sums of all margins that may become larger are made of Python integers."""


@dataclass(frozen=True, slots=True)
class Consensus:
    """An order of all options that ballots compare, and how good it is known to be."""

    order: tuple[str, ...]
    """An order with this score. Where there are several such, which of them it is means nothing: use the groups."""
    groups: tuple[tuple[str, ...], ...]
    """The options that share a rank, best rank first; in a group they are in the order of their codes.

    If the order is known to be optimal, these are the smallest groups such that all optimal orders place all of
    a group before all of the next one, as far as that is known (see `settled`). Otherwise each stands alone.
    """
    apart: tuple[str, ...]
    """Options that no ballot compares."""
    score: int
    """The sum of the margins that the order overrules, in `unit`; the less the better, 0 if it overrules none."""
    bound: int
    """No order has a lower score."""
    settled: bool
    """Whether it is known of every two neighbouring groups that no optimal order mixes them."""
    unit: Fraction
    """What 1 in score and bound is as a share of all weight (see margins.Margins)."""

    @property
    def optimal(self) -> bool:
        """Whether no order is better, for certain."""
        return self.score == self.bound

    @property
    def gap(self) -> int:
        """By how much a better order could be better."""
        return self.score - self.bound

    @property
    def unique(self) -> bool | None:
        """Whether no other order is as good; None where that is not known."""
        if not self.optimal:
            return None
        if any(len(group) > 1 for group in self.groups):
            return False
        return True if self.settled else None

    def ranking(self) -> list[RankedOption]:
        """Shared ranks for the groups; options that no ballot compares come last without one. Nothing has a score."""
        places: dict[str, Fraction | None] = {
            option: Fraction(-place) for place, group in enumerate(self.groups) for option in group
        }
        ranking = rank(places | dict.fromkeys(self.apart))
        return [RankedOption(one.option, one.rank, None, one.tied_with) for one in ranking]


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """The same of some options by their places, all integers."""

    order: Order
    cost: int
    bound: int
    cuts: tuple[int, ...]
    """The numbers k for which all optimal orders are taken to have the same first k options."""
    settled: bool


def kemeny(margins: Margins, *, seconds: float = SECONDS) -> Consensus:
    """Find the order that overrules the least of the majorities, within so many seconds.

    Where the time runs out, where more than MOST_RELAXED options are knotted by cycles, or more than
    subsets.MOST_OPTIONS without the extra `exact` (highspy), the result is the best order found, with what no
    order falls below. A result that is optimal and settled is the same on every machine: its groups, score and
    bound depend on the margins alone; which of several optimal orders is `order` may depend on codes and on the
    solver.

    >>> from participation.tally.counts import count
    >>> from participation.tally.kinds import BallotKind
    >>> from participation.tally.margins import margins
    >>> ballots = [["a", "b", "c", "d"]] * 4 + [["b", "c", "a", "d"]] * 3 + [["c", "a", "b", "d"]] * 2
    >>> found = kemeny(margins(count(BallotKind.RANKING, ["d", "c", "b", "a"], ballots)))
    >>> found.order, found.score, found.optimal, found.unique
    (('a', 'b', 'c', 'd'), 1, True, True)

    By hand: a is above b by 6 to 3, b above c by 7 to 2, c above a by 5 to 4. One of the three is overruled,
    least dearly the last one, a margin of 1.
    """
    deadline = monotonic() + seconds
    judged = margins.over(margins.judged())
    canonical = _canonical(judged)
    options = [judged.options[place] for place in canonical.tolist()]
    matrix = judged.matrix[np.ix_(canonical, canonical)]
    if matrix.size * int(abs(matrix).max(initial=0)) >= SAFE_INT64:
        matrix = matrix.astype(object)
    found = _joined([_of_layer(matrix, layer, deadline) for layer in layers(matrix)])
    order = [options[place] for place in found.order.tolist()]
    ends = (0, *found.cuts, len(order))
    return Consensus(
        order=tuple(order),
        groups=tuple(tuple(sorted(order[first:last], key=display_order)) for first, last in pairwise(ends) if order),
        apart=tuple(option for option in margins.options if option not in options),
        score=found.cost,
        bound=found.bound,
        settled=found.settled,
        unit=margins.unit,
    )


def _canonical(margins: Margins) -> Order:
    """The places of the options by the sum of their margins, so that the input's order decides nothing.

    Equal sums are in the order of the codes, which can decide which of several optimal orders is found.
    """
    sums = [-total for total in margins.integers().sum(axis=1).tolist()]
    places = sorted(range(len(sums)), key=lambda place: (sums[place], display_order(margins.options[place])))
    return np.array(places, np.int64)


def _joined(parts: list[_Found]) -> _Found:
    """One after another, with a cut wherever a part ends."""
    ends = np.cumsum([len(part.order) for part in parts], dtype=np.int64).tolist()
    starts = [0, *ends][:-1]
    cuts = {start + cut for part, start in zip(parts, starts, strict=True) for cut in part.cuts}
    return _Found(
        np.concatenate([np.zeros(0, np.int64), *(part.order for part in parts)]),
        sum(part.cost for part in parts),
        sum(part.bound for part in parts),
        tuple(sorted(cuts | set(ends[:-1]))),
        all(part.settled for part in parts),
    )


def _of_layer(margins: Matrix, layer: Order, deadline: float) -> _Found:
    """The consensus of a layer of options, by their places in the whole."""
    inner = margins[np.ix_(layer, layer)]
    if len(layer) <= subsets.MOST_OPTIONS:
        found = _of_few(inner)
    else:
        together = knots(inner)
        # What was solved for the order is of use for what all orders share, if it was about the same options.
        relaxation = Relaxation(inner) if len(together) == 1 and _can_relax(layer) else None
        found = _joined([_of_knot(inner, knot, relaxation, deadline) for knot in together])
        if found.cost == found.bound:
            cuts, settled = _common_cuts(inner, found.order, relaxation, deadline)
            found = _Found(found.order, found.cost, found.bound, cuts, settled)
        else:
            found = _Found(found.order, found.cost, found.bound, tuple(range(1, len(layer))), settled=False)
    return _Found(layer[found.order], found.cost, found.bound, found.cuts, found.settled)


def _of_few(margins: Matrix) -> _Found:
    optimum = subsets.optimum(margins)
    return _Found(optimum.order, optimum.cost, optimum.cost, optimum.cuts, settled=True)


def _of_knot(margins: Matrix, knot: Order, relaxation: Relaxation | None, deadline: float) -> _Found:
    """An order of a knot; what other orders are as good is asked of the whole layer later."""
    inner = margins[np.ix_(knot, knot)]
    if len(knot) <= subsets.MOST_OPTIONS:
        optimum = subsets.optimum(inner)
        order, reached, bound = optimum.order, optimum.cost, optimum.cost
    elif _can_relax(knot):
        order, reached, bound = cheapest_order(inner, relaxation or Relaxation(inner), np.arange(len(knot)), deadline)
    else:
        bound = cycles_bound(inner, deadline)  # first, since shaking takes what time there is
        order = shaken(inner, improved(inner, np.arange(len(knot)), deadline), deadline)
        reached = cost(inner, order)
    return _Found(knot[order], reached, bound, (), settled=False)


def _can_relax(options: Order) -> bool:
    return IS_INSTALLED and len(options) <= MOST_RELAXED


def _common_cuts(
    margins: Matrix, order: Order, relaxation: Relaxation | None, deadline: float
) -> tuple[tuple[int, ...], bool]:
    """At which places all orders as cheap as an optimal one can be cut, and whether that is certain.

    Orders that differ are looked for, first among those that move one option, until there is none or no cut is
    left. An order that mixes parts turns round a pair of two neighbouring ones. Majorities that are in no cycle are
    kept by all of them.
    """
    reached = closure(margins > 0)
    forced = closure((margins > 0) & ~reached.T)
    least = cost(margins, order)
    cuts = _cuts_left(set(range(1, len(order))), margins, order, order)
    while cuts:
        part = np.zeros(len(order), np.int64)
        part[order] = np.cumsum(np.isin(np.arange(len(order)), list(cuts)))
        kept: Relation = (part[:, None] + 1 == part) & ~forced
        if not kept.any():
            break
        if not _can_relax(order):
            return tuple(sorted(cuts)), False
        relaxation = relaxation or Relaxation(margins)
        relaxation.forbid(kept)
        goal = Different(margins, least, kept)
        left = explore(relaxation, goal, forced, deadline)
        if goal.order is None:
            return tuple(sorted(cuts)), left is None
        cuts = _cuts_left(cuts, margins, order, goal.order)
    return tuple(sorted(cuts)), True


def _cuts_left(cuts: set[int], margins: Matrix, order: Order, other: Order) -> set[int]:
    """The cuts that another optimal order, and those that move one of its options, have in common with an order."""
    mixed = np.zeros(len(order) + 1, np.int64)
    free = np.asarray(moves(margins, other) == 0, np.bool_)
    low, high = np.nonzero(np.triu(free | free.T, 1))
    np.add.at(mixed, low + 1, 1)
    np.add.at(mixed, high + 1, -1)
    # The first k places hold the same options where the last of these options comes no later in the other order.
    same = np.maximum.accumulate(np.argsort(other)[order]) == np.arange(len(order))
    mixed = np.cumsum(mixed)
    return {cut for cut in cuts if same[cut - 1] and not mixed[cut]}
