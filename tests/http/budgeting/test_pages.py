"""Money and plans as people enter and read them."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from tests.http.budgeting.conftest import Room

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
MONEY = {
    "code": "E2",
    "title-de": "Weitere Mittel",
    "amount": "120.000",
    "first_year": "2032",
    "last_year": "",
    "mode": "replacing",
    "decided_on": "2021-03-25",
    "source-de": "Beschluss der Bürgerschaft",
    "source_paper": "VO/2031/09701",
    "based_on": "0",
}
CHOICE = {"measure": "M2", "choice": "starts", "start_year": "2032", "reason": "Es eilt.", "language": "de"}


def text(response: TestResponse) -> str:
    return response.text.replace("<bdi>", "").replace("</bdi>", "")


def read(room: Room, address: str, **query: str) -> str:
    return text(room.visitor.get(f"{room.process}{address}", query_string={"lang": "en", **query}))


def enter(room: Room, **changes: str) -> TestResponse:
    return room.birte.post(f"{room.process}/envelopes/new", data=MONEY | changes, query_string={"lang": "en"})


def test_both_readings_of_a_decision_stand_side_by_side(room: Room) -> None:
    assert enter(room).status_code == 303
    page = read(room, "/envelopes")
    assert "2032 and every later year" not in page, "a year after the last change is shown too"
    assert "€120,000" in page
    assert "€150,000" in page, "on top of the 30,000 of before"
    assert "E1 was replaced by E2." in page
    assert "Beschluss der Bürgerschaft" in page


REFUSED = [
    ({"source-de": ""}, "Money without a source is not entered"),
    ({"amount": "-5"}, "cannot be below zero"),
    ({"amount": "zwölf"}, "zwölf"),
    ({"amount": "120 USD"}, "USD"),
    ({"amount": "1.234.5"}, "1.234.5"),
    ({"first_year": "bald"}, "year with four digits"),
    ({"last_year": "2030"}, "must not lie before the first one"),
    ({"decided_on": "gestern"}, "Please give a day"),
    ({"decided_on": "0001-01-01"}, "between 1990 and 2150"),
    ({"decided_on": "2149-12-31"}, "This day is still ahead"),
    ({"source_paper": "Nr. 7"}, "VO/2021/09701"),
    ({"code": "E1"}, "There is an envelope E1 already"),
    ({"mode": "vielleicht"}, "Not a valid choice"),
]


def test_money_at_fault_is_refused_in_words_and_what_was_typed_stays(room: Room) -> None:
    for changes, words in REFUSED:
        response = enter(room, **changes)
        assert response.status_code in {409, 422}, changes
        assert words in text(response), changes
        assert 'value="Weitere Mittel"' in response.text
    assert "Weitere Mittel" not in read(room, "/envelopes")


def test_a_stale_envelope_is_shown_both(room: Room) -> None:
    address = f"{room.process}/envelopes/E1/edit"
    assert room.birte.post(address, data=MONEY | {"based_on": "1", "amount": "40.000"}).status_code == 303
    stale = room.birte.post(address, data=MONEY | {"based_on": "1", "amount": "50.000"}, query_string={"lang": "en"})
    assert stale.status_code == 409
    assert "€40,000" in text(stale)
    assert 'value="50.000"' in stale.text
    assert 'name="based_on" type="hidden" value="2"' in stale.text
    withdrawn = {"reason": "Gestrichen.", "language": "de", "based_on": "2"}
    assert room.birte.post(f"{room.process}/envelopes/E1/withdraw", data=withdrawn).status_code == 303
    assert "Gestrichen." in read(room, "/envelopes")


def test_a_draft_is_its_authors_and_settling_makes_it_public(room: Room) -> None:
    assert room.visitor.get(f"{room.process}/plans/plan").status_code == 404
    assert room.visitor.get(f"{room.process}/plans/plan.csv").status_code == 404
    decided = room.birte.post(f"{room.process}/plans/plan/decide", data=CHOICE | {"based_on": "1"})
    assert decided.status_code == 303
    assert room.birte.get(f"{room.process}/plans/plan/comparison").status_code == 200
    assert room.settle(2).status_code == 303
    page = read(room, "/plans/plan")
    assert "Decided by hand, whatever its place: it starts in 2032" in page
    assert "Es eilt." in page


def test_the_page_says_for_every_measure_why(room: Room) -> None:
    assert room.settle().status_code == 303
    page = read(room, "/plans/plan")
    for words in (
        "6 measures have costs: the budget covers 1 of them, and 5 are open.",
        "For the open ones €121,000 have to be found: €21,000 one time and €100,000 in a full year.",
        "Starts in 2031: it costs €28,000 then, €30,000 were left",
        "€58,000 are missing.",
        "because it did not stand to vote in this ranking",
        "Nobody has stated what it costs",
        "The budget pays for it already",
        "Equal shares",
        "€10,000 more in every year",
    ):
        assert words in page, words
    assert "The office's proposal; the council has not decided about it yet." in page.replace("&#39;", "'")
    assert "Proposed, not decided" in read(room, "/plans")
    again = room.settle()
    assert again.status_code == 409
    assert "This plan is settled" in again.text


def test_the_page_that_asks_once_more_settles_what_it_shows_and_nothing_else(room: Room) -> None:
    address = f"{room.process}/plans/plan/settle"
    shown = room.birte.get(address).text.partition('name="seen" value="')[2][:64]
    assert enter(room).status_code == 303
    late = room.birte.post(address, data={"based_on": "1", "seen": shown}, query_string={"lang": "en"})
    assert late.status_code == 409
    assert "Nothing was settled." in late.text
    assert "€120,000" in text(late)
    assert shown not in late.text
    assert room.settle().status_code == 303


def test_files_say_the_same_as_the_page(room: Room) -> None:
    room.settle()
    files: dict[str, Any] = {
        ending: room.visitor.get(f"{room.process}/plans/plan.{ending}?lang=en")
        for ending in ("csv", "xlsx", "json", "pdf")
    }
    assert "M1,Measure M1" in files["csv"].text
    assert files["json"].json["totals"]["open"]["volume_cents"] == 12_100_000
    book = load_workbook(io.BytesIO(files["xlsx"].data))
    assert [row[1].value for row in list(book.worksheets[0].rows)[1:3]] == ["M1", "M2"]
    assert files["pdf"].data.startswith(b"%PDF-")
    again = room.visitor.get(f"{room.process}/plans/plan.pdf?lang=en")
    assert again.data == files["pdf"].data


DECISIONS = [
    ({"reason": ""}, 422, "Please fill this in"),
    ({"measure": "M9"}, 422, "The plan knows no measure M9"),
    ({"measure": "M6", "choice": "out", "start_year": ""}, 409, "The budget pays for M6 already"),
    ({"measure": "M3"}, 409, "are missing in 2032"),
    ({"start_year": "demnächst"}, 422, "year with four digits"),
    ({"start_year": "2050"}, 422, "one of the plan, from 2031 to 2033"),
    ({"based_on": "7"}, 409, "Somebody has changed this plan in the meantime"),
]


def test_a_decision_at_fault_is_refused_in_words_and_what_was_typed_stays(room: Room) -> None:
    address = f"{room.process}/plans/plan/decide"
    for changes, status, words in DECISIONS:
        sent = {"measure": "M4", "choice": "starts", "start_year": "2032", "reason": "Es eilt.", "language": "de"}
        response = room.birte.post(address, data=sent | {"based_on": "1"} | changes, query_string={"lang": "en"})
        assert response.status_code == status, changes
        assert words in text(response), changes
        assert changes.get("reason", "Es eilt.") in response.text
    taken = {"measure": "M4", "choice": "starts", "start_year": "2032", "reason": "Es eilt.", "language": "de"}
    assert room.birte.post(address, data=taken | {"based_on": "1"}).status_code == 303
    page = text(room.birte.get(f"{room.process}/plans/plan", query_string={"lang": "en"}))
    assert "Decided by hand, whatever its place: it starts in 2032" in page
    assert "Es eilt." in page


def test_a_plan_needs_a_ranking_with_a_result(room: Room) -> None:
    sent = {
        "slug": "zwei",
        "title-de": "Zwei",
        "ranking": "",
        "first_year": "2031",
        "last_year": "2032",
        "based_on": "0",
    }
    address = f"{room.process}/plans/new"
    refused = room.birte.post(address, data=sent, query_string={"lang": "en"})
    assert refused.status_code == 422
    assert "Please choose the ranking" in refused.text
    assert 'value="Zwei"' in refused.text
    assert room.birte.post(address, data=sent | {"ranking": "joint", "plan": ""}).status_code == 303
    assert room.birte.post(f"{room.process}/plans/zwei/discard", data={"based_on": "1"}).status_code == 303
