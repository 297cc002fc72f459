"""Last days, registers and lost cards, on the page of codes and over the interface."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from participation.core.windows import utcnow
from participation.extensions import transaction
from participation.rounds.models import CodeBatch
from tests.factories.town import WORKSHOP, Town
from tests.support.pages import words
from tests.support.scenes import api

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

PAGE = "/manage/rounds/workshop/codes"
BATCHES = "/rounds/workshop/code-batches"


@pytest.fixture
def town(app: Flask) -> Town:
    town = Town(app)
    town.round("workshop", **WORKSHOP)
    return town


def test_cards_are_printed_again_for_a_reason_that_stands_in_the_register(town: Town) -> None:
    town.codes("workshop", 3)
    farid = town.as_(town.cast.farid)
    large = farid.post(f"{PAGE}/1/cards?lang=en", data={"languages": ["de", "ar", "tr"], "size": "large"})
    assert large.status_code == 200
    assert 'code-cards--large code-cards--many"' in large.text
    assert large.text.count('class="code-card"') == 3
    assert re.search(r'lang="ar"\s+dir="rtl"', large.text)
    refused = farid.post(f"{PAGE}/1/cards?lang=en", data={"languages": ["tr"], "card": "2"})
    assert refused.status_code == 422
    assert 'href="#print-reason-1"' in refused.text
    assert 'id="print-reason-1"' in refused.text
    assert re.search(r'id="print-card-1"[^>]*value="2"', refused.text)
    assert re.search(r'id="print-languages-1-tr"\s+checked', refused.text)
    again = farid.post(f"{PAGE}/1/cards", data={"languages": ["tr"], "card": "2", "reason": "Paper <jam>"})
    assert again.text.count('class="code-card"') == 1
    page = farid.get(f"{PAGE}?lang=en")
    assert "Printed 2 times" in words(page)
    assert "Paper &lt;jam&gt;" in page.text
    (listed,) = api(farid, "GET", BATCHES).json["items"]
    assert [entry["reason"] for entry in listed["printings"]] == ["", "Paper <jam>"]
    assert listed["printings"][0]["languages"] == ["de", "ar", "tr"]
    assert api(farid, "POST", f"{BATCHES}/1/cards").json["code"] == "reprint_reason_missing"
    assert len(api(farid, "POST", f"{BATCHES}/1/cards", json={"reason": "Lost"}).json["cards"]) == 3


def test_a_card_is_named_as_it_is_printed_and_only_in_its_own_batch(town: Town) -> None:
    town.codes("workshop", 2)
    farid = town.as_(town.cast.farid)
    for typed in ("2/1", "2 / 1"):
        refused = farid.post(f"{PAGE}/1/cards?lang=en", data={"languages": ["tr"], "card": typed})
        assert refused.status_code == 404
        assert "There is no card with this number in the batch." in words(refused)
    printed = farid.post(f"{PAGE}/1/cards", data={"languages": ["tr"], "card": "1 / 2"})
    assert printed.text.count('class="code-card"') == 1
    lost = {"number": "2/2", "reason": "Bus", "languages": ["de"]}
    assert farid.post(f"{PAGE}/1/replace-card", data=lost).status_code == 404
    assert farid.post(f"{PAGE}/1/replace-card", data=lost | {"number": "1/2"}).status_code == 200


def test_codes_expire_for_those_who_are_in_and_their_ballot_stays(town: Town) -> None:
    (code,) = town.codes("workshop")
    farid, voter = town.as_(town.cast.farid), town.as_()
    voter.post("/code", data={"code": code})
    cast = {"order": ["M01"], "based_on": "0", "request_token": "a"}
    assert voter.post("/rounds/workshop/ballot/cast", data=cast).status_code == 303
    day = (utcnow() + timedelta(days=1)).date()
    assert farid.post(f"{PAGE}/1/last-day", data={"last_day": day.isoformat()}).status_code == 303
    wrong = farid.post(f"{PAGE}/1/last-day?lang=en", data={"last_day": "2001-01-01"})
    assert wrong.status_code == 422
    assert "Please give a day from" in words(wrong)
    assert re.search(r'value="2001-01-01"', wrong.text)
    assert "Please give a day, such as" in words(farid.post(f"{PAGE}/1/last-day?lang=en", data={"last_day": "soon"}))
    with town.app.app_context(), transaction() as session:
        session.execute(update(CodeBatch).values(expires_at=utcnow()))
    assert "expired" in words(farid.get(f"{PAGE}?lang=en"))
    assert "your ballot stays in the box and counts" in words(voter.get("/citizens/workshop?lang=en"))
    changed = cast | {"order": ["M02"], "based_on": "1", "request_token": "b"}
    assert voter.post("/rounds/workshop/ballot/cast", data=changed).status_code == 403
    entering = town.as_().post("/code?lang=en", data={"code": code})
    assert (entering.status_code, "This code could be used until" in words(entering)) == (422, True)
    assert town.as_().post("/api/v1/session/code", json={"code": code}).get_json()["code"] == "code_expired"
    assert api(farid, "GET", "/rounds/workshop/turnout").json["total"] == 1
    assert api(farid, "PATCH", f"{BATCHES}/1", json={"last_day": None}).json["expires_at"] is None
    assert voter.get("/rounds/workshop/ballot").status_code == 200


def test_a_lost_card_is_replaced_unless_it_voted(town: Town) -> None:
    first, second = town.codes("workshop", 2)
    farid, voter = town.as_(town.cast.farid), town.as_()
    given = farid.post(f"{PAGE}/1/replace-card?lang=en", data={"number": "1", "reason": "Bus", "languages": ["de"]})
    assert given.status_code == 200
    assert "1 / 3" in words(given)
    assert town.as_().post("/code", data={"code": first}).status_code == 422
    voter.post("/code", data={"code": second})
    voter.post("/rounds/workshop/ballot/cast", data={"order": ["M01"], "based_on": "0", "request_token": "a"})
    refused = farid.post(f"{PAGE}/1/replace-card?lang=en", data={"number": "2", "reason": "Bus", "languages": ["de"]})
    assert refused.status_code == 409
    assert "That ballot stays in the box, and a new card would be a second vote" in words(refused)
    assert re.search(r'id="replace-number-1"[^>]*value="2"', refused.text)
    assert api(farid, "POST", f"{BATCHES}/1/cards/2/replace", json={"reason": "Bus"}).json["code"] == "card_voted"
    again = api(farid, "POST", f"{BATCHES}/1/cards/1/replace", json={"reason": "Bus"}).json
    assert again["code"] == "card_replaced_already"
    (listed,) = api(farid, "GET", BATCHES).json["items"]
    assert listed["replaced_cards"] == [{"lost": 1, "given": 3}]
    assert "Card 3 takes the place of card 1, which was lost." in words(farid.get(f"{PAGE}?lang=en"))


def test_nobody_else_sees_registers_or_replaces_cards(town: Town) -> None:
    town.codes("workshop")
    ayse = town.as_(town.cast.ayse)
    for path in (f"{PAGE}/1/replace-card", f"{PAGE}/1/last-day", f"{PAGE}/1/cards"):
        assert ayse.post(path).status_code == 403
    assert api(ayse, "GET", BATCHES).status_code == 403
