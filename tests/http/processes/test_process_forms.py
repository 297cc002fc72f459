"""Officials set up processes, phases and fields."""

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participation.accounts.models import Account
from participation.core.permissions import Role
from participation.extensions import db, transaction
from participation.processes.models import Process
from participation.processes.queries import process_by_slug
from participation.texts.queries import wordings
from tests.factories.people import official
from tests.factories.town import PROCESS, Town
from tests.support.pages import words

NEW: dict[str, Any] = {
    "title-de": "Spielplätze",
    "title-tr": "Oyun alanları",
    "summary-de": "Wo soll gespielt werden?",
    "city": "Lindenhafen",
    "time_zone": "Europe/Berlin",
    "languages": ["de", "tr"],
    "default_language": "de",
    "currency": "EUR",
    "slug": "",
}
PHASE = {"code": "III", "title-de": "Prüfen", "opens_at": "2030-01-01T00:00", "closes_at": "2030-07-01T00:00"}


@pytest.fixture
def town(app: Flask) -> Town:
    return Town(app)


@pytest.fixture
def office(town: Town) -> FlaskClient:
    """Return the browser of somebody whose office reaches over all processes."""
    with town.app.app_context(), transaction() as session:
        account: Account = official(session, "Berta", Role.OFFICE, None, now=town.now)
    return town.as_(account)


def stored(slug: str) -> Process:
    db.session.expire_all()
    return process_by_slug(db.session(), slug)


def test_a_process_is_set_up_in_several_languages(town: Town, office: FlaskClient) -> None:
    assert office.get("/manage/processes/new").status_code == 200
    answer = office.post("/manage/processes/new", data=NEW)
    assert (answer.status_code, answer.location) == (303, "/manage/processes/spielplaetze")
    with town.app.app_context():
        process = stored("spielplaetze")
        assert {tag: said.body for tag, said in wordings(process.title).items()} == {
            "de": "Spielplätze",
            "tr": "Oyun alanları",
        }
        assert process.languages == ["de", "tr"]


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"title-de": ""}, "Title (Deutsch): Please write something here."),
        ({"city": ""}, "Please fill this in."),
        ({"city": "a\u202eb"}, "changes the direction in which the text reads."),
        ({"time_zone": "Mars/Olympus"}, "“Mars/Olympus” is not a time zone."),
        ({"languages": []}, "Please choose at least one language."),
        ({"default_language": "en"}, "The first language must be one of the languages of the process."),
        ({"currency": "Euro"}, "“Euro” is not a currency."),
        ({"slug": "Spiel Platz"}, "cannot stand in an address."),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words_and_stays(
    office: FlaskClient, changes: dict[str, Any], said: str
) -> None:
    page = office.post("/manage/processes/new?lang=en", data=NEW | changes)
    assert page.status_code == 422
    assert said in words(page)
    assert "Oyun alanları" in page.text


def test_birte_edits_her_process_but_sets_up_no_other(town: Town) -> None:
    birte = town.as_(town.cast.birte)
    assert birte.get("/manage/processes/new").status_code == 403
    assert birte.post("/manage/processes/new", data=NEW).status_code == 403
    page = birte.get(f"/manage/processes/{PROCESS}?lang=en")
    assert 'value="Integrationskonzept"' in page.text
    changed = NEW | {"title-de": "Konzept", "title-en": "Concept", "languages": ["de", "en"]}
    assert birte.post(f"/manage/processes/{PROCESS}", data=changed).status_code == 303
    with town.app.app_context():
        assert wordings(stored(PROCESS).title)["en"].body == "Concept"


def test_phases_and_fields_are_added_and_changed(town: Town) -> None:
    birte = town.as_(town.cast.birte)
    base = f"/manage/processes/{PROCESS}"
    assert birte.get(f"{base}/phases/new").status_code == 200
    assert birte.post(f"{base}/phases/new", data=PHASE).status_code == 303
    assert birte.post(f"{base}/fields/new", data={"code": "F3", "title-de": "Gesundheit"}).status_code == 303
    assert 'value="2030-01-01T00:00"' in birte.get(f"{base}/phases/III").text
    assert birte.post(f"{base}/phases/III", data=PHASE | {"title-de": "Neu"}).status_code == 303
    changed = {"code": "F3", "title-de": "Pflege", "position": "0"}
    assert birte.post(f"{base}/fields/F3", data=changed).status_code == 303
    with town.app.app_context():
        process = stored(PROCESS)
        assert [field.code for field in process.fields] == ["F3", "F1", "F2"]
        phase = process.phases[-1]
        assert wordings(phase.title)["de"].body == "Neu"
        assert phase.opens_at == datetime(2029, 12, 31, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "changes, status, said",
    [
        ({"code": "I"}, 409, "The short name “I” is taken."),
        ({"code": "drei Worte"}, 422, "cannot be a short name."),
        ({"closes_at": "2030-01-01T00:00"}, 422, "The end must be later than the beginning."),
        ({"opens_at": ""}, 422, "Please give day and time."),
        ({"position": "-4"}, 422, "Please give a whole number from 0 to 10000."),
        ({"position": "9" * 30}, 422, "Please give a whole number from 0 to 10000."),
    ],
)
def test_a_phase_that_cannot_be_is_refused(town: Town, changes: dict[str, str], status: int, said: str) -> None:
    birte = town.as_(town.cast.birte)
    page = birte.post(f"/manage/processes/{PROCESS}/phases/new?lang=en", data=PHASE | changes)
    assert page.status_code == status
    assert said in words(page)
    assert "Prüfen" in page.text


def test_others_stay_outside(town: Town) -> None:
    for who in (town.cast.farid, town.cast.ayse, town.cast.elif_):
        assert town.as_(who).get(f"/manage/processes/{PROCESS}").status_code == 403
    assert town.as_(town.cast.birte).get(f"/manage/processes/{PROCESS}/phases/IX").status_code == 404
