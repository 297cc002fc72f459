"""The doors of residents, online participants and the forum, as visitors find them."""

import pytest
from flask import Flask

from participation.rounds.kinds import KINDS, KindName
from tests.factories.town import FORUM, WORKSHOP, Town
from tests.support.pages import links, words

EN = {"lang": "en"}


@pytest.fixture
def town(app: Flask) -> Town:
    return Town(app)


def test_a_visitor_reads_what_is_asked_who_takes_part_and_until_when(town: Town) -> None:
    slug = town.round("vote")
    page = words(town.as_().get(f"/online/{slug}", query_string=EN))
    assert "What comes first?" in page
    assert "Put up to 5 measures in the order in which they should come." in page
    assert "Everybody. You join with your e-mail address." in page
    assert "(Berlin)" in page
    assert "Every e-mail address has exactly one ballot." in page


def test_a_visitor_joins_an_online_round_by_mail_from_its_door(town: Town) -> None:
    slug = town.round("vote")
    client = town.as_()
    assert "/sign-in" in client.get(f"/online/{slug}").text
    answer = client.post("/sign-in", data={"email": "neu@example.org", "next": f"/online/{slug}"})
    assert answer.location == "/sign-in/code"


def test_a_participant_finds_the_ballot_first(town: Town) -> None:
    slug = town.round("vote")
    page = town.as_(town.cast.ayse).get(f"/online/{slug}", query_string=EN)
    assert "You take part as: Ayşe" in words(page)
    found = links(page)
    assert found["Fill in the ballot"] == f"/rounds/{slug}/ballot"
    assert found["Write a proposal"] == f"/rounds/{slug}/proposals/new"


def test_whoever_has_voted_is_led_back_to_their_ballot(town: Town) -> None:
    slug = town.round("vote")
    town.vote(slug, town.cast.ayse, "M02", "M01")
    page = town.as_(town.cast.ayse).get(f"/online/{slug}", query_string=EN)
    assert "Your ballot is in the box." in words(page)
    assert links(page)["See or change your ballot"] == f"/rounds/{slug}/ballot"


def test_the_door_shows_the_frozen_options(town: Town) -> None:
    slug = town.round("vote")
    page = town.as_().get(f"/online/{slug}", query_string={"lang": "tr"})
    assert "Önlem M01" in words(page)
    assert f"/rounds/{slug}/options/M01" in page.text


def test_an_extension_is_told_with_its_reason_and_the_first_end(town: Town) -> None:
    slug = town.round("vote")
    town.extend(slug, de="Der Server stand still.", en="The server was down.")
    page = words(town.as_().get(f"/online/{slug}", query_string=EN))
    assert "There is more time than first announced" in page
    assert "The server was down." in page


def test_before_it_opens_a_round_says_when(town: Town) -> None:
    slug = town.planned("later")
    page = town.as_(town.cast.ayse).get(f"/online/{slug}", query_string=EN)
    assert "In preparation. Planned from" in words(page)
    assert "Fill in the ballot" not in page.text


def test_when_its_time_is_over_a_round_takes_nothing_more(town: Town) -> None:
    slug = town.round("vote")
    town.lapse(slug)
    page = words(town.as_(town.cast.ayse).get(f"/online/{slug}", query_string=EN))
    assert "The time is over. Nothing more is taken; the round will be closed." in page
    town.close(slug)
    page = words(town.as_(town.cast.ayse).get(f"/online/{slug}", query_string=EN))
    assert "The round is closed and nothing more is taken." in page


def test_at_the_door_of_another_body_one_is_led_to_the_right_one(town: Town) -> None:
    slug = town.round("vote")
    for kind in KindName:
        answer = town.as_().get(f"{KINDS[kind].path}/{slug}")
        if kind is KindName.ONLINE:
            assert answer.status_code == 200
        else:
            assert (answer.status_code, answer.location) == (302, f"/online/{slug}")
    assert town.as_().get(f"/rounds/{slug}").location == f"/online/{slug}"


@pytest.mark.parametrize("path", ["/online/none", "/citizens/none", "/migrant-forum/none", "/rounds/none"])
def test_a_round_that_is_not_there_is_not_found(town: Town, path: str) -> None:
    page = town.as_().get(path, query_string=EN)
    assert page.status_code == 404
    assert "There is no such round." in words(page)


def test_the_workshops_door_asks_for_the_code_and_leads_its_bearer_on(town: Town) -> None:
    slug = town.round("workshop", **WORKSHOP)
    (code,) = town.codes(slug)
    client = town.as_()
    page = client.get(f"/citizens/{slug}", query_string=EN)
    assert "To take part, please enter the code from your card." in words(page)
    answer = client.post("/code", data={"code": code, "round": slug})
    assert (answer.status_code, answer.location) == (303, f"/rounds/{slug}")
    page = client.get(f"/citizens/{slug}", query_string=EN)
    assert "You take part with your code." in words(page)
    assert "Fill in the ballot" in links(page)


def test_somebody_with_an_account_is_told_that_the_workshop_wants_a_code(town: Town) -> None:
    slug = town.round("workshop", **WORKSHOP)
    page = words(town.as_(town.cast.ayse).get(f"/citizens/{slug}", query_string=EN))
    assert "This round asks for the code from your card instead." in page


def test_a_code_for_one_workshop_opens_no_other(town: Town) -> None:
    here, there = town.round("here", **WORKSHOP), town.round("there", **WORKSHOP)
    page = words(town.with_code(here).get(f"/citizens/{there}", query_string=EN))
    assert "Your code belongs to another round." in page


def test_a_delegate_sees_the_mandate_the_other_delegates_and_the_ballots_state(town: Town) -> None:
    slug = town.round("forum", **FORUM)
    page = words(town.as_(town.cast.olena).get(f"/migrant-forum/{slug}", query_string=EN))
    assert "You take part as: Brücke e. V." in page
    assert "Olena (you)" in page
    assert "Not cast yet." in page
    town.vote(slug, town.cast.olena, "M01")
    page = words(town.as_(town.cast.olena).get(f"/migrant-forum/{slug}", query_string=EN))
    assert "In the box since" in page


def test_somebody_without_a_mandate_is_told_how_to_get_one(town: Town) -> None:
    slug = town.round("forum", **FORUM)
    page = words(town.as_(town.cast.ayse).get(f"/migrant-forum/{slug}", query_string=EN))
    assert "You are no delegate of an organisation in this process." in page
    assert "Organisations that take part (1)" in page


def test_a_small_group_is_told_what_the_figures_may_tell_before_it_votes(town: Town) -> None:
    slug = town.round("forum", **FORUM)
    assert "Only few people vote in this round" in words(town.as_().get(f"/migrant-forum/{slug}", query_string=EN))
    online = town.round("vote")
    assert "Only few people vote" not in words(town.as_().get(f"/online/{online}", query_string=EN))


def test_in_arabic_the_page_runs_from_right_to_left_and_german_words_keep_their_direction(town: Town) -> None:
    slug = town.round("vote", descriptions={"de": "Nur auf Deutsch."})
    page = town.as_().get(f"/online/{slug}", query_string={"lang": "ar"}).text
    assert '<html lang="ar" dir="rtl">' in page
    assert "ما الأولوية؟" in page
    assert 'lang="de" dir="ltr">Nur auf Deutsch.' in page
