"""Searching, filtering and marking options: nothing that was chosen is lost, and no mark reaches the database."""

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from participation.audit.models import AuditRecord
from participation.ballots.models import Ballot
from participation.extensions import db
from participation.rounds.rules import Limits
from participation.tally.kinds import BallotKind
from tests.factories.town import WORKSHOP, Town
from tests.support.pages import form_inputs, words

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

FILLED: dict[BallotKind, dict[str, Any]] = {
    BallotKind.RANKING: {"order": ["M03", "M01"]},
    BallotKind.APPROVAL: {"choice": ["M01", "M03"]},
    BallotKind.POINTS: {"points-M01": "5", "points-M03": "2"},
    BallotKind.SCORE: {"score-M01": "0", "score-M03": "5"},
}


LIMITS = {
    BallotKind.RANKING: Limits(max_choices=3),
    BallotKind.APPROVAL: Limits(max_choices=3),
    BallotKind.POINTS: Limits(points=10, max_per_option=5),
    BallotKind.SCORE: Limits(max_score=5),
}


@pytest.fixture
def town(app: Flask) -> Town:
    return Town(app)


def a_round(town: Town, kind: BallotKind = BallotKind.RANKING, limits: Limits | None = None) -> FlaskClient:
    town.round("vote", ballot_kind=kind, limits=limits or LIMITS[kind])
    return town.as_(town.cast.ayse)


def sent_by(page: TestResponse) -> dict[str, list[str]]:
    """Return what a browser would send with the ballot of a page: everything in the form, shown or not."""
    (form,) = re.findall(r"<form[^>]*data-ballot.*?</form>", page.text, flags=re.DOTALL)
    form = re.sub(r"<template.*?</template>", "", form, flags=re.DOTALL)
    sent: dict[str, list[str]] = {}
    for tag in re.findall(r"<input\b[^>]*>", form, flags=re.DOTALL):
        said = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if said.get("type") not in {"checkbox", "radio"} or re.search(r"\bchecked\b", tag):
            sent.setdefault(said["name"], []).append(unescape(said.get("value", "")))
    return sent


@pytest.mark.parametrize(
    "kind, asked",
    [
        (BallotKind.RANKING, {"q": "M04"}),
        (BallotKind.APPROVAL, {"only": "1"}),
        (BallotKind.POINTS, {"field": "F1", "q": "no such words"}),
        (BallotKind.SCORE, {"q": "M04"}),
    ],
)
def test_filtering_loses_nothing_on_any_ballot(town: Town, kind: BallotKind, asked: dict[str, str]) -> None:
    ayse = a_round(town, kind)
    ayse.post("/rounds/vote/favourites", data={"option": "M02", "mark": "on"})
    page = ayse.post("/rounds/vote/ballot?lang=en", data=FILLED[kind] | asked | {"based_on": "0", "action": "filter"})
    assert page.status_code == 200
    left = page.text.split('class="options"')[1].split("</ul>")[0]
    assert "M01" not in left or re.search(r'data-option="M01"[^>]*hidden>', left)
    sent = sent_by(page)
    for name, values in FILLED[kind].items():
        assert sorted(sent[name]) == sorted([values] if isinstance(values, str) else values)
    reviewed = ayse.post("/rounds/vote/ballot", data=sent | {"action": "review"})
    cast = form_inputs(reviewed.text, "/rounds/vote/ballot/cast")
    assert ayse.post("/rounds/vote/ballot/cast", data=MultiDict(cast)).status_code == 303
    with town.app.app_context():
        stored = db.session.scalars(select(Ballot.content)).one()
    assert stored in (["M03", "M01"], ["M01", "M03"], {"M01": 5, "M03": 2}, {"M01": 0, "M03": 5})


def test_a_fault_is_shown_among_all_options(town: Town) -> None:
    ayse = a_round(town, BallotKind.POINTS)
    page = ayse.post(
        "/rounds/vote/ballot?lang=en", data={"points-M01": "x", "q": "M04", "based_on": "0", "action": "review"}
    )
    assert page.status_code == 422
    assert not re.search(r'data-option="[^"]*"[^>]*hidden>', page.text)


def own_order(voter: FlaskClient) -> list[str]:
    """Return the options in the order in which a voter finds them before voting."""
    return re.findall(r'name="option" value="([^"]+)"', voter.get("/rounds/vote/options").text)


def test_options_stand_in_the_order_of_the_ballot_before_voting_too(town: Town) -> None:
    ayse = a_round(town)
    ballot = re.findall(r'data-option="(M0[^"]*)"', ayse.get("/rounds/vote/ballot").text)
    assert own_order(ayse) == list(dict.fromkeys(ballot))
    assert own_order(town.as_()) == sorted(ballot)


def test_marks_stay_in_the_browser_and_lead_the_order(town: Town) -> None:
    ayse = a_round(town, BallotKind.RANKING)
    before = _everything(town)
    for code in ("M04", "M02"):
        answer = ayse.post("/rounds/vote/favourites", data={"option": code, "mark": "on", "q": "M"})
        assert answer.location == f"/rounds/vote/options?q=M#option-{code}"
    kept = ayse.get_cookie("favourites-vote")
    assert kept is not None
    assert (kept.value, kept.http_only, kept.same_site) == ("M04!M02", True, "Lax")
    assert _everything(town) == before
    listed = words(ayse.get("/rounds/vote/options?only=1&lang=en"))
    assert "2 options are marked." in listed
    assert "M01" not in listed
    assert "You marked this" in words(ayse.get("/rounds/vote/ballot?lang=en"))
    begun = ayse.post("/rounds/vote/ballot", data={"order": ["M01"], "based_on": "0", "action": "favourites"})
    own = [code for code in own_order(ayse) if code in {"M02", "M04"}]
    assert sent_by(begun)["order"] == ["M01", *own]
    ayse.post("/rounds/vote/favourites", data={"option": "M04", "mark": "off"})
    assert "1 option is marked." in words(ayse.get("/rounds/vote/options?lang=en"))
    ayse.post("/rounds/vote/favourites", data={"mark": "none"})
    assert ayse.get_cookie("favourites-vote") is None
    assert ayse.post("/rounds/vote/favourites", data={"option": "nothing", "mark": "on"}).status_code == 404


def test_marks_without_a_free_place_are_named(town: Town) -> None:
    ayse = a_round(town, limits=Limits(max_choices=2))
    for code in ("M04", "M02", "M03"):
        ayse.post("/rounds/vote/favourites", data={"option": code, "mark": "on"})
    page = ayse.post("/rounds/vote/ballot?lang=en", data={"order": [], "based_on": "0", "action": "favourites"})
    assert sent_by(page)["order"] == [code for code in own_order(ayse) if code != "M01"][:2]
    assert "1 option that you marked found no free place" in words(page)


def test_a_forged_cookie_marks_nothing_that_is_not_there(town: Town) -> None:
    ayse = a_round(town, BallotKind.RANKING)
    ayse.set_cookie("favourites-vote", "%3Cscript%3E!M02!" + "x" * 3_900, domain="localhost")
    page = ayse.get("/rounds/vote/options?lang=en")
    assert "1 option is marked." in words(page)
    assert "<script>!" not in page.text


def test_a_shared_tablet_has_no_marks(town: Town) -> None:
    town.round("workshop", **WORKSHOP)
    (code,) = town.codes("workshop")
    browser = town.as_(town.cast.farid)
    browser.post("/rounds/workshop/favourites", data={"option": "M01", "mark": "on"})
    browser.post("/manage/rounds/workshop/tablets")
    assert browser.get_cookie("favourites-workshop") is None
    browser.set_cookie("favourites-workshop", "M01", domain="localhost")
    browser.post("/tablet", data={"code": code})
    assert "You marked this" not in words(browser.get("/rounds/workshop/ballot?lang=en"))
    assert browser.post("/rounds/workshop/favourites", data={"option": "M02", "mark": "on"}).location.startswith(
        "/tablet"
    )


def test_the_door_says_that_somebody_has_not_voted_yet(town: Town) -> None:
    ayse = a_round(town, BallotKind.RANKING)
    assert "You have not voted yet" in words(ayse.get("/online/vote?lang=en"))
    assert "You have not voted yet" not in words(town.as_().get("/online/vote?lang=en"))
    town.vote("vote", town.cast.ayse, "M01")
    assert "You have not voted yet" not in words(ayse.get("/online/vote?lang=en"))


def _everything(town: Town) -> dict[str, int]:
    """Return how many rows every table has; what is written when pages are read is not among them."""
    with town.app.app_context():
        tables = [table for table in db.metadata.tables if table != "sign_in_sessions"]
        rows = {table: db.session.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in tables}  # noqa: S608
        assert db.session.scalar(select(AuditRecord.number).limit(1))
    return rows
