"""Pages made from whole documents of three bodies: everything that a document says is shown, and nothing else."""

import re
from collections.abc import Iterator
from fractions import Fraction
from html import unescape
from typing import Any

import pytest
from flask import Flask, render_template

from participation.results.pages.disagreements import disagreements_page
from participation.results.pages.explanation import example_round, ranking_explained, round_explained
from participation.results.pages.other_rules import other_rules_of_ranking, other_rules_of_round
from participation.results.pages.ranking import joint_page, round_page
from participation.results.rules.joint_snapshot import score_from_text
from participation.tally.exact import rounded
from tests.factories.documents import BODIES, joint_documents, round_document

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

CARRIED, CARRIED_STATISTICS = joint_documents(share=Fraction(1, 4))
SNAPSHOT, STATISTICS = joint_documents()
ROUNDS = {slug: round_document(slug) for slug in BODIES}


@pytest.fixture(autouse=True)
def reader(app: Flask) -> Iterator[None]:
    with app.test_request_context("/?lang=en"):
        yield


def shown(template: str, page: dict[str, Any]) -> str:
    text = re.sub(r"<svg\b.*?</svg>", " ", render_template(template, **page), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def written(share: Fraction, places: int) -> str:
    return f"{rounded(share * 100, places)}"


@pytest.mark.parametrize(
    "snapshot,statistics", [(SNAPSHOT, STATISTICS), (CARRIED, CARRIED_STATISTICS)], ids=["own", "with goals"]
)
def test_the_ranking_shows_every_figure_place_and_band(snapshot: dict[str, Any], statistics: dict[str, Any]) -> None:
    page = shown("results/_joint_result.html", joint_page(snapshot, statistics, "de"))
    bands = {one["code"]: one["rank"] for one in statistics["options"]}
    for one in snapshot["options"]:
        assert f"Measure {one['code']}" in page
        assert written(Fraction(one["score"]), 1) in page
        for figure in one["rounds"].values():
            assert written(Fraction(figure), 1) in page
        low, high = bands[one["code"]]
        assert (f"{one['rank']} could be {low} to {high}" in page) or low == high
    assert page.count("do not clearly tell the next") == len(statistics["groups"])


def test_what_goals_give_stands_beside_the_measures_own_figure() -> None:
    page = shown("results/_joint_result.html", joint_page(CARRIED, CARRIED_STATISTICS, "de"))
    for one in CARRIED["options"]:
        own, goals = (written(Fraction(one[name]), 1) for name in ("own", "goals"))
        assert re.search(rf"own figure {own}.%, goals {goals}.%", page)
    assert re.search(r"25.% of each measure's joint figure come from the goals", page)
    plain = shown("results/_joint_result.html", joint_page(SNAPSHOT, STATISTICS, "de"))
    assert "goals that it serves" not in plain
    assert not re.search(r"own figure \d", plain)


def test_the_explanation_ends_at_the_joint_figure_also_where_goals_carry_over() -> None:
    for snapshot, statistics in ((SNAPSHOT, STATISTICS), (CARRIED, CARRIED_STATISTICS)):
        slug = example_round(snapshot)
        assert slug is not None
        page = shown("results/_explanation.html", ranking_explained(snapshot, statistics, ROUNDS[slug], "de"))
        first = snapshot["options"][0]
        assert re.search(rf"{written(Fraction(first['score']), 2)}.%", page)
        assert "Measure " + first["code"] in page
        assert f"With this figure it has place {first['rank']}." in page


def test_the_example_comes_from_the_smallest_round_that_is_no_small_group() -> None:
    assert example_round(SNAPSHOT) == "steering"
    rounds = [one | {"ballots": 9} if one["round"] == "steering" else one for one in SNAPSHOT["rounds"]]
    assert example_round(SNAPSHOT | {"rounds": rounds}) == "forum"
    unweighed = [one | {"weight": 0} if one["round"] == "forum" else one for one in rounds]
    assert example_round(SNAPSHOT | {"rounds": unweighed}) == "online"
    assert example_round(SNAPSHOT | {"options": []}) is None


@pytest.mark.parametrize("slug", BODIES)
def test_a_round_shows_its_figures_and_explains_one(slug: str) -> None:
    document = ROUNDS[slug]
    page = shown("results/_round_result.html", round_page(document, "de"))
    for one in document["options"]:
        assert written(score_from_text(one["win_rate"]) or Fraction(0), 1) in page
    explained = shown("results/_explanation.html", round_explained(document, "de"))
    assert written(Fraction(document["options"][0]["win_rate"]), 2) in explained


def test_a_body_where_everybody_voted_is_called_stable_and_not_uncertain() -> None:
    everybody = shown("results/_round_result.html", round_page(ROUNDS["steering"], "de"))
    assert ROUNDS["steering"]["statistics"]["everybody_voted"]
    assert "stable within" in everybody
    assert "could be" not in everybody
    assert "This is robustness, not uncertainty." in everybody
    sample = shown("results/_round_result.html", round_page(ROUNDS["online"], "de"))
    assert "could be" in sample
    assert "stable within" not in sample


def test_disagreements_and_other_rules_take_the_documents_as_they_are() -> None:
    page = shown("results/_disagreements.html", disagreements_page(SNAPSHOT, STATISTICS, "de"))
    assert page.count(" from place ") == len(STATISTICS["disagreements"])
    assert page.count("Without “") >= len(STATISTICS["leave_one_out"])
    rules = other_rules_of_ranking(SNAPSHOT, STATISTICS, "de")
    assert {rule.key for rule in rules["rules"]} == set(STATISTICS["rules"])
    assert "Schulze" in shown("results/_other_rules.html", rules)
    assert "from the goals that it serves" not in shown("results/_other_rules.html", rules)
    carried = other_rules_of_ranking(CARRIED, CARRIED_STATISTICS, "de")
    page = shown("results/_other_rules.html", carried)
    assert re.search(r"A measure takes 25.% of its joint figure from the goals that it serves", page)
    for slug, document in ROUNDS.items():
        rules = other_rules_of_round(document, "de")
        assert {rule.key for rule in rules["rules"]} == set(document["rules"]), slug
        assert "Kemeny" in shown("results/_other_rules.html", rules)


def test_the_weights_say_how_far_they_could_change() -> None:
    page = joint_page(SNAPSHOT, STATISTICS, "de")
    assert set(page["intervals"]) == set(BODIES)
    for one in page["intervals"].values():
        numbers = [int(number) for number in re.findall(r"\d+", one.sentence)]
        if len(numbers) == 2:
            assert numbers[0] <= one.part.weight <= numbers[1]
