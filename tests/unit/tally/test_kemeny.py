"""The consensus against all orders there are, and what it promises."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.tally.kemeny import Consensus, kemeny, subsets
from participation.tally.kemeny.highs import IS_INSTALLED
from participation.tally.margins import Margins

MOST: Final = 6
"""Options in a brute-force test: 720 orders."""

LAYERED: Final = [[0, 1, 1, 1], [-1, 0, 1, -1], [-1, -1, 0, 1], [-1, 1, -1, 0]]


def of_matrix(rows: Any, unit: Fraction = Fraction(1)) -> Margins:
    """Margins over M0, M1, ... of which every pair is compared."""
    matrix = np.array(rows)
    size = len(matrix)
    return Margins(tuple(f"M{place}" for place in range(size)), matrix, ~np.eye(size, dtype=np.bool_), unit)


@st.composite
def tournaments(draw: st.DrawFn, least: int = 2, most: int = MOST, largest: int = 4) -> Margins:
    """Any margins, ties among them, over few options."""
    size = draw(st.integers(least, most))
    matrix = np.zeros((size, size), np.int64)
    for first in range(size):
        for second in range(first + 1, size):
            matrix[first, second] = draw(st.integers(-largest, largest))
    return of_matrix(matrix - matrix.T)


def overruled(found: Margins, order: tuple[str, ...]) -> int:
    """The definition: margins of those whose option comes later, pair by pair."""
    place = {option: at for at, option in enumerate(found.options)}
    pairs = [(place[a], place[b]) for at, a in enumerate(order) for b in order[at + 1 :]]
    return sum(max(0, int(found.matrix[b, a])) for a, b in pairs)


def optima(found: Margins) -> tuple[int, list[tuple[str, ...]]]:
    """The least that any order overrules, and all orders that do."""
    costs = {order: overruled(found, order) for order in permutations(found.options)}
    least = min(costs.values())
    return least, [order for order, cost in costs.items() if cost == least]


def groups_of(orders: list[tuple[str, ...]]) -> list[set[str]]:
    """The smallest groups that all of the orders keep apart, one after another."""
    size = len(orders[0])
    cuts = [k for k in range(1, size) if len({frozenset(order[:k]) for order in orders}) == 1]
    return [set(orders[0][first:last]) for first, last in zip([0, *cuts], [*cuts, size], strict=True)]


def check(found: Margins, result: Consensus) -> None:
    """Everything that is said about an optimum is so."""
    least, orders = optima(found)
    assert (result.score, result.bound, result.gap) == (least, least, 0)
    assert result.optimal
    assert result.settled
    assert result.order in orders
    assert result.unique == (len(orders) == 1)
    assert [set(group) for group in result.groups] == groups_of(orders)


@pytest.fixture(name="by_solver")
def fixture_by_solver(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Everything of three options or more goes to the solver."""
    if not IS_INSTALLED:
        pytest.skip("highspy is not installed")
    with monkeypatch.context() as patch:
        patch.setattr(subsets, "MOST_OPTIONS", 2)
        yield


@given(tournaments())
def test_no_order_of_all_is_better_and_the_groups_are_what_all_optimal_orders_share(found: Margins) -> None:
    check(found, kemeny(found))


@pytest.mark.usefixtures("by_solver")
def test_the_solver_finds_the_same() -> None:
    @given(tournaments())
    @settings(deadline=None)
    def by_solver(found: Margins) -> None:
        check(found, kemeny(found))

    by_solver()


@pytest.mark.usefixtures("by_solver")
@pytest.mark.parametrize("seed", range(8))
def test_solver_and_subsets_agree_on_cycles_of_more_options_than_can_be_gone_through(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(seed)
    upper = np.triu(random.integers(-5, 6, (11, 11)) if seed % 2 else random.choice([-1, 1], (11, 11)), 1)
    found = of_matrix(upper - upper.T)
    solved = kemeny(found)
    monkeypatch.setattr(subsets, "MOST_OPTIONS", 11)
    assert solved.optimal
    listed = kemeny(found)
    assert (solved.score, solved.bound, solved.groups, solved.settled) == (
        listed.score,
        listed.bound,
        listed.groups,
        True,
    )
