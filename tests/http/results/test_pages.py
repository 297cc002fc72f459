"""Pages of results: nothing before the conclusion, afterwards what the snapshot says, in the reader's language."""

import re
from html import unescape

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from participation.core.languages import INTERFACE_TAGS
from participation.extensions import db
from participation.results.models import JointRanking
from participation.results.views import showing
from tests.http.results.conftest import City

PAGES = ["/rounds/steering/result", "/rounds/online/result", "/processes/integration/rankings/joint"]


def words(page: TestResponse) -> str:
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", page.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


@pytest.mark.parametrize("page", PAGES)
def test_before_the_conclusion_a_page_says_so_to_everybody_officials_too(city: City, page: str) -> None:
    city.close("steering")
    city.open("online")
    for reader in (None, city.hall.ayse, city.hall.farid, city.hall.birte):
        answer = city.browser_of(reader).get(page, query_string={"lang": "en"})
        assert answer.status_code == 200
        assert "No result yet" in words(answer)
        assert "%" not in words(answer)
        assert "M1" not in words(answer)


def test_an_open_round_says_when_it_will_be_counted(city: City) -> None:
    city.open("steering")
    page = words(city.browser_of().get("/rounds/steering/result?lang=en"))
    assert "not even for officials" in page
    assert re.search(r"closes on \w+, \d+ \w+ \d{4}, \d\d:\d\d \(Berlin\)", page)


def test_the_result_of_a_round_is_what_was_counted_by_hand(city: City) -> None:
    city.conclude("steering")
    page = words(city.browser_of().get("/rounds/steering/result?lang=en"))
    assert "4 ballots, 3 measures. First: Measure M1" in page
    assert re.search(r"1 Measure M1 M1 named on 3 of 4 ballots 75\.0.%", page)
    assert re.search(r"2 Measure M2 .*62\.5.%.* 3 Measure M3 .*12\.5.%", page)
    assert "Fewer than 10 people voted" in page


def test_the_joint_ranking_shows_every_bodys_own_figure_beside_the_joint_one(city: City) -> None:
    city.conclude("steering", "online")
    page = words(city.browser_of().get("/processes/integration/rankings/joint?lang=en"))
    assert "1 body, 7 ballots, 3 measures. First: Measure M1" in page
    assert re.search(r"1 Measure M1 M1 68\.8.% What comes first\?: 1 75\.0.% What comes first\?: 2 50\.0.%", page)
    assert re.search(r"2 Measure M2 M2 53\.1.% What comes first\?: 1 62\.5.% What comes first\?: 2 25\.0.%", page)
    assert "City council" in page
    assert "We count how often each was placed above another" in page


@pytest.mark.parametrize(
    "spans, said",
    [
        (False, "Nobody voted with the same account in two of these rounds that ask the same"),
        (True, "Whoever voted in one phase could vote again in another one"),
    ],
)
def test_that_nobody_voted_twice_is_said_of_one_phase_only(city: City, *, spans: bool, said: str) -> None:
    def settle(session: Session) -> None:
        ranking = session.get_one(JointRanking, city.ranking_id)
        ranking.process.forbids_overlap = True
        if spans:  # as a declaration notes it for rounds of several phases
            ranking.phase_id = None

    city.do(settle)
    city.conclude("steering", "online")
    page = words(city.browser_of().get("/processes/integration/rankings/joint?lang=en"))
    assert said in page
    assert ("several phases" in page) == spans


def test_shared_places_are_shown_as_shared(city: City) -> None:
    city.close("steering", [["M1", "M2"], ["M2", "M1"]])
    browser = city.browser_of(city.hall.birte)
    browser.post("/rounds/steering/conclusion/request")
    city.browser_of(city.hall.farid).post("/rounds/steering/conclusion/confirm", data={"consequences": "seen"})
    page = words(browser.get("/rounds/steering/result?lang=en"))
    assert "Sharing the first place: Measure M1 , Measure M2" in page
    assert page.count("shared") >= 2


def test_a_round_in_which_nobody_voted_says_so(city: City) -> None:
    city.close("steering", [])
    city.browser_of(city.hall.birte).post("/rounds/steering/conclusion/request")
    city.browser_of(city.hall.farid).post("/rounds/steering/conclusion/confirm", data={"consequences": "seen"})
    page = words(city.browser_of().get("/rounds/steering/result?lang=en"))
    assert "0 ballots, 3 measures. Nobody voted, so there is no order." in page


@pytest.mark.parametrize("language,title", [("de", "Maßnahme M1"), ("tr", "Önlem M1"), ("ar", "إجراء M1")])
@pytest.mark.parametrize("page", ["/rounds/steering/result", "/processes/integration/rankings/joint"])
def test_titles_are_in_the_readers_language_with_language_and_direction(
    city: City, page: str, language: str, title: str
) -> None:
    city.conclude("steering", "online")
    text = city.browser_of().get(page, query_string={"lang": language}).text
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<span lang="{language}" dir="{direction}">{title}</span>' in text
    assert f'<html lang="{language}" dir="{direction}">' in text


def test_no_page_carries_a_style_or_a_script_of_its_own(city: City) -> None:
    city.conclude("steering", "online")
    for page in [*PAGES, "/processes/integration/rankings"]:
        text = city.browser_of().get(page).text
        assert not re.search(r"\sstyle=|<style|<script(?![^>]*\bsrc=)|\son\w+=", text)


def test_every_bar_has_its_number_beside_it(city: City) -> None:
    city.conclude("steering")
    text = city.browser_of().get("/rounds/steering/result?lang=en").text
    widths = [int(width) for width in re.findall(r'class="bar__fill" width="(\d+)"', text)]
    assert widths == [750, 625, 125]
    assert "<caption" in text


def test_the_list_shows_what_came_out_and_what_is_still_to_come(city: City) -> None:
    city.conclude("steering")
    page = words(city.browser_of().get("/processes/integration/rankings?lang=en"))
    assert "Joint ranking One round is still to be concluded." in page
    assert "4 ballots, counted on" in page
    assert "Still to come" in page
    assert "Declare a joint ranking" not in page
    assert "Declare a joint ranking" in words(
        city.browser_of(city.hall.birte).get("/processes/integration/rankings?lang=en")
    )


@pytest.mark.parametrize(
    "page", ["/rounds/nowhere/result", "/processes/nowhere/rankings/joint", "/processes/integration/rankings/nowhere"]
)
def test_what_is_not_there_is_not_found(city: City, page: str) -> None:
    assert city.browser_of().get(page).status_code == 404


@pytest.mark.parametrize("page", ["/rounds/steering/result", "/processes/integration/rankings/joint"])
def test_a_shown_result_is_rendered_once_and_read_with_one_query(city: City, page: str) -> None:
    city.conclude("steering", "online")
    browser = city.browser_of()
    first = browser.get(page).text
    asked: list[str] = []
    with city.app.app_context():
        engine = db.engine

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement != "BEGIN":
            asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert browser.get(page).text == first
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(asked) == 1
    assert "snapshot" not in asked[0]


def test_fragments_of_one_reader_hold_nothing_of_the_reader(city: City) -> None:
    """What is kept for everybody must not depend on who asked first."""
    city.conclude("steering", "online")
    page = "/processes/integration/rankings/joint"
    official = city.browser_of(city.hall.birte).get(page, query_string={"lang": "en"}).text
    visitor = city.browser_of().get(page, query_string={"lang": "en"}).text
    assert "/rankings/joint.csv" in official
    assert "/rankings/joint.csv" not in visitor
    assert "Birte" not in visitor
    kept = [key for key in city.app.extensions[showing.FRAGMENTS]._kept if city.ranking_id in key]
    assert len(kept) == 1


@pytest.mark.parametrize("language", INTERFACE_TAGS)
def test_pages_answer_in_every_language(city: City, language: str) -> None:
    city.conclude("steering", "online")
    for page in [*PAGES, "/processes/integration/rankings"]:
        assert city.browser_of().get(page, query_string={"lang": language}).status_code == 200
