"""Sign-in links and mails of a demonstration, for its own machine only."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from participation.accounts.models import SignInSession
from participation.app import create_app
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.rounds.kinds import Eligibility, KindName
from participation.rounds.models import CodeBatch, Round
from participation.site.demo import first_code
from participation.tally.kinds import BallotKind
from tests.factories.city import lindenhafen
from tests.factories.people import Cast, cast
from tests.http.test_ballot_pages import Place
from tests.support.clients import Client
from tests.support.databases import Backend

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def demo(backend: Backend) -> Iterator[Flask]:
    app = create_app(backend.settings(demo=True))
    app.test_client_class = Client
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def people(demo: Flask) -> Cast:
    with demo.app_context(), transaction() as session:
        now = utcnow()
        return cast(session, lindenhafen(session, now), now=now)


@pytest.fixture
def visitor(demo: Flask, people: Cast) -> FlaskClient:
    return demo.test_client()


def test_a_visitor_becomes_anybody_at_the_press_of_a_button(visitor: FlaskClient) -> None:
    page = visitor.get("/demo/enter/moderator")
    assert "Farid" in page.text
    assert visitor.get("/account").status_code == 302
    answer = visitor.post("/demo/enter/moderator")
    assert (answer.status_code, answer.location) == (303, "/manage")
    assert "farid@lindenhafen.example" in visitor.get("/account").text
    visitor.post("/demo/enter/citizen")
    assert "ayse@lindenhafen.example" in visitor.get("/account").text


def test_a_foreign_page_cannot_press_it(visitor: FlaskClient) -> None:
    assert visitor.post("/demo/enter/moderator", csrf=False).status_code == 400


@pytest.mark.parametrize("role", ["nobody", "code", "administrator"])
def test_whoever_is_not_there_is_not_found(visitor: FlaskClient, role: str) -> None:
    assert visitor.post(f"/demo/enter/{role}").status_code == 404


@pytest.mark.parametrize(
    "host, address",
    [("evil.example", "127.0.0.1"), ("localhost", "203.0.113.7"), ("127.0.0.1.evil.example", "127.0.0.1")],
)
def test_other_machines_and_names_find_nothing(visitor: FlaskClient, host: str, address: str) -> None:
    for path in ("/demo/", "/demo/enter/moderator", "/demo/mails"):
        answer = visitor.get(path, base_url=f"http://{host}/", environ_base={"REMOTE_ADDR": address})
        assert answer.status_code == 404


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000", "[::1]"])
def test_this_machine_goes_by_several_names(visitor: FlaskClient, host: str) -> None:
    assert visitor.get("/demo/", base_url=f"http://{host}/").status_code == 200


def test_mails_are_read_on_a_page_and_never_kept(visitor: FlaskClient) -> None:
    assert "No mail yet" in visitor.get("/demo/mails").text
    visitor.post("/sign-in", data={"email": "ayse@lindenhafen.example"})
    page = visitor.get("/demo/mails").text
    assert "ayse@lindenhafen.example" in page
    assert "http://localhost/sign-in/" in page


def test_outside_a_demonstration_none_of_this_exists(client: FlaskClient, app: Flask) -> None:
    assert not [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/demo")]
    for path in ("/demo/", "/demo/enter/moderator", "/demo/mails"):
        assert client.get(path).status_code == 404


def test_the_command_line_prints_a_link_for_each_role(demo: Flask, people: Cast, app: Flask) -> None:
    printed = demo.test_cli_runner().invoke(args=["demo", "links"]).output.splitlines()
    assert "Farid, moderator: http://localhost/demo/enter/moderator" in printed
    assert len(printed) == 7
    refused = app.test_cli_runner().invoke(args=["demo", "links"])
    assert refused.exit_code == 1
    assert "not a demonstration" in refused.output


def test_a_grave_step_wants_one_more_press_in_a_demonstration(demo: Flask, visitor: FlaskClient) -> None:
    visitor.post("/demo/enter/office")
    with demo.app_context(), transaction() as session:
        session.execute(update(SignInSession).values(strong_at=utcnow() - timedelta(minutes=11)))
    people_page = "/manage/processes/integrationskonzept/people"
    role = {"email": "neu@lindenhafen.example", "display_name": "Neue Person", "role": "steering"}
    asked = visitor.post(
        people_page, data=role, headers={"Referer": f"http://localhost{people_page}", "Origin": "http://localhost"}
    )
    assert (asked.status_code, "Neue Person" in asked.text) == (403, True)
    way = f"/sign-in/second-factor?next={people_page}"
    assert f'href="{way}"' in asked.text
    assert 'action="/demo/confirm"' in visitor.get(way).text
    assert visitor.post("/demo/confirm", data={"next": people_page}).location == people_page
    assert visitor.post(people_page, data=role).status_code == 303


def test_the_link_of_a_code_leads_to_one_that_still_holds(app: Flask) -> None:
    place = Place(app, kind=BallotKind.RANKING, eligibility=Eligibility.CODES)
    with app.app_context(), transaction() as session:
        session.get_one(Round, place.round_id).kind = KindName.CITIZENS
        assert first_code(session) is not None
        for batch in session.scalars(select(CodeBatch)):
            batch.expires_at = utcnow() - timedelta(seconds=1)
        session.flush()
        assert first_code(session) is None
