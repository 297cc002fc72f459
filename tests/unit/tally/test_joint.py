from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from participation.tally.errors import InvalidOptions, InvalidShare, InvalidWeights, MissingWeight, UnknownRound
from participation.tally.joint import JointScores, RoundScores, carry_into_rounds, carry_over, joint_scores
from participation.tally.scoring import rank
from tests.unit.tally import oracle

ROUNDS = ("steering", "citizens", "online")

exact = st.fractions(0, 1, max_denominator=12)
one_round = st.dictionaries(st.sampled_from("abcd"), st.none() | exact)
score_tables = st.fixed_dictionaries(dict.fromkeys(ROUNDS, one_round))
weights_of_some = st.fixed_dictionaries(
    dict.fromkeys(ROUNDS, st.integers(0, 5) | st.fractions(0, 5, max_denominator=7))
).filter(lambda weights: any(weights.values()))


def combine(table: dict[str, dict[str, Fraction | None]], weights: dict[str, int | Fraction]) -> JointScores:
    return joint_scores([RoundScores(name, scores) for name, scores in table.items()], weights)


def test_the_joint_score_is_the_weighted_mean_over_the_rounds_where_an_option_stood() -> None:
    table: dict[str, dict[str, Fraction | None]] = {
        "steering": {"a": Fraction(3, 4), "b": Fraction(1, 4)},
        "citizens": {"a": Fraction(1, 2), "b": Fraction(1, 2), "c": None},
        "online": {"a": Fraction(1, 5), "c": Fraction(4, 5)},
    }
    joint = combine(table, {"steering": 40, "citizens": 30, "online": 30})
    assert {option: (one.mean, one.coverage) for option, one in joint.options.items()} == {
        "a": (Fraction(40 * 75 + 30 * 50 + 30 * 20, 10_000), Fraction(1)),
        "b": (Fraction(40 * 25 + 30 * 50, 7_000), Fraction(7, 10)),
        "c": (Fraction(4, 5), Fraction(3, 10)),
    }
    assert dict(joint.options["c"].by_round) == {"steering": None, "citizens": None, "online": Fraction(4, 5)}


def test_an_option_with_less_than_half_of_the_weight_is_listed_apart() -> None:
    table: dict[str, dict[str, Fraction | None]] = {
        "steering": {"a": Fraction(1, 2), "half": Fraction(1, 3)},
        "citizens": {"a": Fraction(1, 2)},
        "online": {"a": Fraction(1, 2), "less": Fraction(1)},
    }
    joint = combine(table, {"steering": 50, "citizens": 1, "online": 49})
    ranking = rank(joint.scores())
    assert [(one.option, one.rank) for one in ranking] == [("a", 1), ("half", 2), ("less", None)]
    assert joint.options["less"].mean == 1


def test_a_round_that_says_nothing_is_named_and_its_weight_left_out() -> None:
    table: dict[str, dict[str, Fraction | None]] = {
        "steering": {"a": Fraction(1, 2), "b": Fraction(1, 3)},
        "citizens": {"a": None, "b": None},
        "online": {},
    }
    joint = combine(table, {"steering": 10, "citizens": 60, "online": 0})
    assert joint.silent_rounds == ("citizens",)
    assert joint.scores() == table["steering"]
    assert joint.options["a"].coverage == 1


def test_without_any_score_nothing_is_ranked() -> None:
    joint = combine({"online": {"a": None}}, {"online": 1})
    assert joint.options["a"].mean is None
    assert joint.options["a"].coverage == 0
    assert joint.silent_rounds == ("online",)


@given(score_tables, weights_of_some)
def test_it_is_what_the_definition_says(table: Any, weights: Any) -> None:
    joint = combine(table, weights)
    assert {option: one.mean for option, one in joint.options.items()} == oracle.joint(table, weights)
    for one in joint.options.values():
        assert 0 <= one.coverage <= 1
        assert one.mean is None or 0 <= one.mean <= 1
        assert (one.mean is None) == (one.coverage == 0)


@given(score_tables, weights_of_some, st.fractions(Fraction(1, 9), 9, max_denominator=9))
def test_rescaling_all_weights_changes_nothing(table: Any, weights: Any, factor: Fraction) -> None:
    assert combine(table, {name: weight * factor for name, weight in weights.items()}) == combine(table, weights)


@given(score_tables, one_round, weights_of_some)
def test_a_body_with_weight_0_has_no_influence(table: Any, other: Any, weights: Any) -> None:
    weights = weights | {"online": 0}
    assume(any(weights.values()))
    before, after = combine(table, weights), combine(table | {"online": other}, weights)
    assert before.silent_rounds == after.silent_rounds
    shared = before.options.keys() & after.options.keys()
    for option in shared:
        one, same = before.options[option], after.options[option]
        assert (one.mean, one.coverage, one.score) == (same.mean, same.coverage, same.score)
    for joint in (before, after):
        assert all(joint.options[option].mean is None for option in joint.options.keys() - shared)


@given(score_tables, weights_of_some, st.permutations(ROUNDS))
def test_the_order_of_rounds_does_not_matter(table: Any, weights: Any, order: list[str]) -> None:
    there = combine(table, weights)
    back = combine({name: table[name] for name in order}, {name: weights[name] for name in reversed(order)})
    assert back.options == there.options
    assert set(back.silent_rounds) == set(there.silent_rounds)


@given(score_tables, weights_of_some, st.data())
def test_a_higher_win_rate_in_a_round_never_lowers_the_joint_score(
    table: Any, weights: Any, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(ROUNDS))
    stood = [option for option, score in table[name].items() if score is not None]
    assume(stood)
    option = data.draw(st.sampled_from(stood))
    raised = table | {name: table[name] | {option: (table[name][option] + 1) / 2}}
    before, after = combine(table, weights).options[option].mean, combine(raised, weights).options[option].mean
    assert (before is None and after is None) or (before is not None and after is not None and after >= before)


@given(score_tables, weights_of_some)
def test_pareto_what_every_round_scores_as_high_is_jointly_as_high_if_both_stood_in_the_same_rounds(
    table: Any, weights: Any
) -> None:
    for scores in table.values():
        scores.pop("b", None)
        if scores.get("a") is not None:
            scores["b"] = scores["a"] / 2
    joint = combine(table, weights).options
    assume("a" in joint and joint["a"].mean is not None)
    assert joint["a"].mean >= joint["b"].mean  # type: ignore[operator]  # b stood wherever a did


def test_pareto_can_fail_for_options_that_stood_in_different_rounds() -> None:
    table: dict[str, dict[str, Fraction | None]] = {
        "steering": {"a": Fraction(1, 4), "b": Fraction(1, 5)},
        "citizens": {"b": Fraction(4, 5)},
    }
    joint = combine(table, {"steering": 1, "citizens": 1}).options
    assert (joint["a"].mean, joint["b"].mean) == (Fraction(1, 4), Fraction(1, 2))


@pytest.mark.parametrize(
    "rounds,weights,error,code",
    [
        (["steering", "online"], {"steering": 1}, MissingWeight, "missing_weight"),
        (["steering"], {"steering": 1, "online": 1}, UnknownRound, "weight_without_round"),
        (["steering", "steering"], {"steering": 1}, InvalidWeights, "round_named_twice"),
        (["steering"], {"steering": 0.4}, InvalidWeights, "weight_not_exact"),
        (["steering"], {"steering": True}, InvalidWeights, "weight_not_exact"),
        (["steering"], {"steering": "40"}, InvalidWeights, "weight_not_exact"),
        (["steering"], {"steering": -1}, InvalidWeights, "weight_negative"),
        (["steering", "online"], {"steering": 0, "online": Fraction(0)}, InvalidWeights, "no_weight_at_all"),
        ([], {}, InvalidWeights, "no_weight_at_all"),
    ],
)
def test_weights_that_were_not_declared_exactly_once_for_each_round_are_refused(
    rounds: list[str], weights: Any, error: type[InvalidWeights], code: str
) -> None:
    with pytest.raises(error) as refusal:
        joint_scores([RoundScores(name, {}) for name in rounds], weights)
    assert refusal.value.code == code


def test_large_weights_do_not_overflow() -> None:
    table = {"steering": {"a": Fraction(1)}, "online": {"a": Fraction(0)}}
    mean = joint_scores([RoundScores(n, s) for n, s in table.items()], {"steering": 10**30, "online": 1})
    assert mean.options["a"].mean == Fraction(10**30, 10**30 + 1)


def test_a_measure_takes_a_share_of_the_goals_that_it_serves_and_both_figures_stay() -> None:
    own = {"M1": Fraction(1, 2), "M2": Fraction(1, 2), "M3": None, "M4": Fraction(1, 4)}
    goals = {"G1": Fraction(1), "G2": Fraction(1, 2), "G3": None}
    serves = {"M1": ["G1", "G2", "G3"], "M2": ["G3"], "M3": ["G1"], "M4": ["G9"]}
    carried = carry_over(own, goals, serves, Fraction(1, 5))
    assert (carried["M1"].own, carried["M1"].goals) == (Fraction(1, 2), Fraction(3, 4))
    assert carried["M1"].score == Fraction(4, 5) * Fraction(1, 2) + Fraction(1, 5) * Fraction(3, 4)
    assert (carried["M2"].goals, carried["M2"].score) == (None, Fraction(1, 2))
    assert (carried["M3"].goals, carried["M3"].score) == (Fraction(1), None)
    assert carried["M4"].score == Fraction(1, 4)


@given(st.dictionaries(st.sampled_from("MNO"), st.none() | exact), one_round, exact)
def test_a_carried_score_lies_between_its_two_columns(own: Any, goals: Any, share: Fraction) -> None:
    serves = {measure: list(goals) for measure in own}
    assert {m: one.score for m, one in carry_over(own, goals, serves, 0).items()} == own
    for one in carry_over(own, goals, serves, share).values():
        if one.own is not None and one.goals is not None:
            assert one.score is not None
            assert min(one.own, one.goals) <= one.score <= max(one.own, one.goals)


@pytest.mark.parametrize("share", [-1, 2, Fraction(11, 10), 0.2, "1/5", True])
def test_a_share_that_is_no_exact_part_is_refused(share: Any) -> None:
    with pytest.raises(InvalidShare):
        carry_over({}, {}, {}, share)


@given(score_tables, weights_of_some, one_round, st.fractions(0, 1, max_denominator=5))
def test_the_goals_share_may_as_well_be_mixed_into_every_round(
    table: Any, weights: Any, goals: Any, share: Fraction
) -> None:
    serves = {"a": ["a", "b"], "b": ["c"], "c": ["d"], "d": []}
    own = combine(table, weights)
    carried = carry_over(own.scores(), goals, serves, share)
    rounds = [RoundScores(name, scores) for name, scores in table.items()]
    mixed = joint_scores(
        carry_into_rounds(rounds, {option: one.goals for option, one in carried.items()}, share), weights
    )
    assert mixed.scores() == {option: one.score for option, one in carried.items()}
    assert mixed.silent_rounds == own.silent_rounds


def test_a_goal_that_a_measure_serves_twice_is_refused() -> None:
    with pytest.raises(InvalidOptions):
        carry_over({"M1": Fraction(1)}, {"G1": Fraction(1)}, {"M1": ["G1", "G1"]}, 0)
