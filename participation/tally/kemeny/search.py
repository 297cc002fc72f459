"""Branch and bound over partial orders: what the linear programme leaves open is tried both ways.

A branch is a partial order, kept transitive, so that every branch holds at least one order and nothing hangs on
the solver's word that it has none. Branches are pruned by bounds checked in integers alone.
"""

import heapq
from dataclasses import dataclass, field
from itertools import count
from time import monotonic
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from participation.tally.kemeny.groups import closure
from participation.tally.kemeny.orders import Matrix, Order, Relation, cost, cycles_bound, improved, shaken
from participation.tally.kemeny.relaxation import PARTS, Relaxation, Relaxed

FRACTION: Final = 1e-6
"""A variable nearer to 0 or 1 is taken for whole."""

FOR_SEARCHING: Final = 0.8
"""The part of the time for branch and bound; if it does not suffice, the rest is for shaking the best order."""


class Goal(Protocol):
    """What is looked for."""

    @property
    def most(self) -> int:
        """Orders that overrule more are of no interest; becomes lower as orders are found."""

    def is_open(self, before: Relation) -> bool:
        """Whether an order that extends this one may be of interest."""

    def meet(self, before: NDArray[np.float64]) -> None:
        """Look at a solution of the programme, whole or not, and make what one can of it."""


@dataclass(slots=True)
class Cheapest:
    """The goal of an order that overrules less than the best one known."""

    margins: Matrix
    order: Order
    cost: int
    step: int

    @property
    def most(self) -> int:
        """One step less than the best order."""
        return self.cost - self.step

    def is_open(self, before: Relation) -> bool:  # noqa: ARG002  # any may be
        """Any order may be."""
        return True

    def meet(self, before: NDArray[np.float64]) -> None:
        """Round the solution to an order and improve that."""
        self.keep(improved(self.margins, rounded_order(before)))

    def keep(self, order: Order) -> None:
        """Keep an order if it is better."""
        reached = cost(self.margins, order)
        if reached < self.cost:
            self.order, self.cost = order, reached


@dataclass(slots=True)
class Different:
    """The goal of an order that is as cheap as the best one and parts one of its pairs."""

    margins: Matrix
    most: int
    kept: Relation
    """The pairs of which one is to be turned round."""
    order: Order | None = None

    def is_open(self, before: Relation) -> bool:
        """Not where all pairs are kept already."""
        return bool((self.kept & ~before).any())

    def meet(self, before: NDArray[np.float64]) -> None:
        """See whether the solution is, or is near to, such an order."""
        order = rounded_order(before)
        place = np.argsort(order)
        turned = self.kept & (place[:, None] > place)
        if turned.any() and cost(self.margins, order) <= self.most:
            self.order, self.most = order, -1


@dataclass(order=True, slots=True)
class Branch:
    """A part of all orders that waits to be looked at: least bound first, of equal ones the latest."""

    bound: int
    number: int
    before: Relation = field(compare=False)


def cheapest_order(margins: Matrix, relaxation: Relaxation, start: Order, deadline: float) -> tuple[Order, int, int]:
    """Find an order that overrules least; gives it, what it overrules, and what no order falls below.

    The last two are the same if it is known to be the best.
    """
    order = improved(margins, start, deadline)
    goal = Cheapest(margins, order, cost(margins, order), relaxation.step)
    nothing = np.zeros(margins.shape, np.bool_)
    rest = (1 - FOR_SEARCHING) * (deadline - monotonic())
    left = explore(relaxation, goal, nothing, deadline - rest)
    if left is None:
        return goal.order, goal.cost, goal.cost
    # Many options can take so long that there is no bound yet: then a weak one is worth being a little late.
    bound = left or cycles_bound(margins, monotonic() + rest)
    goal.keep(shaken(margins, goal.order, deadline))
    return goal.order, goal.cost, min(bound, goal.cost)


def rounded_order(before: NDArray[np.float64]) -> Order:
    """Order options by how many others they are before, on the whole."""
    return np.argsort(-before.sum(axis=1), kind="stable")


def explore(relaxation: Relaxation, goal: Goal, start: Relation, deadline: float) -> int | None:
    """Go through all orders that extend a partial one, as far as the goal and the time ask for it.

    Gives None if every order that the goal is interested in was met; otherwise the least bound of the branches
    that are not finished.
    """
    numbers = count(0, -1)
    waiting = [Branch(0, next(numbers), start)]
    unfinished: list[int] = []
    while waiting and waiting[0].bound <= goal.most:
        branch = heapq.heappop(waiting)
        if not goal.is_open(branch.before):
            continue
        if monotonic() >= deadline:
            unfinished.append(branch.bound)
            continue
        relaxed = _tightened(relaxation, branch, goal, deadline)
        parts = None if relaxed is None else _split(branch.before, relaxed, goal.most, relaxation.sizes)
        if parts is None and branch.bound <= goal.most:
            unfinished.append(branch.bound)
        for part in parts or ():
            heapq.heappush(waiting, Branch(branch.bound, next(numbers), part))
    return min((bound for bound in unfinished if bound <= goal.most), default=None)


def _tightened(relaxation: Relaxation, branch: Branch, goal: Goal, deadline: float) -> Relaxed | None:
    """Add conditions until the programme keeps them all, the branch is of no interest, or the time is up.

    Raises the branch's bound. Gives the latest solution, None if there was no time for one.
    """
    relaxation.restrict(branch.before)
    latest: Relaxed | None = None
    while (relaxed := relaxation.solve(deadline - monotonic(), goal.most + relaxation.step)) is not None:
        latest = relaxed
        branch.bound = max(branch.bound, relaxed.bound)
        goal.meet(relaxed.before)
        if branch.bound > goal.most or not relaxation.cut(relaxed.before):
            break
    return latest


def _split(before: Relation, relaxed: Relaxed, most: int, sizes: NDArray[np.float64]) -> list[Relation] | None:
    """The parts of a branch that hold all its orders of interest; None if it cannot be split further.

    Of the pairs that the solution leaves undecided, one of a large margin moves the bounds of both parts most.
    """
    too_dear = relaxed.parts + relaxed.surcharge > most * PARTS
    known = closure(before | np.asarray(too_dear, np.bool_).T)
    if (known & known.T).any():
        return []
    fraction = np.where(known | known.T, 0.0, np.minimum(relaxed.before, 1 - relaxed.before))
    first, second = divmod(int(np.argmax(fraction * (fraction > FRACTION) * sizes)), len(known))
    if fraction[first, second] > FRACTION:
        return [_with(known, first, second), _with(known, second, first)]
    return [known] if (known & ~before).any() else None


def _with(before: Relation, first: int, second: int) -> Relation:
    """The least partial order that has one more pair."""
    up_to, from_on = before[:, first].copy(), before[second].copy()
    up_to[first] = from_on[second] = True
    more: Relation = before | (up_to[:, None] & from_on)
    return more
