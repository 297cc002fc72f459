"""The start and the process, as a visitor reads them."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participation.accounts.queries import account_by_id, actor_of
from participation.core.windows import utcnow
from participation.extensions import transaction
from participation.results.services import conclude_round, request_conclusion
from tests.factories.town import FORUM, PROCESS, WORKSHOP, Town
from tests.support.pages import links, words

EN = {"lang": "en"}


@pytest.fixture
def town(app: Flask) -> Town:
    return Town(app)


def conclude(town: Town, slug: str) -> None:
    """Let Farid ask for the conclusion and Silke confirm it."""
    town.close(slug)
    for who, act in ((town.cast.farid, request_conclusion), (town.cast.silke, conclude_round)):
        with town.app.app_context(), transaction() as session:
            act(session, slug, actor=actor_of(account_by_id(session, who.id)), now=utcnow())


def test_an_empty_site_says_what_will_be_here(client: FlaskClient) -> None:
    page = words(client.get("/", query_string=EN))
    assert "Have your say" in page
    assert "No round is open at the moment" in page
    assert "There is no participation process yet" in page


def test_the_start_leads_to_what_is_open_in_one_tap(town: Town) -> None:
    slug = town.round("vote")
    town.planned("later", titles={"de": "Später"})
    page = town.as_().get("/", query_string=EN)
    assert f'href="/online/{slug}"><span class="kern-label">Take part</span>' in page.text
    assert words(page).index("Open now") < words(page).index("Später")
    assert links(page)["Integration concept"] == f"/processes/{PROCESS}"


def test_the_process_shows_its_phases_with_their_rounds_in_order(town: Town) -> None:
    town.round("vote")
    town.round("workshop", **WORKSHOP)
    town.round("forum", **FORUM)
    page = words(town.as_().get(f"/processes/{PROCESS}", query_string=EN))
    assert page.index("Phase I ·") < page.index("Phase II ·")
    assert "No round has been announced for this phase yet." in page
    for body in ("Residents' workshop", "Migrant forum", "Online participation"):
        assert body in page
    assert page.count("Take part") >= 3


def test_goals_and_measures_stand_by_field(town: Town) -> None:
    page = words(town.as_().get(f"/processes/{PROCESS}", query_string={"lang": "tr"}))
    assert page.index("Sprache") < page.index("Önlem M02") < page.index("Wohnen") < page.index("Önlem M01")


def test_a_concluded_round_shows_its_result_in_one_line(town: Town) -> None:
    slug = town.round("vote")
    town.vote(slug, town.cast.ayse, "M02", "M01")
    conclude(town, slug)
    page = town.as_().get(f"/processes/{PROCESS}", query_string={"lang": "tr"})
    assert "Önlem M02" in words(page)
    page = town.as_().get(f"/processes/{PROCESS}", query_string=EN)
    assert "1 ballot was counted. In the first place: Measure M02" in words(page)
    assert f"/rounds/{slug}/result" in page.text


def test_a_process_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    page = client.get("/processes/none", query_string=EN)
    assert page.status_code == 404
    assert "There is no such participation process." in words(page)


@pytest.mark.parametrize("path", ["/method", "/accessibility", "/privacy", "/imprint"])
@pytest.mark.parametrize("language", ["de", "en", "tr", "ar"])
def test_pages_about_the_site_are_there_in_every_language(client: FlaskClient, path: str, language: str) -> None:
    page = client.get(path, query_string={"lang": language})
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text


def test_every_page_leads_to_the_pages_about_the_site(client: FlaskClient) -> None:
    found = links(client.get("/", query_string=EN))
    assert [found[name] for name in ("How votes are counted", "Accessibility", "Privacy", "Imprint")] == [
        "/method",
        "/accessibility",
        "/privacy",
        "/imprint",
    ]
