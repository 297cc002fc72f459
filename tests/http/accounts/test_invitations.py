"""Officials are invited by mail: in their language, with who invited them to what, and how to sign in."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from participation.accounts.models import Account, Invitation, RoleGrant
from participation.accounts.services import forget_sign_ins, something_to_forget
from participation.core.permissions import Role
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.outbox.mail import Mail
from participation.outbox.models import Job
from participation.outbox.worker import work_of
from tests.factories.city import lindenhafen
from tests.factories.people import official, person
from tests.factories.town import PROCESS
from tests.support.people import sign_in
from tests.support.scenes import api

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

MAIL = "accounts.invitation_mail"
ELIF = {"email": "elif@stadt.example", "display_name": "Elif", "language": "tr", "tell": "y"}


@pytest.fixture
def birte(app: Flask) -> FlaskClient:
    with app.app_context(), transaction() as session:
        process = lindenhafen(session, utcnow())
        account_id = official(session, "Birte", Role.OFFICE, process, now=utcnow()).id
    return sign_in(app.test_client(), account_id)


def mails(app: Flask) -> list[Mail | None]:
    """Return what the worker would send, the earliest first."""
    with app.app_context():
        letters = work_of(app).letters
        jobs = db.session.scalars(select(Job).where(Job.name == MAIL).order_by(Job.created_at)).all()
        return [letters[job.name](db.session(), job.payload) for job in jobs]


def test_somebody_new_gets_a_mail_in_their_language_and_is_shown_as_pending(app: Flask, birte: FlaskClient) -> None:
    place = f"/manage/processes/{PROCESS}/people"
    form = birte.get(f"{place}?lang=en").text
    assert 'name="language"' in form
    assert birte.post(f"{place}?lang=en", data=ELIF).status_code == 422
    done = birte.post(place, data=ELIF | {"role": ["moderator", "facilitator"]})
    assert (done.status_code, done.location) == (303, place)
    (mail,) = mails(app)
    assert mail is not None
    assert mail.to == "elif@stadt.example"
    assert "Birte" in mail.text
    assert "http://localhost/sign-in?next=/manage" in mail.text
    with app.app_context():
        account = db.session.scalars(select(Account).where(Account.email == ELIF["email"])).one()
        assert account.language == "tr"
        roles = db.session.scalars(select(RoleGrant.role).where(RoleGrant.account_id == account.id)).all()
        assert set(roles) == {Role.MODERATOR, Role.FACILITATOR}
        account_id = account.id
    page = birte.get(f"{place}?lang=en").text
    assert page.count("has not signed in yet") == 1
    listed = api(birte, "GET", f"/processes/{PROCESS}/roles").json["items"]
    assert {one["account"] for one in listed if one["invited_at"]} == {account_id}
    with app.app_context(), transaction() as session:
        session.get_one(Account, account_id).verified_at = utcnow()
    assert "has not signed in yet" not in birte.get(f"{place}?lang=en").text
    assert birte.post(f"{place}/{account_id}/invite").status_code == 404
    with app.app_context(), transaction() as session:
        assert something_to_forget(session, now=utcnow())
        forget_sign_ins(session, now=utcnow())
        assert session.scalars(select(Invitation)).all() == []


def test_the_mail_is_sent_again_but_not_without_end(app: Flask, birte: FlaskClient) -> None:
    invited = api(
        birte,
        "POST",
        f"/processes/{PROCESS}/invitations",
        json={"email": "jens@stadt.example", "roles": ["department", "moderator"]},
    )
    assert (invited.status_code, set(invited.json["roles"])) == (201, {"department", "moderator"})
    account_id = invited.json["account"]
    assert birte.post(f"/manage/processes/{PROCESS}/people/{account_id}/invite").status_code == 303
    again = f"/processes/{PROCESS}/invitations/{account_id}/resend"
    assert [api(birte, "POST", again).status_code for _ in range(4)] == [204, 204, 204, 429]
    assert len(mails(app)) == 5
    assert api(birte, "POST", f"/processes/{PROCESS}/invitations/nobody/resend").status_code == 404
    stranger = sign_in(app.test_client(), account_id)
    assert api(stranger, "POST", again).status_code == 403


def test_who_has_an_account_is_told_in_the_language_of_their_own_and_is_not_pending(
    app: Flask, birte: FlaskClient
) -> None:
    with app.app_context(), transaction() as session:
        person(session, "Ayşe", now=utcnow(), language="de")
    wanted = {"email": "ayse@lindenhafen.example", "language": "ar", "roles": ["facilitator"]}
    assert api(birte, "POST", f"/processes/{PROCESS}/invitations", json=wanted).status_code == 201
    held = api(birte, "POST", f"/processes/{PROCESS}/invitations", json=wanted)
    assert (held.status_code, held.json["code"]) == (409, "role_held")
    (mail,) = mails(app)
    assert mail is not None
    with app.app_context():
        assert db.session.scalars(select(Invitation)).all() == []
        account = db.session.scalars(select(Account).where(Account.email == wanted["email"])).one()
        assert account.language == "de"
        account_id = account.id
    assert api(birte, "DELETE", f"/processes/{PROCESS}/roles/{account_id}/facilitator").status_code == 204
    assert mails(app) == [None]  # nobody is told of a role that was taken away meanwhile


def test_nobody_invites_to_more_than_they_hold_or_without_the_right(app: Flask, birte: FlaskClient) -> None:
    wanted = {"email": "x@stadt.example", "roles": ["administrator"]}
    assert api(birte, "POST", f"/processes/{PROCESS}/invitations", json=wanted).status_code == 403
    assert api(birte, "POST", "/invitations", json=wanted).status_code == 403
    with app.app_context():
        assert db.session.scalars(select(Account).where(Account.email == wanted["email"])).all() == []
    assert mails(app) == []


def test_an_administrator_invites_to_everything(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        admin = official(session, "Admin", Role.ADMINISTRATOR, None, now=utcnow()).id
    client = sign_in(app.test_client(), admin)
    assert client.post("/manage/accounts/roles", data=ELIF | {"role": "moderator"}).status_code == 303
    assert "has not signed in yet" in client.get("/manage/accounts?lang=en").text
    with app.app_context():
        invited = db.session.scalars(select(Invitation.account_id)).one()
    assert client.post(f"/manage/accounts/{invited}/invite").status_code == 303
    assert api(client, "POST", f"/invitations/{invited}/resend").status_code == 204
    assert len(mails(app)) == 3
