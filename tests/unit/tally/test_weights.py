"""Weight intervals against joint_scores itself, scanned densely with Fractions."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.tally.crossings import Order
from participation.tally.errors import MissingWeight
from participation.tally.joint import RoundScores, joint_scores
from participation.tally.scoring import rank
from participation.tally.weights import Chosen, FirstPlaces, Outcome, WeightInterval, WholeOrder, weight_intervals

ROUNDS = ("steering", "citizens", "online")
NEAR = Fraction(1, 2**40)
STEPS = 16

exact = st.fractions(0, 1, max_denominator=6)
complete_tables = st.sets(st.sampled_from("abcde"), min_size=1).flatmap(
    lambda options: st.fixed_dictionaries(
        dict.fromkeys(ROUNDS, st.fixed_dictionaries(dict.fromkeys(sorted(options), exact)))
    )
)
ragged_tables = st.fixed_dictionaries(
    dict.fromkeys(ROUNDS, st.dictionaries(st.sampled_from("abcde"), st.none() | exact))
)
weights_of_some = st.fixed_dictionaries(
    dict.fromkeys(ROUNDS, st.integers(0, 5) | st.fractions(0, 5, max_denominator=7))
).filter(lambda weights: any(weights.values()))


def cheapest_first_two(order: Order) -> tuple[str, ...]:
    """What the money might choose: not only a question of who is above whom at one place."""
    listed = [option for sharing in order for option in sharing]
    costs = {"a": 5, "b": 3, "c": 4, "d": 1, "e": 2}
    left, taken = 6, []
    for option in listed:
        if costs[option] <= left:
            left -= costs[option]
            taken.append(option)
    return tuple(sorted(taken))


outcomes = st.sampled_from([FirstPlaces(1), FirstPlaces(2), FirstPlaces(4), WholeOrder(), Chosen(cheapest_first_two)])


def order_of(rounds: Sequence[RoundScores], weights: Mapping[str, Any]) -> Order:
    ranking = [one for one in rank(joint_scores(rounds, weights).scores()) if one.rank is not None]
    return tuple(tuple(one.option for one in sharing) for _, sharing in groupby(ranking, key=lambda one: one.rank))


def check(rounds: Sequence[RoundScores], weights: Mapping[str, Any], outcome: Outcome, found: WeightInterval) -> None:
    now = outcome.of(order_of(rounds, weights))

    def same(weight: Fraction) -> bool:
        changed = {**weights, found.round: weight}
        return any(changed.values()) and outcome.of(order_of(rounds, changed)) == now

    low, high, top = found.low, found.high, found.high if found.high is not None else found.weight * 4 + 1000
    assert 0 <= low <= found.weight <= top
    assert all(same(low + (top - low) * Fraction(step, STEPS)) for step in range(1, STEPS)) or low == top
    assert same(low) is found.holds_at_low
    assert high is None or same(high) is found.holds_at_high
    assert high is not None or found.holds_at_high
    if found.holds_at_low and low > 0:
        assert not same(low - NEAR)
    if high is not None and found.holds_at_high:
        assert not same(high + NEAR)


def check_all(table: Any, weights: Any, outcome: Outcome) -> None:
    rounds = [RoundScores(name, scores) for name, scores in table.items()]
    found = weight_intervals(rounds, weights, outcome)
    assert {one.round: one.weight for one in found} == weights
    for one in found:
        check(rounds, weights, outcome, one)


@settings(deadline=None, max_examples=60)
@given(complete_tables, weights_of_some, outcomes)
def test_where_all_options_stood_everywhere_it_holds_inside_and_nowhere_beyond(
    table: Any, weights: Any, outcome: Outcome
) -> None:
    check_all(table, weights, outcome)


@settings(deadline=None, max_examples=120)
@given(ragged_tables, weights_of_some, outcomes)
def test_where_options_stood_in_different_rounds_it_holds_inside_and_nowhere_beyond(
    table: Any, weights: Any, outcome: Outcome
) -> None:
    check_all(table, weights, outcome)


def test_a_crossing_that_is_no_fraction_ends_the_interval_just_inside() -> None:
    """With citizens at 1, a has (1 + 1/2 y) / (1 + y), b has (y + z) / 2y and so on: checked by scanning."""
    rounds = [
        RoundScores("steering", {"a": Fraction(1), "b": Fraction(1, 3), "c": Fraction(1, 2)}),
        RoundScores("citizens", {"a": Fraction(1, 5), "b": Fraction(1, 2)}),
        RoundScores("online", {"b": Fraction(4, 5), "c": Fraction(1, 4), "a": None}),
    ]
    weights = {"steering": 3, "citizens": 2, "online": 1}
    found = weight_intervals(rounds, weights, WholeOrder())
    assert [one.exact for one in found] == [False, True, False]
    for one in found:
        check(rounds, weights, WholeOrder(), one)


def test_a_tie_at_the_declared_weight_holds_nowhere_beside_it() -> None:
    rounds = [
        RoundScores("steering", {"a": Fraction(1), "b": Fraction(0)}),
        RoundScores("online", {"a": Fraction(0), "b": Fraction(1)}),
    ]
    for one in weight_intervals(rounds, {"steering": 2, "online": 2}, WholeOrder()):
        assert (one.low, one.high, one.holds_at_low, one.holds_at_high) == (Fraction(2), Fraction(2), True, True)


def test_a_round_that_says_nothing_may_have_any_weight() -> None:
    rounds = [RoundScores("steering", {"a": Fraction(1), "b": Fraction(0)}), RoundScores("online", {"a": None})]
    online = weight_intervals(rounds, {"steering": 1, "online": 1}, WholeOrder())[1]
    assert (online.low, online.high) == (Fraction(0), None)


def test_the_only_round_needs_some_weight_and_nothing_more() -> None:
    [only] = weight_intervals(
        [RoundScores("online", {"a": Fraction(1), "b": Fraction(0)})], {"online": 7}, WholeOrder()
    )
    assert (only.low, only.high, only.holds_at_low) == (Fraction(0), None, False)


def test_weights_are_checked_like_those_of_the_ranking() -> None:
    with pytest.raises(MissingWeight):
        weight_intervals([RoundScores("online", {})], {}, WholeOrder())


@pytest.mark.parametrize("size", [10**40, 10**400])
def test_huge_denominators_and_weights_stay_exact(size: int) -> None:
    """A lead of one part in `size` is lost just there, where no float would see it."""
    lead = Fraction(1, 2) + Fraction(1, size)
    rounds = [
        RoundScores("steering", {"a": lead, "b": Fraction(1, 2), "c": Fraction(1, size)}),
        RoundScores("online", {"a": Fraction(1, 2), "b": lead, "c": Fraction(0)}),
    ]
    steering, online = weight_intervals(rounds, {"steering": size + 1, "online": size}, WholeOrder())
    assert (steering.low, steering.high) == (Fraction(size), None)
    assert (online.low, online.high) == (Fraction(0), Fraction(size + 1))
