"""A joint draw is joint.joint_scores of the rounds' draws, whatever is missing where."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.tally.bands import ranks_in_draws
from participation.tally.bootstrap import Draws, carry_draws, joint_draws
from participation.tally.errors import InvalidCounts, InvalidShare, MissingWeight
from participation.tally.joint import RoundScores, carry_over, joint_scores

ROUNDS = ("steering", "citizens", "online")
SIZE = 3

one_score = st.none() | st.integers(0, 8).map(lambda eighths: Fraction(eighths, 8))
one_round = st.dictionaries(st.sampled_from("abcd"), st.lists(one_score, min_size=SIZE, max_size=SIZE))
tables = st.fixed_dictionaries(dict.fromkeys(ROUNDS, one_round))
weights_of_some = st.fixed_dictionaries(
    dict.fromkeys(ROUNDS, st.integers(0, 5) | st.fractions(0, 5, max_denominator=7))
).filter(lambda weights: any(weights.values()))


def as_draws(table: dict[str, list[Fraction | None]]) -> Draws:
    columns = [[np.nan if value is None else float(value) for value in values] for values in table.values()]
    return Draws(tuple(table), np.array(columns, np.float32).reshape(len(table), SIZE).T)


def as_floats(scores: list[Fraction | None]) -> list[float]:
    return [np.nan if score is None else float(score) for score in scores]


@given(tables, weights_of_some)
def test_every_draw_is_combined_as_the_observed_scores_are(table: Any, weights: Any) -> None:
    joint = joint_draws({name: as_draws(scores) for name, scores in table.items()}, weights)
    for draw in range(SIZE):
        rounds = [
            RoundScores(name, {option: values[draw] for option, values in scores.items()})
            for name, scores in table.items()
        ]
        expected = joint_scores(rounds, weights).scores()
        assert joint.options == tuple(expected)
        np.testing.assert_allclose(joint.scores[draw], as_floats(list(expected.values())), rtol=1e-6)


@given(one_round, one_round, st.fractions(0, 1, max_denominator=5))
def test_every_draw_is_carried_over_as_the_observed_scores_are(own: Any, goals: Any, share: Fraction) -> None:
    measures = {f"M{code}": scores for code, scores in own.items()}
    serves = {"Ma": ["a", "b", "z"], "Mb": ["c"], "Mc": []}
    carried = carry_draws(as_draws(measures), as_draws(goals), serves, share)
    for draw in range(SIZE):
        expected = carry_over(
            {measure: scores[draw] for measure, scores in measures.items()},
            {goal: scores[draw] for goal, scores in goals.items()},
            serves,
            share,
        )
        assert carried.options == tuple(expected)
        scores = as_floats([one.score for one in expected.values()])
        np.testing.assert_allclose(carried.scores[draw], scores, rtol=1e-6)


def test_huge_weights_decide_exactly_what_is_ranked() -> None:
    """Half of the weight less one in 10**30 is not enough, which no float would notice."""
    rounds = {"steering": as_draws({"a": [Fraction(1)] * SIZE}), "online": as_draws({"b": [Fraction(0)] * SIZE})}
    joint = joint_draws(rounds, {"steering": 10**30 - 1, "online": 10**30})
    assert np.isnan(joint.scores[:, 0]).all()
    assert joint.scores[:, 1].tolist() == [0.0] * SIZE


def test_what_does_not_fit_together_is_refused() -> None:
    one = as_draws({"a": [Fraction(1)] * SIZE})
    other = Draws(("a",), np.zeros((SIZE + 1, 1), np.float32))
    with pytest.raises(InvalidCounts):
        joint_draws({"steering": one, "online": other}, {"steering": 1, "online": 1})
    with pytest.raises(MissingWeight):
        joint_draws({"steering": one}, {})
    with pytest.raises(InvalidCounts):
        carry_draws(one, other, {}, 0)
    with pytest.raises(InvalidShare):
        carry_draws(one, one, {}, 2)
    with pytest.raises(InvalidCounts):
        Draws.from_bytes(("a", "b"), one.to_bytes())


@given(tables, weights_of_some, st.fractions(Fraction(1, 9), 9, max_denominator=9))
def test_rescaling_all_weights_changes_no_bit(table: Any, weights: Any, factor: Fraction) -> None:
    rounds = {name: as_draws(scores) for name, scores in table.items()}
    rescaled = {name: weight * factor for name, weight in weights.items()}
    assert joint_draws(rounds, rescaled).scores.tobytes() == joint_draws(rounds, weights).scores.tobytes()


@given(tables, one_round, weights_of_some)
def test_a_body_with_weight_0_has_no_influence_on_any_draw(table: Any, other: Any, weights: Any) -> None:
    weights = weights | {"online": 0, "steering": weights["steering"] or 1}
    before = joint_draws({name: as_draws(scores) for name, scores in table.items()}, weights)
    after = joint_draws({name: as_draws(scores) for name, scores in (table | {"online": other}).items()}, weights)
    for option in set(before.options) & set(after.options):
        one, same = (draws.scores[:, draws.options.index(option)] for draws in (before, after))
        np.testing.assert_array_equal(one, same)


def test_equal_means_of_unequal_floats_still_share_a_rank() -> None:
    """1/3 and 2/3 weigh as much as 2/3 and 1/3, and as 3/10 and 7/10, whatever the floats make of it."""
    figures = (Fraction(1, 3), Fraction(2, 3), Fraction(3, 10))
    rounds = {
        "steering": as_draws({option: [figure] * SIZE for option, figure in zip("abc", figures, strict=True)}),
        "online": as_draws({option: [1 - figure] * SIZE for option, figure in zip("abc", figures, strict=True)}),
        "forum": as_draws({option: [Fraction(1, 7)] * SIZE for option in "abc"}),
    }
    joint = joint_draws(rounds, {"steering": Fraction(1, 3), "online": Fraction(1, 3), "forum": 5})
    assert ranks_in_draws(joint.scores).tolist() == [[1, 1, 1]] * SIZE


@pytest.mark.parametrize("silent,speaking,stood", [(20, 20, 10), (20, 20, 9), (66, 4, 2), (66, 4, 1), (0, 70, 34)])
def test_any_number_of_rounds_is_combined_by_the_same_rule(silent: int, speaking: int, stood: int) -> None:
    """With a bit for every round, more than 31 would leave the 64 bits of a number."""
    none: list[Fraction | None] = [None] * SIZE
    half: list[Fraction | None] = [Fraction(1, 2)] * SIZE
    rounds = {f"silent {place}": {"a": none, "b": none} for place in range(silent)}
    rounds |= {f"speaking {place}": {"a": half, "b": half if place < stood else none} for place in range(speaking)}
    weights = dict.fromkeys(rounds, 1)
    joint = joint_draws({name: as_draws(scores) for name, scores in rounds.items()}, weights)
    first = [RoundScores(name, {option: each[0] for option, each in scores.items()}) for name, scores in rounds.items()]
    expected = joint_scores(first, weights).scores()
    assert (expected["b"] is None) is (2 * stood < speaking)
    np.testing.assert_allclose(joint.scores[0], as_floats(list(expected.values())))
