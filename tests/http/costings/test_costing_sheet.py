"""The costing sheet as departments fill it in, and as everybody reads what it says and how it changed."""

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.support.scenes import PROCESS, Scene, api

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
MEASURE = f"{PROCESS}/proposals/M01"
TYPED = {
    "once": "1.000,00",
    "annual": "20000",
    "years": "3",
    "quality": "calculated",
    "cover": "open",
    "posts": "0,5",
    "feasibility": "with_conditions",
    "statement": "Nur mit einem Raum.",
    "first_month": "03/2027",
    "last_month": "2030-02",
    "language": "de",
    "based_on": "0",
}


@pytest.fixture
def scene(app: Flask) -> Scene:
    made = Scene(app)
    made.do(lambda session: made.town_now(session).recorded("M01", "Deutschkurse", department="D4"))
    return made


def state(scene: Scene, **changes: str) -> TestResponse:
    return scene.jens.post(f"{MEASURE}/costs", data=TYPED | changes, query_string={"lang": "en"})


def page(scene: Scene) -> str:
    text: str = scene.visitor.get(MEASURE, query_string={"lang": "en"}).text
    return text.replace("<bdi>", "").replace("</bdi>", "")


def test_years_posts_feasibility_and_months_are_read_by_everybody(scene: Scene) -> None:
    assert state(scene, round="kosten").status_code == 303
    text = page(scene)
    for words in (
        "for 3 years",
        "€61,000",
        "Full-time posts needed: 0.5",
        "under conditions",
        "Nur mit einem Raum.",
        "March 2027 to February 2030",
    ):
        assert words in text
    assert "by <span" in text
    assert 'value="2027-03"' in scene.jens.get(f"{MEASURE}/costs").text


def test_the_history_says_what_changed(scene: Scene) -> None:
    state(scene)
    assert state(scene, years="", annual="25.000", based_on="1").status_code == 303
    text = page(scene)
    assert "The yearly cost runs: for good instead of for 3 years" in text
    assert "Cost in every full year: €25,000 instead of €20,000" in text


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"years": "drei"}, "is not a number of years"),
        ({"years": "3", "annual": "0"}, "There is no yearly cost that could run for years"),
        ({"posts": "1,234"}, "is not a number of posts"),
        ({"posts": "0", "needs_post": "y"}, "do not fit together"),
        ({"statement": ""}, "under which conditions"),
        ({"feasibility": "perhaps"}, "Not a valid choice"),
        ({"first_month": "Lenz 2027"}, "is not a month"),
        ({"last_month": "2026-12"}, "must not lie before the first one"),
    ],
)
def test_bad_input_is_answered_in_words_and_kept(scene: Scene, changes: dict[str, str], words: str) -> None:
    answer = state(scene, **changes)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert 'value="1.000,00"' in answer.text


def test_the_interface_says_the_same(scene: Scene) -> None:
    said = {
        "once_cents": 100_000,
        "annual_cents": 2_000_000,
        "years": 3,
        "quality": "calculated",
        "cover": "open",
        "posts_hundredths": 50,
        "feasibility": "not_feasible",
        "statement": "Es gibt keinen Raum.",
        "first_month": "2027-03",
        "language": "de",
        "based_on": 0,
    }
    entered = api(scene.jens, "POST", f"{MEASURE}/costings", json=said)
    assert entered.status_code == 201
    assert entered.json["whole_cents"] == 6_100_000
    assert (entered.json["needs_post"], entered.json["department"]) == (True, "D4")
    assert entered.json["statement"]["body"] == "Es gibt keinen Raum."
    refused = api(scene.jens, "POST", f"{MEASURE}/costings", json=said | {"needs_post": False, "based_on": 1})
    assert (refused.status_code, refused.json["code"]) == (422, "posts_contradict")
    sheet = api(scene.visitor, "GET", f"{PROCESS}/costs").json
    assert (sheet["ending_cents"], sheet["posts_hundredths"]) == (2_000_000, 50)
