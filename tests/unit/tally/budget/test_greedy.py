"""Down the ranking: what is taken, what is not, and which ties mattered."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.tally.budget.greedy import greedy
from participation.tally.budget.instances import Instance
from participation.tally.budget.ties import TIE_BREAKS
from participation.tally.errors import InvalidBudget, UndecidedTie

SEED = b"drawn in public"
CODES = ("lamp", "tree", "bench", "M2", "M10", "ü")


@st.composite
def instances(draw: st.DrawFn) -> tuple[Instance, dict[str, int | None]]:
    """Up to six options with small costs and scores, so that ties are common, and sometimes groups."""
    options = draw(st.permutations(CODES))[: draw(st.integers(1, len(CODES)))]
    costs = {option: draw(st.integers(0, 6)) for option in options}
    groups = draw(st.dictionaries(st.sampled_from(["square", "school"]), st.sets(st.sampled_from(options)), max_size=2))
    instance = Instance.of(
        costs, draw(st.integers(0, 15)), groups={name: sorted(some) for name, some in groups.items()}
    )
    return instance, {option: draw(st.none() | st.integers(0, 3)) for option in options}


def take(instance: Instance, scores: dict[str, Any], **how: Any) -> Any:
    return greedy(instance, scores, **{"seed": SEED, **how})


def test_without_skipping_the_first_that_does_not_fit_ends_the_list() -> None:
    instance = Instance.of({"tree": 30, "lamp": 60, "bench": 20}, 60, unit="EUR")
    scores = {"tree": 3, "lamp": 2, "bench": 1}
    assert take(instance, scores).selected == ("tree", "bench")
    outcome = take(instance, scores, skip=False)
    assert (outcome.rule, outcome.selected, outcome.left) == ("greedy-no-skip", ("tree",), 30)
    assert outcome.reasons() == {
        "tree": "taken: 30 of the 60 EUR left",
        "lamp": "does not fit: needs 60, 30 EUR left",
        "bench": "not reached: lamp did not fit, and nothing below it is looked at",
    }


def test_below_the_minimum_nothing_is_taken_and_the_minimum_itself_suffices() -> None:
    instance = Instance.of({"tree": 1, "lamp": 1}, 10)
    outcome = take(instance, {"tree": 25, "lamp": 24}, minimum=25)
    assert (outcome.rule, outcome.selected) == ("greedy-threshold", ("tree",))
    assert outcome.reasons()["lamp"] == "below the minimum: score 24, at least 25 is asked for"


def test_of_a_group_only_the_best_is_taken_even_where_nothing_is_skipped() -> None:
    instance = Instance.of({"tree": 1, "lamp": 1, "bench": 1}, 10, groups={"the square": ["tree", "lamp"]})
    for skip in (True, False):
        outcome = take(instance, {"tree": 3, "lamp": 2, "bench": 1}, skip=skip)
        assert outcome.selected == ("tree", "bench")
        assert outcome.reasons()["lamp"] == "excluded: tree was taken, and of the square only one can be"


def test_what_has_no_score_is_never_taken() -> None:
    outcome = take(Instance.of({"tree": 0, "lamp": 1}, 10), {"tree": None, "lamp": 0})
    assert outcome.selected == ("lamp",)
    assert outcome.decisions[1].code == "not_ranked"


@pytest.mark.parametrize(
    "tie_break,votes,first",
    [
        ("lower-cost", {}, "lamp"),
        ("votes-then-lower-cost", {"tree": 4, "lamp": 3, "bench": 3}, "tree"),
        ("votes-then-lower-cost", {"tree": 4, "lamp": 4, "bench": 3}, "lamp"),
        ("lower-cost-then-votes", {"tree": 4, "lamp": 3, "bench": 3}, "lamp"),
        ("listed", {}, "bench"),
    ],
)
def test_a_tie_is_decided_by_the_rule_that_is_named(tie_break: str, votes: dict[str, int], first: str) -> None:
    instance = Instance.of({"bench": 8, "tree": 7, "lamp": 6}, 8)
    outcome = take(instance, dict.fromkeys(instance.options, 1), tie_break=tie_break, votes=votes)
    assert outcome.selected == (first,)
    assert (outcome.tie_break, len(outcome.ties)) == (tie_break, 1)


def test_equal_costs_are_drawn_and_the_listing_decides_nothing() -> None:
    drawn = set()
    for seed in range(20):
        taken = {
            take(Instance.of(dict.fromkeys(order, 5), 5), dict.fromkeys(order, 1), seed=bytes([seed])).selected
            for order in (CODES, CODES[::-1])
        }
        assert len(taken) == 1
        drawn |= taken
    assert len(drawn) == len(CODES)


def test_a_tie_that_nobody_may_decide_is_refused_but_only_if_it_matters() -> None:
    scores = {"tree": 1, "lamp": 1}
    with pytest.raises(UndecidedTie, match="tie_not_decided"):
        take(Instance.of({"tree": 5, "lamp": 4}, 5), scores, tie_break="refuse")
    with pytest.raises(UndecidedTie, match="no_seed_to_draw_from"):
        take(Instance.of({"tree": 5, "lamp": 5}, 5), scores, seed=None)
    for budget in (4, 10):
        outcome = take(Instance.of({"tree": 5, "lamp": 5}, budget), scores, tie_break="refuse")
        assert outcome.ties == ()


ways = st.fixed_dictionaries({"skip": st.booleans(), "minimum": st.none() | st.integers(0, 3)})


@given(instances(), ways)
def test_what_is_taken_can_be_paid_for_and_no_group_is_taken_twice(
    drawn: tuple[Instance, dict[str, int | None]], way: dict[str, Any]
) -> None:
    instance, scores = drawn
    outcome = take(instance, scores, **way)
    assert outcome.spent == instance.cost(outcome.selected) <= instance.budget
    assert all(len(set(members) & set(outcome.selected)) <= 1 for members in instance.groups.values())
    assert {one.option for one in outcome.decisions if one.taken} == set(outcome.selected)
    assert [one.option for one in outcome.decisions][: len(outcome.selected)] == list(outcome.selected)
    assert set(outcome.reasons()) == set(instance.options)


@given(instances())
def test_with_skipping_nothing_that_could_still_be_taken_is_left(drawn: tuple[Instance, dict[str, int | None]]) -> None:
    instance, scores = drawn
    outcome = take(instance, scores)
    gone = set(outcome.selected).union(*(instance.rivals().get(one, ()) for one in outcome.selected))
    free = [one for one in instance.options if one not in gone and scores[one] is not None]
    assert all(instance.costs[one] > outcome.left for one in free)


@given(instances(), ways, st.randoms())
def test_a_tie_is_named_wherever_another_order_takes_others(
    drawn: tuple[Instance, dict[str, int | None]], way: dict[str, Any], random: Any
) -> None:
    """Every way of breaking ties, by listing the options differently."""
    instance, scores = drawn
    named = take(instance, scores, **way, tie_break="listed").ties
    sets = set()
    for _ in range(40):
        order = random.sample(instance.options, len(instance.options))
        shuffled = Instance.of({one: instance.costs[one] for one in order}, instance.budget, groups=instance.groups)
        sets.add(frozenset(take(shuffled, scores, **way, tie_break="listed").selected))
    if len(sets) > 1:
        assert named
    if not named:
        assert len(sets) == 1


@given(instances(), st.sampled_from([name for name in TIE_BREAKS if "listed" not in name and name != "refuse"]))
def test_the_listing_decides_nothing_unless_it_is_the_rule(
    drawn: tuple[Instance, dict[str, int | None]], tie_break: str
) -> None:
    instance, scores = drawn
    turned = {one: instance.costs[one] for one in reversed(instance.options)}
    other = Instance.of(turned, instance.budget, groups=instance.groups)
    assert take(instance, scores, tie_break=tie_break).selected == take(other, scores, tie_break=tie_break).selected


@pytest.mark.parametrize(
    "costs,budget,groups,code",
    [
        ({"tree": -1}, 5, {}, "cost_negative"),
        ({"tree": 0.1}, 5, {}, "cost_not_exact"),
        ({"tree": True}, 5, {}, "cost_not_exact"),
        ({"tree": 1}, -5, {}, "budget_negative"),
        ({"tree": 1}, float("nan"), {}, "budget_not_exact"),
        ({"tree": 1}, 5, {"g": ["lamp"]}, "unknown_option_in_group"),
        ({"tree": 1}, 5, {"g": ["tree", "tree"]}, "option_twice_in_group"),
    ],
)
def test_amounts_and_groups_that_say_nothing_are_refused(costs: Any, budget: Any, groups: Any, code: str) -> None:
    with pytest.raises(InvalidBudget, match=code):
        Instance.of(costs, budget, groups=groups)


def test_scores_are_exact_and_of_the_options_that_stand() -> None:
    instance = Instance.of({"tree": 1}, 1)
    with pytest.raises(InvalidBudget, match="scores_do_not_match_options"):
        take(instance, {"tree": 1, "lamp": 1})
    with pytest.raises(InvalidBudget, match="score_not_exact"):
        take(instance, {"tree": 0.5})
    with pytest.raises(InvalidBudget, match="unknown_tie_break"):
        take(instance, {"tree": Fraction(1, 2)}, tie_break="by id")
