"""A browser that several people vote on, one after the other."""

import re
from datetime import timedelta
from typing import Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from participation.accounts.models import SignInSession, SubjectKind
from participation.audit.models import AuditRecord
from participation.core.permissions import Role
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.rounds.models import SharedTablet
from participation.rounds.rules import TABLET_IDLE
from tests.factories.people import official
from tests.factories.town import WORKSHOP, Town
from tests.support.pages import words
from tests.support.people import sign_in

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

BALLOT: Final = "/rounds/workshop/ballot"


@pytest.fixture
def town(app: Flask) -> Town:
    town = Town(app)
    town.round("workshop", **WORKSHOP)
    return town


@pytest.fixture
def tablet(town: Town) -> FlaskClient:
    """Return a browser that Farid made a shared tablet."""
    browser = town.as_(town.cast.farid)
    made = browser.post("/manage/rounds/workshop/tablets", data={"label": "Table 3"})
    assert (made.status_code, made.location) == (303, "/tablet")
    return browser


def vote(tablet: FlaskClient, code: str, *order: str) -> None:
    assert tablet.post("/tablet", data={"code": code}).location == BALLOT
    sent = {"order": list(order), "based_on": "0", "request_token": code}
    assert tablet.post(f"{BALLOT}/cast", data=sent).location == f"{BALLOT}/receipt"


def test_whoever_makes_a_tablet_is_signed_out_and_it_leads_nowhere_else(town: Town, tablet: FlaskClient) -> None:
    assert tablet.get_cookie("session") is None
    with town.app.app_context():
        acts = db.session.scalars(select(AuditRecord.action)).all()
        open_sessions = db.session.scalars(select(SignInSession.id).where(SignInSession.revoked_at.is_(None))).all()
    assert "tablet.made" in acts
    assert open_sessions == []
    for path in (
        "/",
        "/manage",
        "/processes/integration",
        "/online/workshop",
        BALLOT,
        "/account",
        "/rounds/other/ballot",
    ):
        answer = tablet.get(path)
        assert (answer.status_code, answer.location) == (303, "/tablet"), path
    assert tablet.get("/api/v1/rounds/workshop/standing").get_json()["code"] == "on_shared_tablet"
    page = tablet.get("/tablet?lang=en")
    assert page.headers["Cache-Control"] == "no-store"
    assert "Choose your language" in words(page)
    assert 'href="/manage' not in page.text
    assert "/sign-in" not in page.text


def test_one_voter_after_the_other_and_nothing_stays(town: Town, tablet: FlaskClient) -> None:
    first, second = town.codes("workshop", 2)
    tablet.get("/tablet?lang=tr")
    vote(tablet, first, "M01", "M02")
    receipt = tablet.get(f"{BALLOT}/receipt?lang=en")
    assert receipt.headers["Cache-Control"] == "no-store"
    assert "Finish and clear" in words(receipt)
    (shown,) = re.findall(r'class="code"[^>]*>(.*?)</span>\s*</p>', receipt.text, re.DOTALL)
    code = re.sub(r"<[^>]+>|\s", "", shown)
    done = tablet.post("/tablet/finish")
    assert done.location == "/tablet"
    assert done.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert [tablet.get_cookie(name) for name in ("session", "language", "form")] == [None, None, None]
    for path in (BALLOT, f"{BALLOT}/receipt", f"{BALLOT}/review"):
        assert tablet.get(path).location == "/tablet"
    assert (
        tablet.post(f"{BALLOT}/cast", data={"order": ["M03"], "based_on": "1", "request_token": "x"}).location
        == "/tablet"
    )
    tablet.post("/tablet", data={"code": second})
    page = tablet.get(f"{BALLOT}?lang=en")
    assert page.status_code == 200
    assert "0 of " in words(page)
    assert 'name="order"' not in page.text.split("<template")[0]
    assert code not in page.text
    # The first voter's page, sent again by the browser's Back, carries the token of a form that is no more.
    again = tablet.post(f"{BALLOT}/cast", data={"order": ["M01"], "based_on": "0", "q": "two words"}, csrf=False)
    assert again.status_code == 400
    assert "two words" not in again.text


def test_a_tablet_forgets_by_itself(town: Town, tablet: FlaskClient) -> None:
    (code,) = town.codes("workshop")
    tablet.post("/tablet", data={"code": code})
    with town.app.app_context(), transaction() as session:
        row = session.scalars(select(SignInSession).where(SignInSession.subject_kind == SubjectKind.CODE)).one()
        assert row.expires_at - utcnow() <= TABLET_IDLE
        session.execute(update(SignInSession).values(expires_at=utcnow() + timedelta(seconds=40)))
    page = tablet.get(BALLOT)
    assert page.status_code == 200
    assert 'content="300;url=/tablet?fresh=1"' in page.text
    with town.app.app_context(), transaction() as session:
        assert session.scalars(
            select(SignInSession.expires_at).where(SignInSession.revoked_at.is_(None))
        ).one() - utcnow() > timedelta(minutes=4)
        session.execute(update(SignInSession).values(created_at=utcnow() - timedelta(hours=11, minutes=58)))
        session.execute(update(SignInSession).values(expires_at=utcnow() + timedelta(minutes=1)))
    assert tablet.get(BALLOT).status_code == 200
    with town.app.app_context(), transaction() as session:
        assert session.scalars(
            select(SignInSession.expires_at).where(SignInSession.revoked_at.is_(None))
        ).one() - utcnow() < timedelta(minutes=3)
        session.execute(update(SignInSession).values(expires_at=utcnow()))
    assert tablet.get("/tablet/pulse").status_code == 410
    over = tablet.get(BALLOT)
    assert over.location == "/tablet?over=1"
    cleared = tablet.get(over.location)
    assert (cleared.location, cleared.headers["Clear-Site-Data"]) == ("/tablet?over=1", '"cache", "storage"')
    assert "The page was cleared" in words(tablet.get("/tablet?over=1&lang=en"))


def test_a_tab_that_was_left_open_does_not_end_the_vote_in_another(town: Town, tablet: FlaskClient) -> None:
    (code,) = town.codes("workshop")
    tablet.post("/tablet", data={"code": code})
    assert tablet.get("/tablet?fresh=1").status_code == 200
    assert tablet.get(BALLOT).status_code == 200
    with town.app.app_context(), transaction() as session:
        session.execute(update(SignInSession).values(expires_at=utcnow() + timedelta(seconds=90)))
    assert tablet.get("/tablet?fresh=1").location == "/tablet?over=1"
    assert tablet.get(BALLOT).location == "/tablet"
    assert tablet.get("/tablet?fresh=1").location == "/tablet"


def test_the_first_page_forgets_whoever_did_not_finish(town: Town, tablet: FlaskClient) -> None:
    (code,) = town.codes("workshop")
    tablet.post("/tablet", data={"code": code})
    assert tablet.get("/tablet").location == "/tablet"
    assert tablet.get_cookie("session") is None
    assert tablet.get(BALLOT).location == "/tablet"


def test_codes_of_other_rounds_and_wrong_ones_are_refused(town: Town, tablet: FlaskClient) -> None:
    town.round("elsewhere", **WORKSHOP)
    (other,) = town.codes("elsewhere")
    page = tablet.post("/tablet?lang=en", data={"code": other})
    assert page.status_code == 422
    assert "This code belongs to another round" in words(page)
    assert tablet.post("/tablet", data={"code": "ABCD"}).status_code == 422


def test_only_an_official_takes_a_tablet_back(town: Town, tablet: FlaskClient) -> None:
    assert tablet.get("/tablet/leave").location == "/sign-in?next=/tablet/leave"
    assert tablet.get("/sign-in").status_code == 200
    sign_in(tablet, town.cast.ayse.id)
    assert tablet.get("/tablet/leave").status_code == 403
    assert tablet.get(BALLOT).location == "/tablet?over=1"
    assert tablet.get("/manage").location == "/tablet"
    sign_in(tablet, town.cast.farid.id)
    assert tablet.get("/manage").location == "/tablet"
    assert tablet.get("/tablet/leave").status_code == 200
    assert tablet.post("/tablet/leave").location == "/"
    assert tablet.get_cookie("tablet") is None
    assert tablet.get("/").status_code == 200
    assert tablet.get("/tablet").status_code == 404


def test_an_official_without_a_second_factor_takes_a_tablet_back_and_does_nothing_else(
    town: Town, tablet: FlaskClient
) -> None:
    sign_in(tablet, town.cast.ayse.id, strong=False)
    assert tablet.get("/tablet/leave").status_code == 403
    sign_in(tablet, town.cast.farid.id, strong=False)
    assert tablet.get("/sign-in/second-factor?next=/tablet/leave").location == "/tablet/leave"
    assert tablet.get("/manage").location == "/tablet"
    sign_in(tablet, town.cast.farid.id, strong=False)
    asked = tablet.get("/tablet/leave?lang=en")
    assert "End the shared use of this device" in words(asked)
    assert "When you are done, press the button" not in words(asked)
    assert tablet.post("/tablet/leave").location == "/"
    assert tablet.get_cookie("tablet") is None
    assert tablet.get("/manage").status_code in {302, 303}


def test_a_tablet_is_ended_from_afar_and_at_the_end_of_its_day(town: Town, tablet: FlaskClient) -> None:
    (code,) = town.codes("workshop")
    tablet.post("/tablet", data={"code": code})
    farid = town.as_(town.cast.farid)
    with town.app.app_context():
        public_id = db.session.scalars(select(SharedTablet.public_id)).one()
    assert "Table 3" in words(farid.get("/manage/rounds/workshop/tablets?lang=en"))
    assert farid.post(f"/manage/rounds/workshop/tablets/{public_id}/end").status_code == 303
    gone = tablet.get(BALLOT)
    assert (gone.location, tablet.get_cookie("tablet"), tablet.get_cookie("session")) == ("/", None, None)
    assert farid.post("/manage/rounds/workshop/tablets/unknown/end").status_code == 404
    late = town.as_(town.cast.farid)
    late.post("/manage/rounds/workshop/tablets", data={})
    with town.app.app_context(), transaction() as session:
        session.execute(update(SharedTablet).values(expires_at=utcnow()))
    assert late.get("/tablet").location == "/"


def test_who_may_make_one_and_for_which_round(town: Town) -> None:
    town.round("online")
    assert town.as_(town.cast.ayse).post("/manage/rounds/workshop/tablets").status_code == 403
    with town.app.app_context(), transaction() as session:
        helper = official(session, "Gül", Role.FACILITATOR, None, now=utcnow())
    assert town.as_(helper).post("/manage/rounds/workshop/tablets").location == "/tablet"
    assert "This browser is not a shared tablet." in words(town.as_().get("/tablet?lang=en"))
