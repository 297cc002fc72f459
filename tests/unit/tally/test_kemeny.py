"""The consensus against all orders there are, and what it promises."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import count as count_up
from itertools import pairwise, permutations
from random import Random
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.tally.counts import count
from participation.tally.kemeny import Consensus, consensus, kemeny, orders, relaxation, subsets
from participation.tally.kemeny.highs import IS_INSTALLED
from participation.tally.kinds import BallotKind
from participation.tally.margins import Margins, margins
from tests.unit.tally.elections import CODES

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
@pytest.mark.parametrize(
    "seeds", [range(60), pytest.param(range(60, 2000), marks=pytest.mark.slow)], ids=["daily", "rest"]
)
def test_solver_and_subsets_agree_where_there_are_too_many_orders_to_go_through(
    seeds: range, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sizes and margins at which branches are split, other optimal orders found, and many pairs tied."""
    for seed in seeds:
        random = np.random.default_rng(seed)
        size, largest = int(random.integers(8, 13)), int(random.choice([1, 1, 2, 3, 10, 1000]))
        drawn = random.integers(-largest, largest + 1, (size, size))
        upper = np.triu(drawn if seed % 2 else np.where(drawn < 0, -largest, largest), 1)
        found = of_matrix(upper - upper.T)
        solved = kemeny(found)
        with monkeypatch.context() as patch:
            patch.setattr(subsets, "MOST_OPTIONS", size)
            listed = kemeny(found)
        assert solved.settled
        assert overruled(found, solved.order) == solved.score
        assert (solved.score, solved.bound, solved.groups) == (listed.score, listed.bound, listed.groups)


@given(tournaments(least=3, most=5), st.data())
def test_any_prices_give_a_true_bound(found: Margins, data: st.DataObject) -> None:
    """What is proved does not hang on the solver: prices that it never named prove something true as well."""
    if not (found.matrix.any() and IS_INSTALLED):
        return
    programme = relaxation.Relaxation(found.matrix)
    fixed = np.zeros(found.matrix.shape, np.bool_)
    fixed[tuple(data.draw(st.permutations(range(len(found.options))))[:2])] = data.draw(st.booleans())
    programme.restrict(fixed)
    programme.forbid(np.triu(np.ones(fixed.shape, np.bool_), 1))
    half = np.full(fixed.shape, 0.9)
    conditions = 1 + programme.cut(half)
    prices = data.draw(st.lists(st.integers(0, 5 * relaxation.PARTS), min_size=conditions, max_size=conditions))
    proof = programme._proof(np.array(prices))
    for order in permutations(range(len(found.options))):
        place = np.argsort(order)
        keeps = bool((place[:, None] < place)[fixed].all()) and order != tuple(range(len(order)))
        if keeps:
            costs = overruled(found, tuple(found.options[at] for at in order)) * relaxation.PARTS
            assert proof.parts <= costs
            extra = programme._surcharges(proof)
            assert all(proof.parts + extra[a, b] <= costs for a, b in pairwise(order))


@given(tournaments(largest=2), st.randoms(use_true_random=False))
def test_neutrality_neither_names_nor_the_order_of_options_matter_for_groups(found: Margins, random: Random) -> None:
    """Which of several optimal orders is named may depend on the codes; what is said of all of them does not."""
    places = list(range(len(found.options)))
    random.shuffle(places)
    other = of_matrix(found.matrix[np.ix_(places, places)])
    name = {new: found.options[old] for new, old in zip(other.options, places, strict=True)}
    before, after = kemeny(found), kemeny(other)
    assert [{name[option] for option in group} for group in after.groups] == [set(group) for group in before.groups]
    assert (after.score, after.unique) == (before.score, before.unique)


@given(tournaments(most=5), tournaments(most=5))
def test_reinforcement_orders_that_are_optimal_for_two_electorates_are_those_that_are_for_both(
    one: Margins, other: Margins
) -> None:
    """Of the rules here only Kemeny's has this for whole orders (Young and Levenglick 1978)."""
    size = min(len(one.options), len(other.options))
    one, other = of_matrix(one.matrix[:size, :size]), of_matrix(other.matrix[:size, :size])
    shared = set(optima(one)[1]) & set(optima(other)[1])
    union = of_matrix(one.matrix + other.matrix)
    if shared:
        assert set(optima(union)[1]) == shared
        assert [set(group) for group in kemeny(union).groups] == groups_of(list(shared))


@given(tournaments())
def test_a_condorcet_winner_is_first_and_its_group_is_its_own(found: Margins) -> None:
    for at, option in enumerate(found.options):
        if (np.delete(found.matrix[at], at) > 0).all():
            assert kemeny(found).groups[0] == (option,)


@given(st.lists(st.permutations(CODES), min_size=1, max_size=7), st.data())
def test_pareto_what_all_ballots_place_above_another_is_placed_above_it(
    orders: list[list[str]], data: st.DataObject
) -> None:
    above, below = data.draw(st.permutations(CODES))[:2]
    for order in orders:
        first, last = sorted((order.index(above), order.index(below)))
        order[first], order[last] = above, below
    found = kemeny(margins(count(BallotKind.RANKING, CODES, orders)))
    assert found.order.index(above) < found.order.index(below)


@given(tournaments(most=5), st.data())
def test_monotonicity_what_leads_an_optimal_order_still_does_when_it_rises(found: Margins, data: st.DataObject) -> None:
    leader = found.options.index(kemeny(found).order[0])
    size = len(found.options)
    more = np.array(data.draw(st.lists(st.integers(0, 3), min_size=size, max_size=size)))
    more[leader] = 0
    matrix = found.matrix.copy()
    matrix[leader] += more
    matrix[:, leader] -= more
    after = of_matrix(matrix)
    first = after.options[leader]
    rest = kemeny(after.over([option for option in after.options if option != first])).order
    rest = rest or tuple(option for option in after.options if option != first)
    assert overruled(after, (first, *rest)) == kemeny(after).score


@given(st.lists(st.permutations(CODES), min_size=1, max_size=5), st.integers(2, 4))
def test_homogeneity_the_same_ballots_several_times_change_nothing(orders: list[list[str]], times: int) -> None:
    once, often = (kemeny(margins(count(BallotKind.RANKING, CODES, orders * n))) for n in (1, times))
    assert (once.order, once.groups, once.score * once.unit) == (often.order, often.groups, often.score * often.unit)


@pytest.mark.parametrize("seed", range(4))
def test_sums_of_margins_that_leave_64_bits_are_exact(seed: int) -> None:
    """Single margins still fit, as weights over a common denominator can give them."""
    random = Random(seed)
    rows = [[0] * 5 for _ in range(5)]
    for i in range(5):
        for j in range(i):
            rows[i][j] = random.choice([-1, 1]) * (2**62 - 1 - random.randrange(2**40))
            rows[j][i] = -rows[i][j]
    check(of_matrix(np.array(rows, np.int64)), kemeny(of_matrix(np.array(rows, np.int64))))


def crowded(size: int, seed: int, largest: int = 9) -> Margins:
    """Options all knotted by cycles."""
    upper = np.triu(np.random.default_rng(seed).integers(-largest, largest + 1, (size, size)), 1)
    return of_matrix(upper - upper.T)


def test_without_time_the_best_order_found_and_a_bound_are_given() -> None:
    found = crowded(40, 1)
    hasty = kemeny(found, seconds=0)
    assert hasty.bound < hasty.score == overruled(found, hasty.order)
    assert (hasty.optimal, hasty.unique, hasty.settled) == (False, None, False)
    assert hasty.gap == hasty.score - hasty.bound
    assert len(hasty.groups) == 40
    assert hasty.ranking()[0].rank == 1


@pytest.mark.parametrize("seconds", [0.05, 0.3])
def test_a_bound_is_a_bound_and_gets_better_with_time(seconds: float) -> None:
    found = crowded(45, 2)
    some = kemeny(found, seconds=seconds)
    more = kemeny(found, seconds=4 * seconds)
    assert some.bound <= more.score
    assert more.bound <= some.score
    assert overruled(found, some.order) == some.score


def test_without_the_extra_larger_knots_have_a_bound_and_small_ones_are_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where shaking takes all the time there is."""
    large, small = crowded(20, 3), crowded(subsets.MOST_OPTIONS, 3)
    ticks = count_up()
    with monkeypatch.context() as patch:
        patch.setattr(consensus, "IS_INSTALLED", False)
        for module in (consensus, orders):  # a millisecond passes whenever somebody asks, however busy the machine is
            patch.setattr(module, "monotonic", lambda: next(ticks) / 1000)
        without = kemeny(large, seconds=1)
        exact_small = kemeny(small)
    assert not without.optimal
    assert 0 < without.bound < without.score == overruled(large, without.order)
    assert exact_small.optimal
    assert exact_small.settled
    if IS_INSTALLED:
        assert without.bound <= kemeny(large).score <= without.score


def test_without_the_extra_many_options_without_cycles_are_still_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consensus, "IS_INSTALLED", False)
    places = np.arange(50)
    chain = of_matrix(np.sign(places - places[:, None]))
    assert kemeny(chain).order == chain.options
    assert kemeny(chain).unique
    tied = kemeny(of_matrix(np.zeros((50, 50), np.int64)))
    assert (len(tied.groups), tied.unique, tied.settled) == (1, False, True)


@pytest.mark.skipif(not IS_INSTALLED, reason="highspy is not installed")
@pytest.mark.parametrize("factor", [1, 10**9 + 7, 10**17 + 3, 10**40 + 9, 10**400 + 69])
def test_margins_of_any_size_give_exact_bounds(factor: int) -> None:
    """Floats do not hold these integers: the bound is exact all the same, and a difference of 1 decides."""
    random = Random(7)
    rows = [[0] * 18 for _ in range(18)]
    for i in range(18):
        for j in range(i + 1, 18):
            rows[i][j] = random.randint(-3, 3) * factor + (random.randint(-1, 1) if factor > 1 else 0)
            rows[j][i] = -rows[i][j]
    found = of_matrix(np.array(rows, object))
    result = kemeny(found)
    assert result.optimal
    assert result.settled
    assert overruled(found, result.order) == result.score
    if factor > 1:
        coarse = of_matrix(np.array([[round(Fraction(entry, factor)) for entry in row] for row in rows]))
        assert kemeny(coarse).score == round(Fraction(result.score, factor))


@pytest.mark.usefixtures("by_solver")
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_refining_prices_is_what_makes_large_bounds_exact(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without refinement the same search cannot close the gap."""
    large = crowded(12, seed)
    noise = crowded(12, seed + 10).matrix.astype(object)
    found = of_matrix(large.matrix.astype(object) * (10**25 + 1) + noise)
    assert kemeny(found).optimal
    monkeypatch.setattr(relaxation.Relaxation, "_refined", lambda _, proof, *__: proof)
    assert not kemeny(found, seconds=1).optimal


def test_options_that_no_ballot_compares_stand_apart() -> None:
    result = kemeny(margins(count(BallotKind.SCORE, ["c", "a", "b"], [{"a": 1, "b": 2}, {"c": 4}])))
    assert (result.order, result.apart) == (("b", "a"), ("c",))
    assert [(one.option, one.rank) for one in result.ranking()] == [("b", 1), ("a", 2), ("c", None)]
    nothing = kemeny(margins(count(BallotKind.RANKING, [], [])))
    assert (nothing.order, nothing.groups, nothing.optimal) == ((), (), True)
