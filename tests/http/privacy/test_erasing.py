"""Deleting one's account on the pages, over the API and, for those who write a letter, on the command line."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from participation.accounts.models import Account
from participation.ballots.guard import key_store
from participation.ballots.models import Participation
from participation.ballots.services import cast_ballot, open_round
from participation.core.actor import SYSTEM, Actor
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from tests.factories.results import make_hall
from tests.factories.votes import make_round
from tests.support.people import sign_in
from tests.support.scenes import api

ADDRESS = "aye@example.org"
"""What the factory makes of Ayşe."""


@pytest.fixture
def ayse(app: Flask) -> str:
    """Let Ayşe vote in an open round, and return her id."""
    with app.app_context(), transaction() as session:
        hall = make_hall(session, utcnow())
        make_round(session, hall.process, utcnow(), slug="vote")
        open_round(session, "vote", actor=SYSTEM, now=utcnow(), keys=key_store())
        vote(hall.ayse)
        return hall.ayse.id


def vote(actor: Actor) -> None:
    cast_ballot(
        db.session(),
        "vote",
        ["M1"],
        actor=actor,
        now=utcnow(),
        request_token="form",
        based_on=0,
        keys=key_store(),
    )


def is_gone(app: Flask, account_id: str) -> bool:
    with app.app_context():
        registered = db.session.scalars(select(Participation.participant)).all()
        assert len(registered) == 1
        return db.session.get(Account, account_id) is None and not registered[0].startswith("account:")


def come_back(app: Flask) -> FlaskClient:
    """Sign Ayşe's address up anew."""
    with app.app_context(), transaction() as session:
        account = Account(email=ADDRESS, language="en", created_at=utcnow(), verified_at=utcnow(), grants=[])
        session.add(account)
        session.flush()
        account_id = account.id
    return sign_in(app.test_client(), account_id)


def test_the_page_says_first_what_follows_and_asks_for_the_address(app: Flask, ayse: str) -> None:
    client = sign_in(app.test_client(), ayse)
    assert "/account/delete" in client.get("/account?lang=en").text
    page = client.get("/account/delete?lang=en").text
    assert "Your ballot stays in the box and is counted." in page
    assert "What comes first?" in page
    wrong = client.post("/account/delete", data={"email": "olena@example.org"})
    assert wrong.status_code == 422
    assert "not the address of the account" in wrong.text
    assert client.post("/account/delete", data={"email": ""}).status_code == 422
    assert not is_gone(app, ayse)
    done = client.post("/account/delete", data={"email": f" {ADDRESS.upper()} "})
    assert (done.status_code, done.location) == (303, "/")
    assert is_gone(app, ayse)
    assert client.get("/account").status_code in {302, 303, 401}
    again = come_back(app)
    ballot = again.get("/rounds/vote/ballot?lang=en")
    assert ballot.status_code == 409
    assert "nobody can vote twice" in ballot.text
    assert api(again, "GET", "/rounds/vote/ballot").json["code"] == "voted_before_erasure"
    for page in ("/rounds/vote", "/rounds/vote/options"):
        shown = again.get(f"{page}?lang=en", follow_redirects=True)
        assert 'href="/rounds/vote/ballot"' not in shown.text
    door = again.get("/rounds/vote?lang=en", follow_redirects=True).text
    assert "nobody can vote twice" in door
    assert "You have not voted yet" not in door
    assert 'href="/rounds/vote/ballot"' not in ballot.text


def test_the_api_says_and_does_the_same(app: Flask, ayse: str) -> None:
    client = sign_in(app.test_client(), ayse)
    assert api(client, "GET", "/account/erasure").json == {
        "voted_in": ["vote"],
        "contributions": 0,
        "claims": 0,
        "drafts": 0,
        "roles": 0,
        "bodies": 0,
        "left_voiceless": [],
    }
    refused = api(client, "POST", "/account/erasure", json={"email": "olena@example.org"})
    assert (refused.status_code, refused.json["code"]) == (422, "address_differs")
    assert api(client, "POST", "/account/erasure", json={"email": ADDRESS}).status_code == 204
    assert is_gone(app, ayse)


def test_a_letter_is_carried_out_on_the_command_line(app: Flask, ayse: str) -> None:
    runner = app.test_cli_runner()
    declined = runner.invoke(args=["user", "erase", ADDRESS], input="n\n")
    assert declined.exit_code == 1
    assert "Stays: the ballot in vote." in declined.output
    assert not is_gone(app, ayse)
    done = runner.invoke(args=["user", "erase", ADDRESS, "--yes"])
    assert done.exit_code == 0, done.output
    assert is_gone(app, ayse)
    assert runner.invoke(args=["user", "erase", ADDRESS, "--yes"]).exit_code == 1
