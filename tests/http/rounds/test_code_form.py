"""Typing a code, and printing the cards on which it stands."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from participation.accounts.models import Attempt
from participation.audit.models import AuditRecord
from participation.core.actor import SYSTEM
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.rounds.codes import check_character, grouped
from participation.rounds.queries import round_by_slug
from participation.rounds.services import revoke_batch
from tests.factories.town import WORKSHOP, Town
from tests.support.pages import words

UNKNOWN = "ABCDEFGHJKMNPQR" + check_character("abcdefghjkmnpqr").upper()


@pytest.fixture
def town(app: Flask) -> Town:
    town = Town(app)
    town.round("workshop", **WORKSHOP)
    return town


@pytest.mark.parametrize(
    "typed, said",
    [
        ("ABCD", "A code has 16 characters; you typed 4."),
        ("ABCD EFGH JKMN PQR*", "“*” is not part of any code."),
        ("ABCD EFGH JKMN PQRS", "One of the characters is wrong, or two changed places."),
        ("", "Please fill this in."),
    ],
)
def test_what_is_no_code_is_refused_in_words_and_stays_in_the_form(town: Town, typed: str, said: str) -> None:
    page = town.as_().post("/code?lang=en", data={"code": typed, "round": "workshop"})
    assert page.status_code == 422
    assert said in words(page)
    assert f'value="{typed}"' in page.text
    with town.app.app_context():
        assert db.session.scalar(select(Attempt.id)) is None


def test_a_code_is_accepted_as_people_type_it(town: Town) -> None:
    (code,) = town.codes("workshop")
    for typed in (grouped(code).lower(), grouped(code).replace(" ", "-"), f" {code} "):
        answer = town.as_().post("/code", data={"code": typed})
        assert (answer.status_code, answer.location) == (303, "/rounds/workshop")


def test_an_unknown_code_is_counted_and_after_many_the_door_asks_for_patience(town: Town) -> None:
    client = town.as_()
    answers = [client.post("/code?lang=en", data={"code": UNKNOWN, "round": "workshop"}) for _attempt in range(62)]
    assert "This code is not known here." in words(answers[0])
    assert {answer.status_code for answer in answers[:60]} == {422}
    assert {answer.status_code for answer in answers[60:]} == {429}
    assert int(answers[-1].headers["Retry-After"]) > 0
    with town.app.app_context():
        assert len(db.session.scalars(select(Attempt.id)).all()) == 60
    (code,) = town.codes("workshop")
    assert client.post("/code", data={"code": code, "round": "workshop"}).status_code == 303


def test_an_invalid_code_is_told_so(town: Town) -> None:
    (code,) = town.codes("workshop")
    with town.app.app_context(), transaction() as session:
        revoke_batch(session, round_by_slug(session, "workshop"), 1, actor=SYSTEM, now=utcnow())
    page = town.as_().post("/code?lang=en", data={"code": code})
    assert page.status_code == 422
    assert "This code was made invalid." in words(page)


def test_the_form_works_without_scripts_and_the_script_reads_what_no_server_sees(town: Town) -> None:
    page = town.as_().get("/code?round=workshop")
    assert 'value="workshop"' in page.text
    assert re.search(r'<script src="/static/code[^"]*" defer>', page.text)


def test_a_moderator_makes_codes_and_sees_their_cards(town: Town) -> None:
    farid = town.as_(town.cast.farid)
    answer = farid.post("/manage/rounds/workshop/codes", data={"count": "3", "label": "Samstag"})
    assert answer.status_code == 303
    listed = words(farid.get("/manage/rounds/workshop/codes?lang=en"))
    assert "3 codes are valid." in listed
    assert "Batch 1 · Samstag" in listed
    page = farid.post("/manage/rounds/workshop/codes/1/cards?lang=en", data={"languages": ["de", "ar"]})
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert page.text.count('class="qr"') == 3
    assert page.text.count('dir="rtl"') >= 3
    codes = re.findall(r'<span class="code" translate="no">(.*?)</span>\s*</p>', page.text, flags=re.DOTALL)
    typed = [re.sub(r"<[^>]+>|\s", "", code) for code in codes]
    assert len(set(typed)) == 3
    assert town.as_().post("/code", data={"code": typed[0]}).status_code == 303
    with town.app.app_context():
        acts = db.session.scalars(select(AuditRecord.action).where(AuditRecord.actor_id == town.cast.farid.id)).all()
    assert acts == ["codes.issued", "codes.printed"]


def test_cards_cannot_be_seen_by_following_a_link(town: Town) -> None:
    town.codes("workshop")
    assert town.as_(town.cast.farid).get("/manage/rounds/workshop/codes/1/cards").status_code == 405


def test_cards_need_a_language(town: Town) -> None:
    town.codes("workshop")
    farid = town.as_(town.cast.farid)
    answer = farid.post("/manage/rounds/workshop/codes/1/cards?lang=en", data={})
    assert answer.status_code == 422
    assert "Please choose at least one language." in words(answer)


@pytest.mark.parametrize(
    "typed, said",
    [
        ("", "Please give a number."),
        ("drei", "Please write a whole number, such as 12."),
        ("0", "Please give a whole number from 1 to 1000."),
        ("100000000000000000000", "Please give a whole number from 1 to 1000."),
    ],
)
def test_a_batch_that_cannot_be_made_is_refused_with_what_was_typed(town: Town, typed: str, said: str) -> None:
    page = town.as_(town.cast.farid).post(
        "/manage/rounds/workshop/codes?lang=en", data={"count": typed, "label": "Samstag"}
    )
    assert page.status_code == 422
    assert said in words(page)
    assert 'value="Samstag"' in page.text


def test_cards_and_batches_are_made_invalid(town: Town) -> None:
    first, _second = town.codes("workshop", 2)
    farid = town.as_(town.cast.farid)
    assert farid.post("/manage/rounds/workshop/codes/1/revoke-card", data={"number": "1"}).status_code == 303
    assert "Invalid cards: 1." in words(farid.get("/manage/rounds/workshop/codes?lang=en"))
    assert town.as_().post("/code", data={"code": first}).status_code == 422
    page = farid.post("/manage/rounds/workshop/codes/1/revoke-card?lang=en", data={"number": "77"})
    assert page.status_code == 404
    assert "There is no card with this number in the batch." in words(page)
    assert farid.post("/manage/rounds/workshop/codes/1/revoke").status_code == 303
    assert "0 codes are valid." in words(farid.get("/manage/rounds/workshop/codes?lang=en"))


def test_participants_see_no_codes(town: Town) -> None:
    assert town.as_(town.cast.ayse).get("/manage/rounds/workshop/codes").status_code == 403
    assert town.as_().get("/manage/rounds/workshop/codes").location.startswith("/sign-in?next=")
