"""The office declares a joint ranking in a form; what it typed is never lost."""

import re
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from participation.extensions import db
from participation.results import services
from participation.results.models import JointRanking
from participation.results.rules.declaration import Declaration
from participation.rounds.kinds import Task
from participation.rounds.models import OptionRule
from tests.factories.votes import make_round
from tests.http.results.conftest import City

ADDRESS = "/manage/processes/integration/rankings/new"
FILLED = {
    "title-de": "Rangliste der Maßnahmen",
    "title-en": "Ranking of the measures",
    "slug": "measures",
    "task": "prioritise_measures",
    "weight-steering": "40",
    "weight-online": "0",
    "declared_by-de": "Rat der Stadt, Beschluss vom 12. Mai",
}


def words(page: TestResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def declared(city: City) -> dict[str, dict[str, int]]:
    with city.app.app_context():
        rankings = db.session.scalars(select(JointRanking).order_by(JointRanking.slug))
        return {one.slug: {part.round.slug: part.weight for part in one.parts} for one in rankings}


def post(city: City, **changes: Any) -> TestResponse:
    data = {name: value for name, value in (FILLED | changes).items() if value is not None}
    return city.browser_of(city.hall.birte).post(ADDRESS, data=data, query_string={"lang": "en"})


def test_a_ranking_is_declared_from_the_form(city: City) -> None:
    page = city.browser_of(city.hall.birte).get(ADDRESS, query_string={"lang": "en"})
    assert "from the opening of the first round on it is fixed" in words(page)
    done = post(city)
    assert (done.status_code, done.location) == (303, "/processes/integration/rankings/measures")
    assert declared(city)["measures"] == {"steering": 40, "online": 0}
    shown = words(city.browser_of().get("/processes/integration/rankings/measures?lang=en"))
    assert "Ranking of the measures" in shown
    assert "Rat der Stadt, Beschluss vom 12. Mai" in shown
    assert "2 rounds are still to be concluded" in shown


@pytest.mark.parametrize(
    "changes,message",
    [
        ({"slug": "Maßnahmen 2027"}, "small letters without accents"),
        ({"slug": "joint"}, "already is a joint ranking with the short name “joint”"),
        ({"title-de": " "}, "Please write something here"),
        ({"declared_by-de": ""}, "Please write something here"),
        ({"weight-steering": "viel"}, "“viel” is not a weight"),
        ({"weight-steering": "1.5"}, "“1.5” is not a weight"),
        ({"weight-steering": "-1"}, "“-1” is not a weight"),
        ({"weight-steering": "0"}, "At least one round needs a weight above 0"),
        ({"weight-steering": None, "weight-online": None}, "Please give at least one round a weight"),
        ({"task": "prioritise_goals"}, "asks something else than this ranking is about"),
        ({"task": None}, "Please choose one"),
        ({"slug": None}, "Please fill this in"),
        ({"title-de": "x" * 201}, "at most 200 fit"),
        ({"title-de": "a\u202eb"}, "changes the direction"),
    ],
)
def test_a_fault_is_said_at_its_place_and_what_was_typed_is_kept(
    city: City, changes: dict[str, Any], message: str
) -> None:
    answer = post(city, **changes)
    assert answer.status_code in {409, 422}
    assert message in words(answer)
    assert "Ranking of the measures" in answer.text
    assert set(declared(city)) == {"joint"}


def test_an_opened_round_is_no_longer_offered_and_its_weight_is_refused(city: City) -> None:
    city.open("online")
    browser = city.browser_of(city.hall.birte)
    assert "weight-online" not in browser.get(ADDRESS).text
    taken_back = browser.post("/manage/processes/integration/rankings/joint/withdraw", query_string={"lang": "en"})
    assert taken_back.status_code == 409
    assert "fixed from then on" in words(taken_back)


def test_a_declaration_is_taken_back_before_the_first_opening(city: City) -> None:
    browser = city.browser_of(city.hall.birte)
    assert "Take the declaration back" in words(browser.get("/processes/integration/rankings/joint?lang=en"))
    assert "Take the declaration back" not in words(
        city.browser_of().get("/processes/integration/rankings/joint?lang=en")
    )
    assert browser.post("/manage/processes/integration/rankings/joint/withdraw").status_code == 303
    assert declared(city) == {}


def test_only_the_office_declares(city: City) -> None:
    for address in (ADDRESS, "/manage/processes/integration/rankings/joint/withdraw"):
        assert city.browser_of(city.hall.farid).post(address, data=FILLED).status_code == 403
        assert city.browser_of(city.hall.ayse).post(address, data=FILLED).status_code == 403
    assert set(declared(city)) == {"joint"}


def declare_goals(city: City) -> None:
    """Have a joint ranking of goals declared, from which measures can take a share."""

    def draft(session: Any) -> None:
        process = session.merge(city.hall.process)
        round_ = make_round(session, process, city.now, slug="goals", option_rule=OptionRule.ALL_SUBGOALS)
        round_.task_names = [Task.PRIORITISE_GOALS.value]

    city.do(draft)
    declared_ = Declaration(
        "joint-goals",
        Task.PRIORITISE_GOALS,
        {"goals": 1},
        title={"de": "Rangliste der Ziele", "en": "Ranking of the goals"},
        declared_by={"de": "Rat der Stadt"},
    )
    city.do(services.declare_joint_ranking, "integration", declared_, actor=city.hall.birte, now=city.now)


@pytest.mark.parametrize(
    "declared,shown_as", [("20 %", "20.%"), ("1/8", "12.5.%"), ("1/3", "1/3"), ("1/1000", "0.1.%"), ("7/300", "7/300")]
)
def test_a_share_of_the_goals_is_declared_in_the_form(city: City, declared: str, shown_as: str) -> None:
    assert "Share of the goals" not in words(city.browser_of(city.hall.birte).get(ADDRESS, query_string={"lang": "en"}))
    declare_goals(city)
    assert "Share of the goals" in words(city.browser_of(city.hall.birte).get(ADDRESS, query_string={"lang": "en"}))
    done = post(city, share=declared, goals_ranking="joint-goals")
    assert done.status_code == 303
    shown = words(city.browser_of().get("/processes/integration/rankings/measures?lang=en"))
    assert re.search(rf"{shown_as} of each measure's joint figure come from the goals that it serves", shown)
    assert "Ranking of the goals" in shown


@pytest.mark.parametrize(
    "changes,field",
    [
        ({"share": "a fifth", "goals_ranking": "joint-goals"}, "share"),
        ({"share": "120 %", "goals_ranking": "joint-goals"}, "share"),
        ({"share": "20 %"}, "goals_ranking"),
        ({"goals_ranking": "joint-goals"}, "share"),
    ],
)
def test_a_share_that_cannot_be_meant_is_said_at_its_field(city: City, changes: dict[str, str], field: str) -> None:
    declare_goals(city)
    page = post(city, **changes)
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert "measures" not in declared(city)
