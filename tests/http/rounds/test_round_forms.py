"""Setting up, changing and extending rounds in forms, and their rolls."""

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from participation.core.windows import local_at
from participation.extensions import transaction
from participation.rounds.kinds import Eligibility, KindName, Task
from participation.rounds.queries import roll_of
from participation.texts.queries import wordings
from tests.factories.city import WITHOUT_BALLOT
from tests.factories.town import PROCESS, Town
from tests.support.pages import words

NEW = f"/manage/processes/{PROCESS}/rounds/new?lang=en"
ROUND: dict[str, Any] = {
    "title-de": "Was zuerst?",
    "title-ar": "ما الأولوية؟",
    "phase": "II",
    "kind": "online",
    "eligibility": "",
    "tasks": ["comment", "prioritise_measures"],
    "ballot_kind": "ranking",
    "max_choices": "5",
    "option_rule": "all_measures",
    "opens_at": "2030-06-01T08:00",
    "closes_at": "2030-06-30T18:00",
    "slug": "sommer",
}


@pytest.fixture
def town(app: Flask) -> Town:
    return Town(app)


def test_a_moderator_sets_up_a_round_in_the_citys_time(town: Town) -> None:
    farid = town.as_(town.cast.farid)
    assert farid.get(NEW).status_code == 200
    answer = farid.post(NEW, data=ROUND)
    assert (answer.status_code, answer.location) == (303, "/rounds/sommer/manage")
    with town.app.app_context():
        round_ = town.stored("sommer")
        assert round_.opens_at == datetime(2030, 6, 1, 6, 0, tzinfo=UTC)
        assert round_.eligibility is Eligibility.OPEN
        assert round_.tasks == {Task.COMMENT, Task.PRIORITISE_MEASURES}
        assert {tag: said.body for tag, said in wordings(round_.title).items()} == {
            "de": "Was zuerst?",
            "ar": "ما الأولوية؟",
        }


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"title-de": ""}, "Title (Deutsch): Please write something here."),
        ({"title-de": "x" * 201}, "This text has 201 characters; at most 200 fit."),
        ({"tasks": []}, "Please choose at least one thing that people are asked to do."),
        ({"kind": "council"}, "Not a valid choice"),
        ({"kind": ""}, "Please choose one."),
        ({"eligibility": "roll"}, "This body does not take part in this way."),
        ({"eligibility": "lottery"}, "Please choose one of the entries of the list."),
        ({"phase": "IX"}, "This process has no such phase."),
        ({"max_choices": ""}, "Please give a number."),
        ({"max_choices": "viele"}, "Please write a whole number, such as 12."),
        ({"points": "3"}, "This number does not belong to the chosen kind of ballot."),
        ({"ballot_kind": ""}, "Please choose how people prioritise."),
        ({"option_rule": ""}, "Please choose what is put to the vote."),
        ({"option_rule": "chosen", "chosen_codes": "M01, M01"}, "M01 is named twice."),
        ({"opens_at": "morgen"}, "Please give day and time, such as 2026-12-12 18:00."),
        ({"opens_at": ""}, "Please give day and time."),
        ({"opens_at": "0001-01-01T00:00"}, "Please give a year between 2000 and 2199."),
        ({"closes_at": "9999-12-31T23:59"}, "Please give a year between 2000 and 2199."),
        ({"closes_at": "2030-06-01T08:00"}, "The end must be later than the beginning."),
        ({"opens_at": "2030-03-31T02:30"}, "There is no 2030-03-31 02:30 in Europe/Berlin"),
        ({"opens_at": "2029-10-28T02:30"}, "2029-10-28 02:30 comes twice in Europe/Berlin: the clocks are put back"),
        ({"slug": "Sommer 2030"}, "cannot stand in an address."),
        ({"expected_participants": "-1"}, "Please give a whole number from 1 to 1000000."),
    ],
)
def test_a_round_that_cannot_be_is_refused_in_words_and_what_was_typed_stays(
    town: Town, changes: dict[str, Any], said: str
) -> None:
    page = town.as_(town.cast.farid).post(NEW, data=ROUND | changes)
    assert page.status_code == 422
    assert said in words(page)
    assert "ما الأولوية؟" in page.text
    for name, value in changes.items():
        if isinstance(value, str) and name in {"title-de", "max_choices", "opens_at", "slug"}:
            assert f'value="{value}"' in page.text


def test_an_address_that_is_taken_is_refused(town: Town) -> None:
    town.round("sommer", opened=False)
    page = town.as_(town.cast.farid).post(NEW, data=ROUND)
    assert page.status_code == 409
    assert "The address “sommer” is taken." in words(page)


@pytest.mark.parametrize("hour, name", [(0, "Central European Summer Time"), (1, "Central European Standard Time")])
def test_an_end_in_the_hour_that_comes_twice_says_which_and_outlives_a_change_of_words(
    town: Town, hour: int, name: str
) -> None:
    """Only a program can name such a moment, with its offset; a form shows it and leaves it as it is."""
    closes_at = datetime(2030, 10, 27, hour, 30, tzinfo=UTC)
    farid = town.as_(town.cast.farid)
    farid.post(NEW, data=ROUND)
    with town.app.app_context(), transaction():
        town.stored("sommer").closes_at = closes_at
    assert f"Sunday, 27 October 2030, 02:30 (Berlin, {name})" in town.as_().get("/online/sommer?lang=en").text
    assert 'value="2030-10-27T02:30"' in farid.get("/manage/rounds/sommer").text
    changed = ROUND | {"title-de": "Neu", "closes_at": "2030-10-27T02:30"}
    assert farid.post("/manage/rounds/sommer", data=changed).status_code == 303
    with town.app.app_context():
        assert town.stored("sommer").closes_at == closes_at


def test_a_draft_is_shown_as_it_was_typed_and_can_be_changed(town: Town) -> None:
    farid = town.as_(town.cast.farid)
    farid.post(NEW, data=ROUND)
    page = farid.get("/manage/rounds/sommer").text
    for shown in ('value="2030-06-01T08:00"', 'value="Was zuerst?"', 'value="5"'):
        assert shown in page
    answer = farid.post("/manage/rounds/sommer", data=ROUND | {"title-de": "Neu", "closes_at": "2030-07-01T18:00"})
    assert answer.status_code == 303
    with town.app.app_context():
        assert wordings(town.stored("sommer").title)["de"].body == "Neu"


def test_an_open_round_is_not_changed(town: Town) -> None:
    slug = town.round("vote")
    farid = town.as_(town.cast.farid)
    assert farid.get(f"/manage/rounds/{slug}").location == f"/rounds/{slug}/manage"
    page = farid.post(f"/manage/rounds/{slug}?lang=en", data=ROUND)
    assert page.status_code == 409
    assert "It can be changed only while it is being prepared" in words(page)


def test_a_round_is_extended_with_a_public_reason(town: Town) -> None:
    slug = town.round("vote")
    farid = town.as_(town.cast.farid)
    with town.app.app_context():
        round_ = town.stored(slug)
        ends = local_at(round_.closes_at, "Europe/Berlin")
    later = ends.replace(year=ends.year + 1, month=6, day=15).strftime("%Y-%m-%dT%H:%M")
    assert ends.strftime("%Y-%m-%dT%H:%M") in farid.get(f"/rounds/{slug}/extend").text
    refused = farid.post(f"/rounds/{slug}/extend?lang=en", data={"closes_at": later, "reason-de": ""})
    assert refused.status_code == 422
    assert "Please write something here." in words(refused)
    assert f'value="{later}"' in refused.text
    refused = farid.post(
        f"/rounds/{slug}/extend?lang=en", data={"closes_at": "2026-01-01T00:00", "reason-de": "Mehr Zeit."}
    )
    assert "The new end must be later than the present one." in words(refused)
    answer = farid.post(f"/rounds/{slug}/extend", data={"closes_at": later, "reason-de": "Mehr Zeit."})
    assert (answer.status_code, answer.location) == (303, f"/rounds/{slug}/manage")
    assert "Mehr Zeit." in town.as_().get(f"/online/{slug}").text


def test_the_roll_is_typed_line_by_line(town: Town) -> None:
    slug = town.round(
        "steering", opened=False, kind=KindName.STEERING_GROUP, eligibility=Eligibility.ROLL, **WITHOUT_BALLOT
    )
    address, farid = f"/manage/rounds/{slug}/roll?lang=en", town.as_(town.cast.farid)
    typed = f"{town.cast.olena.email}; Forum für Migrant:innen\n\n{town.cast.jens.email}"
    assert farid.post(address, data={"roll": typed}).status_code == 303
    with town.app.app_context():
        assert len(roll_of(town.app.extensions["sqlalchemy"].session, town.stored(slug).id)) == 2
    assert "Forum für Migrant:innen" in farid.get(address).text
    page = farid.post(address, data={"roll": "Olena; Forum"})
    assert page.status_code == 422
    assert "Line 1 has no e-mail address: “Olena; Forum”." in words(page)
    assert "Olena; Forum" in page.text
    page = farid.post(address, data={"roll": "niemand@example.org"})
    assert "There is no account for: niemand@example.org." in words(page)


def test_participants_set_up_nothing(town: Town) -> None:
    ayse = town.as_(town.cast.ayse)
    for address in (NEW, "/manage/rounds/vote", "/rounds/vote/extend"):
        assert ayse.get(address).status_code == 403
