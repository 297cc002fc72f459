"""Sessions and workshop days on the site: announced, written down, approved by another person, read by everybody."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participation.accounts.models import Account
from participation.core.actor import SYSTEM
from participation.core.permissions import Role
from participation.core.windows import local_at
from participation.extensions import db, transaction
from participation.processes.queries import process_by_slug
from participation.rounds.kinds import Eligibility, KindName
from participation.rounds.services import Seat, set_roll
from tests.factories.people import official
from tests.factories.town import PROCESS, WORKSHOP, Town
from tests.support.pages import words
from tests.support.wall_clocks import typed

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
AT = f"/manage/processes/{PROCESS}/gatherings"
PAGE = f"/processes/{PROCESS}/gatherings"


@pytest.fixture
def town(app: Flask) -> Town:
    return Town(app)


def announcement(town: Town, **changes: Any) -> dict[str, Any]:
    begins = local_at(town.now - timedelta(hours=2), "Europe/Berlin")
    return {
        "title-de": "Sitzung im Herbst",
        "place": "Rathaus, Saal 2",
        "starts_at": typed(begins),
        "ends_at": typed(begins + timedelta(hours=8)),
        "round": "",
        **changes,
    }


def steering(town: Town) -> str:
    slug = town.round("steering", opened=False, kind=KindName.STEERING_GROUP, eligibility=Eligibility.ROLL)
    with town.app.app_context(), transaction() as session:
        seats = [Seat(account.email or "", {"de": "Jugendbeirat"}) for account in (town.cast.ayse, town.cast.elif_)]
        set_roll(session, slug, seats, actor=SYSTEM, now=town.now)
    return slug


def facilitator(town: Town) -> Account:
    with town.app.app_context(), transaction() as session:
        return official(session, "Hatice", Role.FACILITATOR, process_by_slug(session, PROCESS), now=town.now)


def say(client: FlaskClient, path: str, status: int = 303, /, **typed: Any) -> Any:
    answer = client.post(path, data=typed)
    assert answer.status_code == status, words(answer)
    return answer


def test_a_session_from_its_announcement_to_its_printed_minutes(town: Town) -> None:
    birte, farid, elif_ = (town.as_(who) for who in (town.cast.birte, town.cast.farid, town.cast.elif_))
    say(birte, f"{AT}/new/session", **announcement(town, round=steering(town)))
    say(birte, f"{AT}/1/agenda", **{"title-de": "Neue Vorschläge", "waiting": "M01", "proposals": "M02"})
    visitor = town.as_()
    page = words(visitor.get(f"{PAGE}/1"))
    assert "Sitzung im Herbst" in page
    assert "Neue Vorschläge" in page
    assert "M01" in page
    with town.app.app_context():
        item = db.session.execute(db.text("SELECT id FROM agenda_items")).scalar_one()
        seats = db.session.execute(db.text("SELECT id FROM roll_entries ORDER BY id")).scalars().all()
    there = {f"member-{seats[0]}": "present", f"member-{seats[1]}": "excused", "guests": "2"}
    say(farid, f"{AT}/1/attendance", **there, based_on=2)
    stale = words(say(birte, f"{AT}/1/attendance?lang=en", 409, **there | {"guests": "7"}, based_on=2))
    assert "What stands here now" in stale
    again = {"place": "Rathaus", "title-de": "Sitzung", "starts_at": "2026-12-01T18:00", "ends_at": "2026-12-01T20:00"}
    moved = words(say(birte, f"{AT}/1?lang=en", 409, **again, based_on=2))
    assert "What stands here now" in moved
    said = {f"minutes-{item}": "Die Gruppe lässt M01 zu.", "minutes": ""}
    say(farid, f"{AT}/1/minutes", 409, based_on=4, **said)
    say(farid, f"{AT}/1/minutes", based_on=3, **said)
    refused = say(farid, f"{AT}/1/minutes", 409, based_on=3, **said | {f"minutes-{item}": "Anders."})
    assert "Anders." in refused.text
    assert "lässt M01 zu" in refused.text
    assert "lässt M01 zu" not in words(visitor.get(f"{PAGE}/1"))
    assert "lässt M01 zu" in words(elif_.get(f"{PAGE}/1"))
    say(farid, f"{AT}/1/approve", 403, based_on=4)
    say(elif_, f"{AT}/1/approve", based_on=4)
    page = words(visitor.get(f"{PAGE}/1"))
    assert "Die Gruppe lässt M01 zu." in page
    assert "Jugendbeirat" in page
    assert "Ayşe" not in page
    say(birte, f"{AT}/1/agenda", 409, **{"title-de": "Nachgeschoben"})


def test_what_was_typed_stays_where_it_is_refused(town: Town) -> None:
    birte = town.as_(town.cast.birte)
    wrong = announcement(town, ends_at="2020-01-01T10:00", place="Rathaus am Hafen")
    page = say(birte, f"{AT}/new/session", 422, **wrong).text
    assert "Rathaus am Hafen" in page
    assert 'href="#ends_at"' in page
    say(birte, f"{AT}/new/session", **announcement(town))
    page = say(birte, f"{AT}/1/agenda", 422, proposals="M01 M99").text
    assert "M01 M99" in page
    assert 'href="#proposals"' in page
    say(birte, f"{AT}/1/discard")
    assert birte.get(f"{PAGE}/1").status_code == 404


def test_a_facilitator_notes_in_the_language_of_the_table(town: Town) -> None:
    birte, hatice = town.as_(town.cast.birte), town.as_(facilitator(town))
    slug = town.round("workshop", **WORKSHOP)
    say(birte, f"{AT}/new/workshop", **announcement(town, round=slug))
    say(birte, f"{AT}/1/tables/new", number="1", **{"theme-de": "Sprache im Alltag", "facilitator": ""})
    say(hatice, f"{AT}/1/tables/1/notes", language="ar", body="نريد دورات مسائية", proposals="M01")
    say(hatice, f"{AT}/1/tables/1/notes", 422, language="de", body="", proposals="M02")
    say(hatice, f"{AT}/1/tables/1/heads", headcount="7")
    say(hatice, f"{AT}/1/heads", headcount="7")
    say(hatice, f"{AT}/1/approve", 403, based_on="5")
    table = hatice.get(f"{AT}/1/tables/1/notes").text
    assert 'dir="rtl">نريد دورات مسائية' in table
    visitor = town.as_()
    assert "نريد" not in visitor.get(f"{PAGE}/1").text
    say(birte, f"{AT}/1/approve", based_on="5")
    page = visitor.get(f"{PAGE}/1")
    assert "نريد دورات مسائية" in page.text
    assert "7 people" not in words(page)


def test_programs_read_what_pages_show(town: Town) -> None:
    birte, visitor = town.as_(town.cast.birte), town.as_()
    say(birte, f"{AT}/new/assisted", **announcement(town, round=town.round("workshop", **WORKSHOP), headcount="4"))
    api = f"/api/v1/processes/{PROCESS}/gatherings"
    assert visitor.get(f"{api}/1").get_json()["headcount"] is None
    assert birte.get(f"{api}/1").get_json()["headcount"] == 4
    assert visitor.get("/api/v1/rounds/workshop/assisted").get_json() == {"gatherings": 1, "heads": None}
    assert visitor.get(f"{api}?kind=assisted").get_json()["total"] == 1
    assert "Ayşe" not in visitor.get(f"{PAGE}/1").text


def test_the_doors_say_what_comes_next_and_who_takes_notes_finds_the_tables(town: Town) -> None:
    birte, visitor = town.as_(town.cast.birte), town.as_()
    begins = town.now + timedelta(days=9)
    ahead = announcement(town, starts_at=f"{begins:%Y-%m-%d}T17:00", ends_at=f"{begins:%Y-%m-%d}T19:00")
    say(birte, f"{AT}/new/session", **ahead)
    say(birte, f"{AT}/1/agenda", proposals="M01")
    slug = steering(town)
    page = words(visitor.get(f"/steering-group/{slug}?lang=en"))
    assert "The next session" in page
    assert "M01" in page
    hall = town.round("workshop", **WORKSHOP)
    say(birte, f"{AT}/new/workshop", **ahead | {"round": hall, "interpreters": ["ar", "uk"], "place": "Bürgerhaus"})
    say(birte, f"{AT}/2/tables/new", number="1", **{"theme-de": "Sprache", "facilitator": ""})
    page = words(visitor.get(f"/citizens/{hall}?lang=en"))
    for said in ("neither an e-mail address nor German", "Bürgerhaus", "العربية", "Українська"):
        assert said in page
    assert "Take notes at table 1" not in page
    for number in (1, 2):
        page = words(birte.get(f"{PAGE}/{number}?lang=en"))
        assert "can be approved and published as soon as this has begun" in page
        assert "Approve and publish" not in page
    assert "Take notes at table 1" in words(town.as_(facilitator(town)).get(f"/citizens/{hall}?lang=en"))


def test_a_projector_shows_the_whole_number_alone_and_renews_itself(town: Town) -> None:
    slug = town.round("online")
    town.vote(slug, town.cast.ayse, "M01")
    page = town.as_(facilitator(town)).get(f"/rounds/{slug}/projector")
    assert "<strong><bdi>1</bdi></strong>" in page.text
    assert '<meta http-equiv="refresh" content="10"' in page.text
    assert not re.search(r"\bM01\b", page.text)
    assert "<nav" not in page.text
    assert town.as_().get(f"/rounds/{slug}/projector").status_code == 302
    assert town.as_(town.cast.ayse).get(f"/rounds/{slug}/projector").status_code == 403
