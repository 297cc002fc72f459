"""Proposals, costs and comments for programs: the whole way through the API, and its refusals."""

from typing import Any

import pytest
from flask import Flask

from tests.support.scenes import PROCESS, Scene, api

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
SAID: dict[str, Any] = {
    "kind": "measure",
    "language": "tr",
    "title": "Anneler için sabah konuşma grubu",
    "body": "Almanca konuşmak istiyoruz.",
    "serves": ["G1.1"],
    "author_name": "Ayşe",
}
P001 = f"{PROCESS}/proposals/P001"
BECAUSE = {"de": "Gehört zum Sprachcafé."}


@pytest.fixture
def scene(app: Flask) -> Scene:
    return Scene(app)


def test_the_way_of_a_measure_through_the_api(scene: Scene) -> None:
    written = api(scene.ayse, "POST", "/rounds/online/proposals", json=SAID)
    assert written.status_code == 201
    draft = written.json["code"]
    assert written.json["state"] == "draft"
    assert api(scene.visitor, "GET", f"{PROCESS}/proposals/{draft}").status_code == 404
    assert api(scene.ayse, "GET", f"{PROCESS}/drafts").json["total"] == 1
    handed_in = api(scene.ayse, "POST", f"{PROCESS}/proposals/{draft}/submit", json={})
    assert handed_in.json["code"] == "P001"
    revised = api(scene.ayse, "PUT", P001, json=SAID | {"title": "Sabah grubu", "based_on": 1})
    assert (revised.json["revision"], revised.json["title"]["body"]) == (2, "Sabah grubu")
    words = {"title": "Sprechgruppe", "body": "Wir wollen Deutsch sprechen."}
    translated = api(scene.birte, "PUT", f"{P001}/translations/de", json=words)
    assert translated.json["title"]["translations"]["de"] == {
        "body": "Sprechgruppe",
        "origin": "human",
        "stale": False,
    }
    assert api(scene.elif_, "GET", f"{P001}/alike").json == {"items": [], "uncompared": 0}
    admitted = api(scene.elif_, "POST", f"{P001}/admit", json={"based_on": 2, "department": "D4"})
    assert (admitted.json["state"], admitted.json["department"]) == ("admitted", "D4")
    stated = api(
        scene.jens,
        "POST",
        f"{P001}/costings",
        json={
            "once_cents": 0,
            "annual_cents": 2_800_000,
            "quality": "calculated",
            "cover": "open",
            "language": "de",
            "based_on": 0,
            "note": "Kurs",
        },
    )
    assert (stated.status_code, stated.json["volume_cents"]) == (201, 2_800_000)
    sheet = api(scene.visitor, "GET", f"{PROCESS}/costs").json
    assert (sheet["open_cents"], sheet["owed"], sheet["lines"][0]["code"]) == (2_800_000, [], "P001")
    assert sheet["open"] == {"measures": 1, "once_cents": 0, "annual_cents": 2_800_000, "volume_cents": 2_800_000}
    assert sheet["covered"] == {"measures": 0, "once_cents": 0, "annual_cents": 0, "volume_cents": 0}
    assert api(scene.visitor, "GET", f"{P001}/costings").json["total"] == 1
    page = api(scene.visitor, "GET", P001).json
    assert [station["action"] for station in page["stations"]] == ["submit", "revise", "admit"]
    assert page["earlier_titles"][0]["body"] == SAID["title"]


def test_decisions_through_the_api(scene: Scene) -> None:
    scene.do(lambda session: scene.town_now(session).recorded("M01", "Sprachcafé"))
    for title in ("Bir", "İki", "Üç"):
        assert api(scene.ayse, "POST", "/rounds/online/proposals", json=SAID | {"title": title, "submit": True}).json
    merged = api(
        scene.elif_, "POST", f"{PROCESS}/proposals/P001/merge", json={"based_on": 1, "into": "M01", "reasons": BECAUSE}
    )
    assert merged.json["merged_into"] == "M01"
    assert api(scene.visitor, "GET", f"{PROCESS}/proposals/M01").json["taken_in"] == ["P001"]
    parts = [{key: SAID[key] for key in ("kind", "language", "body")} | {"title": title} for title in ("A", "B")]
    split = api(
        scene.elif_,
        "POST",
        f"{PROCESS}/proposals/P002/split",
        json={"based_on": 1, "parts": parts, "reasons": BECAUSE},
    )
    assert [part["code"] for part in split.json["items"]] == ["P004", "P005"]
    declined = api(scene.elif_, "POST", f"{PROCESS}/proposals/P003/decline", json={"based_on": 1, "reasons": BECAUSE})
    assert declined.json["state"] == "declined"
    withdrawn = api(scene.ayse, "POST", f"{PROCESS}/proposals/P004/withdraw", json={"reason": "Vazgeçtim"})
    assert withdrawn.json["state"] == "withdrawn"
    listed = api(scene.visitor, "GET", f"{PROCESS}/proposals?kind=measure").json
    assert [one["code"] for one in listed["items"]] == ["M01", "P001", "P002", "P003", "P005"]
    assert api(scene.visitor, "GET", f"{PROCESS}/proposals?state=declined&q=uc").json["total"] == 1


def test_comments_through_the_api(scene: Scene) -> None:
    scene.do(lambda session: scene.town_now(session).recorded("M01", "Sprachcafé"))
    path = f"{PROCESS}/proposals/M01/comments"
    said = {"round": "online", "language": "tr", "body": "Çok iyi"}
    comment = api(scene.ayse, "POST", path, json=said).json["id"]
    answer = {"round": "forum", "language": "uk", "body": "Так", "reply_to": comment}
    assert api(scene.olena, "POST", path, json=answer).status_code == 201
    (thread,) = api(scene.visitor, "GET", path).json["items"]
    assert (thread["body"]["body"], thread["replies"][0]["organisation"]) == ("Çok iyi", "Brücke e. V.")
    notice = {"reason": "Verletzt.", "good_faith": True}
    assert api(scene.olena, "POST", f"/comments/{comment}/report", json=notice).status_code == 201
    assert (
        api(scene.olena, "POST", f"/comments/{comment}/report", json=notice | {"good_faith": False}).status_code == 422
    )
    (waiting,) = api(scene.farid, "GET", f"{PROCESS}/comments/reported").json["items"]
    assert (waiting["proposal"], waiting["reports"][0]["reason"]) == ("M01", "Verletzt.")
    hidden = api(scene.farid, "POST", f"/comments/{comment}/hide", json={"reasons": BECAUSE})
    assert hidden.json["state"] == "hidden"
    (thread,) = api(scene.visitor, "GET", path).json["items"]
    assert (thread["body"], thread["hidden_because"]["body"]) == (None, BECAUSE["de"])
    (thread,) = api(scene.farid, "GET", path).json["items"]
    assert thread["body"]["body"] == "Çok iyi"
    assert api(scene.farid, "POST", f"/comments/{comment}/keep", json={"reasons": BECAUSE}).status_code == 409
    assert api(scene.farid, "POST", f"/comments/{comment}/restore", json={"reasons": BECAUSE}).status_code == 200


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"title": " "}, "text_missing"),
        ({"title": "x\u202e"}, "bidi_control"),
        ({"title": "x\x07"}, "control_character"),
        ({"body": "\ufffd"}, "unreadable_character"),
        ({"serves": ["G9"]}, "unknown_proposal"),
        ({"serves": ["G1.1", "G1.1"]}, "goal_named_twice"),
        ({"field": "F9"}, "unknown_field"),
        ({"parent": "G1"}, "only_goals_have_parents"),
    ],
)
def test_refusals_carry_a_code_and_write_nothing(scene: Scene, changes: dict[str, Any], code: str) -> None:
    refused = api(scene.ayse, "POST", "/rounds/online/proposals", json=SAID | changes | {"submit": True})
    assert (refused.status_code, refused.content_type) == (422, "application/problem+json")
    assert refused.json["code"] == code
    assert api(scene.ayse, "GET", f"{PROCESS}/drafts").json["total"] == 0


def test_states_and_rights_are_told_apart(scene: Scene) -> None:
    path = "/rounds/online/proposals"
    assert api(scene.visitor, "POST", path, json=SAID).status_code == 401
    assert api(scene.code, "POST", path, json=SAID).status_code == 403
    api(scene.ayse, "POST", path, json=SAID | {"submit": True})
    decision = {"based_on": 1, "reasons": BECAUSE}
    assert api(scene.ayse, "POST", f"{P001}/decline", json=decision).status_code == 403
    assert api(scene.elif_, "POST", f"{P001}/decline", json=decision | {"based_on": 7}).status_code == 409
    assert api(scene.elif_, "POST", f"{PROCESS}/proposals/P999/decline", json=decision).status_code == 404
    assert api(scene.olena, "PUT", P001, json=SAID | {"based_on": 1}).status_code == 403
    scene.close("online")
    late = api(scene.ayse, "POST", path, json=SAID)
    assert (late.status_code, late.json["code"]) == (409, "round_closed_early")
    assert api(scene.ayse, "PUT", f"{P001}/translations/xx", json={"title": "x"}).status_code == 422
    assert api(scene.visitor, "GET", "/processes/nowhere/proposals").status_code == 404
    assert api(scene.visitor, "GET", f"{PROCESS}/proposals/nowhere/comments").status_code == 404
