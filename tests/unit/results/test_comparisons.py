"""How bodies compare, from a joint ranking's snapshot alone."""

from fractions import Fraction
from typing import Any

import pytest

from participation.results.rules.comparisons import comparisons
from participation.results.rules.joint_snapshot import score_from_text
from participation.results.rules.what_if import what_if
from participation.results.statistics_schemas import JointStatisticsOut
from tests.factories.documents import joint_documents


@pytest.fixture(name="snapshot", params=[None, Fraction(1, 5)], ids=["own", "with goals"])
def fixture_snapshot(request: pytest.FixtureRequest) -> dict[str, Any]:
    return joint_documents(share=request.param)[0]


def test_the_statistics_fit_what_the_api_promises() -> None:
    for share in (None, Fraction(1, 5)):
        document = joint_documents(share=share)[1]
        assert JointStatisticsOut().dump(document)["disagreements"] == document["disagreements"]
        assert JointStatisticsOut().dump(document)["weight_intervals"] == document["weight_intervals"]


def test_disagreements_are_about_what_the_bodies_said_themselves(snapshot: dict[str, Any]) -> None:
    figures = {one["code"]: one["rounds"] for one in snapshot["options"]}
    found = comparisons(snapshot)["disagreements"]
    spreads = [Fraction(one["spread"]) for one in found]
    assert spreads == sorted(spreads, reverse=True)
    for one in found:
        places = {slug: Fraction(placed["place"]) for slug, placed in one["rounds"].items()}
        assert Fraction(one["spread"]) == max(places.values()) - min(places.values())
        assert {places[slug] for slug in one["high"]} == {min(places.values())}
        assert {places[slug] for slug in one["low"]} == {max(places.values())}
        for slug, placed in one["rounds"].items():
            assert placed["score"] == figures[one["code"]][slug]


def test_without_a_round_is_what_the_others_weights_give(snapshot: dict[str, Any]) -> None:
    left = comparisons(snapshot)["leave_one_out"]
    assert [one["round"] for one in left] == [one["round"] for one in snapshot["rounds"]]
    for one in left:
        answer = what_if(snapshot, {one["round"]: 0}, None)
        assert {option["code"]: option["rank"] for option in one["options"]} == {
            option["code"]: option["rank"] for option in answer["options"]
        }


def test_within_its_interval_a_weight_leaves_the_first_places_as_they_are(snapshot: dict[str, Any]) -> None:
    found = comparisons(snapshot)
    count = found["holds"]["count"]

    def first(weights: dict[str, int]) -> set[str]:
        options = what_if(snapshot, weights, None)["options"]
        return {one["code"] for one in options if one["rank"] is not None and one["rank"] <= count}

    declared = first({})
    for one in found["weight_intervals"]:
        low, high = score_from_text(one["low"]), score_from_text(one["high"])
        assert low is not None
        assert Fraction(one["low_share"]) <= Fraction(one["share"]) <= Fraction(one["high_share"])
        inside = low.__ceil__() + (0 if one["holds_at_low"] or low.denominator > 1 else 1)
        assert first({one["round"]: inside}) == declared
        if low > 1:
            assert first({one["round"]: low.__ceil__() - 1}) != declared
        if high is not None:
            assert first({one["round"]: high.__floor__() + 1}) != declared


def test_agreement_names_the_rounds_that_it_is_about(snapshot: dict[str, Any]) -> None:
    w = comparisons(snapshot)["agreement"]["kendall_w"]
    assert w["rounds"] == [one["round"] for one in snapshot["rounds"]]
    assert 0 <= Fraction(w["exact"]) <= 1
    assert abs(float(w["w"]) - float(Fraction(w["exact"]))) <= 0.0005
