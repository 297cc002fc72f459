"""What other weights would give: the declared ranking at the declared weights, exact everywhere, and never stored."""

from collections.abc import Mapping
from copy import deepcopy
from fractions import Fraction
from math import ceil, floor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.core.errors import Invalid
from participation.core.money import MAX_CENTS
from participation.results.rules.declaration import LARGEST_WEIGHT
from participation.results.rules.funding import FundedSet, open_costs
from participation.results.rules.what_if import weights_by_round, what_if
from participation.tally.budget.greedy import greedy
from participation.tally.budget.instances import Instance
from tests.factories.documents import BODIES, joint_documents

SNAPSHOT, _ = joint_documents()
CARRIED, _ = joint_documents(share=Fraction(1, 4))
DECLARED = {slug: weight for slug, (_kind, _ballot, _count, weight) in BODIES.items()}
FINE = 1000
"""Parts of a weight that are tried; only proportions matter."""
WEIGHTS = st.fixed_dictionaries({slug: st.integers(0, 100) for slug in BODIES}).filter(lambda w: any(w.values()))


def places(document: Mapping[str, Any], rank: str = "rank") -> dict[str, int | None]:
    return {one["code"]: one[rank] for one in document["options"]}


@pytest.mark.parametrize("snapshot", [SNAPSHOT, CARRIED], ids=["own scores", "with goals"])
def test_the_declared_weights_give_the_declared_ranking(snapshot: dict[str, Any]) -> None:
    answer = what_if(snapshot, {}, None)
    assert answer["as_declared"]
    assert [one["code"] for one in answer["options"]] == [one["code"] for one in snapshot["options"]]
    for one, declared in zip(answer["options"], snapshot["options"], strict=True):
        assert (one["rank"], one["score"], one["coverage"]) == (
            declared["rank"],
            declared["score"],
            declared["coverage"],
        )
        assert one["moved"] == 0


def test_only_proportions_matter() -> None:
    answer = what_if(SNAPSHOT, {slug: 7 * weight for slug, weight in DECLARED.items()}, 5_000_000)
    plain = what_if(SNAPSHOT, DECLARED, 5_000_000)
    assert answer["as_declared"]
    assert (answer["options"], answer["funding"]) == (plain["options"], plain["funding"])


@pytest.mark.parametrize("slug", BODIES)
def test_a_single_body_alone_gives_its_own_ranking(slug: str) -> None:
    answer = what_if(SNAPSHOT, {other: int(other == slug) for other in BODIES}, None)
    own = {one["code"]: one["rounds"][slug] for one in SNAPSHOT["options"]}
    assert {one["code"]: one["score"] for one in answer["options"]} == own
    assert not answer["as_declared"]


def test_moves_are_counted_from_the_declared_place() -> None:
    answer = what_if(SNAPSHOT, {"steering": 0, "forum": 0}, None)
    declared = places(SNAPSHOT)
    for one in answer["options"]:
        assert one["declared_rank"] == declared[one["code"]]
        assert one["moved"] == one["declared_rank"] - one["rank"]
    assert any(one["moved"] for one in answer["options"])


def test_nothing_that_is_given_is_changed() -> None:
    before = deepcopy(SNAPSHOT)
    what_if(SNAPSHOT, {"online": 1}, 100)
    assert before == SNAPSHOT


@pytest.mark.parametrize(
    "weights,budget,code",
    [
        ({"nowhere": 1}, None, "round_not_weighed"),
        ({"online": -1}, None, "weight_out_of_range"),
        ({"online": LARGEST_WEIGHT + 1}, None, "weight_out_of_range"),
        ({"online": True}, None, "weight_out_of_range"),
        (dict.fromkeys(BODIES, 0), None, "all_weights_zero"),
        ({}, -1, "budget_out_of_range"),
        ({}, MAX_CENTS + 1, "budget_out_of_range"),
    ],
)
def test_what_cannot_be_meant_is_refused(weights: dict[str, int], budget: int | None, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        what_if(SNAPSHOT, weights, budget)
    assert refusal.value.code == code


def test_measures_with_cover_cost_nothing_and_are_not_paid_for() -> None:
    funding = what_if(SNAPSHOT, {}, MAX_CENTS)["funding"]
    covered = [one["code"] for one in SNAPSHOT["options"] if one["costing"]["cover"] == "covered"]
    assert covered
    assert funding["covered"] == covered
    assert set(funding["selected"]) == {one["code"] for one in SNAPSHOT["options"]} - set(covered)
    assert funding["ends_after"] is None
    assert funding["spent_cents"] + funding["left_cents"] == MAX_CENTS


def test_the_money_ends_before_the_first_measure_that_does_not_fit() -> None:
    costs = open_costs(SNAPSHOT)
    order = [one["code"] for one in SNAPSHOT["options"] if one["code"] in costs]
    first_two = costs[order[0]] + costs[order[1]]
    funding = what_if(SNAPSHOT, {}, first_two)["funding"]
    assert (funding["selected"], funding["ends_after"]) == (order[:2], order[1])
    assert (funding["spent_cents"], funding["left_cents"]) == (first_two, 0)
    assert [(one["code"], one["cost_cents"], one["left_cents"]) for one in funding["decisions"][:3]] == [
        (order[0], costs[order[0]], first_two),
        (order[1], costs[order[1]], costs[order[1]]),
        (order[2], costs[order[2]], 0),
    ]
    nothing = what_if(SNAPSHOT, {}, 0)["funding"]
    assert (nothing["selected"], nothing["ends_after"]) == ([], None)


def test_a_measure_that_nobody_has_costed_is_named() -> None:
    snapshot = deepcopy(SNAPSHOT)
    snapshot["options"][0]["costing"] = None
    funding = what_if(snapshot, {}, MAX_CENTS)["funding"]
    assert funding["uncosted"] == [snapshot["options"][0]["code"]]
    assert funding["uncosted"][0] not in funding["selected"]


@settings(max_examples=60, deadline=None)
@given(WEIGHTS, st.integers(0, 12_000_000))
def test_the_quick_way_pays_for_what_the_rule_pays_for(weights: dict[str, int], budget: int) -> None:
    answer = what_if(SNAPSHOT, weights, budget)
    costs, seed = open_costs(SNAPSHOT), bytes.fromhex(SNAPSHOT["inputs_hash"])
    placed = [one for one in answer["options"] if one["rank"] is not None]
    levels = [[one["code"] for one in placed if one["rank"] == rank] for rank in sorted({o["rank"] for o in placed})]
    scores = {one["code"]: Fraction(one["score"]) for one in placed if one["code"] in costs}
    by_rule = greedy(Instance.of({code: costs[code] for code in scores}, budget), scores, seed=seed)
    assert FundedSet(costs, budget, seed).of(levels) == set(by_rule.selected) == set(answer["funding"]["selected"])


@settings(max_examples=25, deadline=None)
@given(WEIGHTS, st.none() | st.integers(0, 12_000_000), st.data())
def test_within_its_interval_a_weight_leaves_the_outcome_as_it_is(
    weights: dict[str, int], budget: int | None, data: st.DataObject
) -> None:
    answer = what_if(SNAPSHOT, weights, budget)
    for one in answer["weight_intervals"]:
        low = Fraction(one["low"])
        high = low + 1000 if one["high"] is None else Fraction(one["high"])
        assert low <= one["weight"] <= high
        inside = range(floor(low * FINE) + 1, min(ceil(high * FINE), LARGEST_WEIGHT + 1))
        if inside:
            at = data.draw(st.sampled_from(inside))
            tried = {slug: weight * FINE for slug, weight in weights.items()} | {one["round"]: at}
            if any(tried.values()):
                assert outcome(what_if(SNAPSHOT, tried, budget)) == outcome(answer)


def outcome(answer: Mapping[str, Any]) -> set[str]:
    if answer["holds"]["what"] == "funded_set":
        return set(answer["funding"]["selected"])
    count = answer["holds"]["count"]
    return {one["code"] for one in answer["options"] if one["rank"] is not None and one["rank"] <= count}


def test_an_interval_ends_where_the_outcome_changes() -> None:
    answer = what_if(SNAPSHOT, {}, None)
    found = [one for one in answer["weight_intervals"] if one["high"] is not None]
    assert found
    for one in found:
        tried = {slug: weight * FINE for slug, weight in DECLARED.items()}
        tried[one["round"]] = floor(Fraction(one["high"]) * FINE) + 1
        assert outcome(what_if(SNAPSHOT, tried, None)) != outcome(answer)


def test_weights_in_addresses_are_read_by_round() -> None:
    assert weights_by_round(["online:40", "steering:0"]) == {"online": 40, "steering": 0}


@pytest.mark.parametrize(
    "typed,code",
    [
        (["online"], "not_a_weight_of_a_round"),
        ([":4"], "not_a_weight_of_a_round"),
        (["online:"], "weight_not_a_number"),
        (["online:-4"], "weight_not_a_number"),
        (["online:4.5"], "weight_not_a_number"),
        (["online:99999999999"], "weight_out_of_range"),
        (["online:1", "online:2"], "given_twice"),
    ],
)
def test_unreadable_weights_in_addresses_are_refused(typed: list[str], code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        weights_by_round(typed)
    assert refusal.value.code == code
