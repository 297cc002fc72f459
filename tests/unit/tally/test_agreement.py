from fractions import Fraction
from itertools import combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from participation.tally.agreement import kendall_tau_b, kendall_w, leave_one_out
from participation.tally.disagreement import disagreements
from participation.tally.joint import RoundScores, joint_scores

tables = st.dictionaries(st.sampled_from("abcdefg"), st.none() | st.fractions(0, 1, max_denominator=3))


def scores(**places: int) -> dict[str, Fraction | None]:
    return {option: Fraction(-place) for option, place in places.items()}


def test_the_same_order_is_1_and_the_reverse_is_minus_1() -> None:
    order = scores(a=1, b=2, c=3, d=4)
    same, reverse = kendall_tau_b(order, order), kendall_tau_b(order, scores(a=4, b=3, c=2, d=1))
    assert same is not None
    assert reverse is not None
    assert (str(same.rounded(2)), str(reverse.rounded(2))) == ("1.00", "-1.00")


def test_ties_count_as_in_kendall_1945() -> None:
    """Pairs ab, ac, bc; the first ties ab, the second bc; ac agrees: 1 / sqrt(2 * 2)."""
    tau = kendall_tau_b(scores(a=1, b=1, c=2), scores(a=1, b=2, c=2))
    assert tau is not None
    assert (tau.numerator, tau.radicand, str(tau.rounded(3))) == (1, 4, "0.500")


def test_an_order_that_ties_everything_agrees_with_nothing() -> None:
    assert kendall_tau_b(scores(a=1, b=1), scores(a=1, b=2)) is None
    assert kendall_tau_b(scores(a=1), scores(a=1)) is None
    assert kendall_tau_b({}, {}) is None


def test_only_options_scored_by_both_are_compared() -> None:
    tau = kendall_tau_b(scores(a=1, b=2, c=3) | {"d": None}, scores(a=2, b=1, d=9, e=4))
    assert tau is not None
    assert (tau.options, tau.numerator) == (2, -1)


@given(tables, tables)
def test_it_is_what_the_definition_says(first: dict[str, Fraction | None], second: dict[str, Fraction | None]) -> None:
    agreeing = untied_first = untied_second = 0
    both = [o for o in first if first[o] is not None and second.get(o) is not None]
    for one, other in combinations(both, 2):
        a = (first[one] > first[other]) - (first[one] < first[other])  # type: ignore[operator]
        b = (second[one] > second[other]) - (second[one] < second[other])  # type: ignore[operator]
        agreeing += a * b
        untied_first += a != 0
        untied_second += b != 0
    tau = kendall_tau_b(first, second)
    if not untied_first * untied_second:
        assert tau is None
        return
    assert tau is not None
    assert (tau.numerator, tau.radicand) == (agreeing, untied_first * untied_second)
    assert tau.numerator**2 <= tau.radicand
    assert kendall_tau_b(second, first) == tau


BODIES = ("steering", "citizens", "online")
judged = st.fixed_dictionaries(dict.fromkeys(BODIES, tables))
equal = dict.fromkeys(BODIES, 1)


def rounds_of(judgements: Any) -> list[RoundScores]:
    return [RoundScores(name, table) for name, table in judgements.items()]


@given(judged)
def test_w_lies_between_0_and_1_and_does_not_care_for_weights_or_scales(judgements: Any) -> None:
    found = kendall_w(rounds_of(judgements), equal)
    assert found == kendall_w(rounds_of(judgements), {"steering": 7, "citizens": Fraction(1, 3), "online": 90})
    squared = {
        name: {option: score and score**2 for option, score in table.items()} for name, table in judgements.items()
    }
    assert found == kendall_w(rounds_of(squared), equal)
    assert found is None or 0 <= found.w <= 1


@given(tables)
def test_w_is_1_where_all_bodies_have_the_same_order(table: Any) -> None:
    found = kendall_w(rounds_of(dict.fromkeys(BODIES, table)), equal)
    if len({score for score in table.values() if score is not None}) < 2:
        assert found is None
    else:
        assert found is not None
        assert (found.w, found.bodies) == (Fraction(1), 3)


@given(st.permutations("abcdef"), st.permutations("abcdef"))
def test_w_of_two_orders_without_ties_is_spearmans_correlation_moved_into_0_to_1(
    one: list[str], two: list[str]
) -> None:
    """W = (1 + r) / 2 for two bodies, with r = 1 - 6 * sum of d² / (n³ - n)."""
    squares = sum((one.index(option) - two.index(option)) ** 2 for option in "abcdef")
    tables = {"x": scores(**{o: one.index(o) for o in one}), "y": scores(**{o: two.index(o) for o in two})}
    found = kendall_w(rounds_of(tables), {"x": 1, "y": 1})
    assert found is not None
    assert found.w == (1 + 1 - Fraction(6 * squares, 6**3 - 6)) / 2


def test_w_with_ties_as_in_a_table_worked_by_hand() -> None:
    """Three bodies, four options, ranks 1 2.5 2.5 4, 1 2 3 4 and 2 1 4 3: sums 4, 5.5, 9.5, 11 around 7.5.

    S = 12.25 + 4 + 4 + 12.25 = 32.5; W = 12 * 32.5 / (9 * 60 - 3 * 6) = 390 / 522.
    """
    bodies = {"x": scores(a=1, b=2, c=2, d=4), "y": scores(a=1, b=2, c=3, d=4), "z": scores(a=2, b=1, c=4, d=3)}
    found = kendall_w(rounds_of(bodies), {"x": 1, "y": 1, "z": 1})
    assert found is not None
    assert found.w == Fraction(390, 522)


def test_w_is_over_bodies_with_weight_and_options_that_all_of_them_score() -> None:
    bodies = {"x": scores(a=1, b=2, c=3), "y": scores(a=1, b=2, d=3), "z": scores(a=2, b=1), "silent": {}}
    found = kendall_w(rounds_of(bodies), {"x": 1, "y": 1, "z": 0, "silent": 1})
    assert found is not None
    assert (found.w, found.bodies, found.options) == (Fraction(1), 2, 2)
    assert kendall_w(rounds_of({"x": scores(a=1, b=2)}), {"x": 1}) is None


@given(judged)
def test_leaving_a_body_out_is_the_joint_ranking_of_the_others(judgements: Any) -> None:
    weights = {"steering": 2, "citizens": 1, "online": 0}
    left = leave_one_out(rounds_of(judgements), weights)
    assert [one.round for one in left] == [name for name in judgements if weights[name]]
    for one in left:
        others = {name: table for name, table in judgements.items() if name != one.round}
        joint = joint_scores(rounds_of(others), {name: weights[name] for name in others})
        assert one.joint == joint
        assert one.tau == kendall_tau_b(joint.scores(), joint_scores(rounds_of(judgements), weights).scores())


def test_the_only_body_with_weight_is_not_left_out() -> None:
    assert leave_one_out(rounds_of({"x": scores(a=1), "y": scores(a=1)}), {"x": 1, "y": 0}) == []


@given(judged)
def test_a_spread_is_what_the_definition_says(judgements: Any) -> None:
    found = disagreements(rounds_of(judgements), equal)
    assert [one.spread for one in found] == sorted((one.spread for one in found), reverse=True)
    for one in found:
        places = {}
        for name, table in judgements.items():
            others = [score for option, score in table.items() if score is not None and option != one.option]
            own = table.get(one.option)
            if own is None or not others:
                assert name not in one.rounds
                continue
            wins = sum(Fraction((score > own) - (score < own) + 1, 2) for score in others)
            places[name] = wins / len(others)
        assert {name: placed.place for name, placed in one.rounds.items()} == places
        assert one.spread == max(places.values()) - min(places.values())
        assert all(places[name] == min(places.values()) for name in one.high)
        assert all(places[name] == max(places.values()) for name in one.low)


def test_bodies_without_weight_do_not_disagree() -> None:
    bodies = rounds_of({"x": scores(a=1, b=2), "y": scores(a=2, b=1), "z": scores(a=1, b=2)})
    spreads = [one.spread for one in disagreements(bodies, {"x": 1, "y": 0, "z": 1})]
    assert spreads == [0, 0]
    assert [one.spread for one in disagreements(bodies, {"x": 1, "y": 1, "z": 1})] == [1, 1]
