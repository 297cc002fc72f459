"""Setting a password and signing in with it, as a browser does it."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participation.accounts.models import Password
from participation.accounts.rules import LASTING_FAILURES
from participation.extensions import transaction
from tests.factories.people import Cast
from tests.http.accounts.test_second_factors import age_sessions, events
from tests.support.factors import add_app, app_code
from tests.support.people import sign_in
from tests.support.scenes import api

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
GOOD = "Sieben Möwen trinken Tee"
SHORT = "kq7vmxwp"
AYSE = "ayse@lindenhafen.example"


def set_password(client: FlaskClient, password: str = GOOD, **more: str) -> int:
    return client.post("/account/security/password", data={"password": password, **more}).status_code


def enter(client: FlaskClient, password: str, email: str = AYSE, **more: str) -> str | int:
    answer = client.post("/sign-in/password", data={"email": email, "password": password, **more})
    return answer.location if answer.status_code == 303 else answer.status_code


def test_a_password_signs_in_and_setting_it_signs_others_out(app: Flask, people: Cast) -> None:
    ayse, elsewhere = (sign_in(app.test_client(), people.ayse) for _ in range(2))
    before = ayse.get_cookie("session")
    assert set_password(ayse) == 303
    assert before.value != ayse.get_cookie("session").value  # type: ignore[union-attr]
    assert (ayse.get("/account").status_code, elsewhere.get("/account").status_code) == (200, 302)
    fresh = app.test_client()
    assert enter(fresh, GOOD + ".") == 422
    assert enter(fresh, GOOD, next="/account") == "/account"
    assert enter(app.test_client(), GOOD, next="//evil.example") == "/"
    assert fresh.get("/account").status_code == 200
    assert events(app) == ["password_set"]


def test_known_and_unknown_addresses_are_answered_alike(app: Flask, people: Cast) -> None:
    set_password(sign_in(app.test_client(), people.ayse))
    pages = []
    for email in (AYSE, "birte@lindenhafen.example", "nobody@lindenhafen.example"):
        answer = app.test_client().post("/sign-in/password", data={"email": email, "password": "Wrong password"})
        page = re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text).replace(email, "ADDRESS")
        pages.append((answer.status_code, page))
    assert pages[0] == pages[1] == pages[2]
    assert "Wrong password" not in pages[0][1]


def test_a_short_password_needs_the_second_factor_and_goes_with_it(
    app: Flask, people: Cast, admin: FlaskClient
) -> None:
    secret, _codes = add_app(app, people.ayse.id)
    ayse = sign_in(app.test_client(), people.ayse)
    assert set_password(ayse, SHORT) == 303
    entered = app.test_client()
    assert enter(entered, SHORT, next="/account") == "/sign-in/second-factor?next=/account"
    assert entered.get("/account").status_code == 302
    code = {"code": app_code(secret, later=1)}
    assert api(entered, "POST", "/session/second-factor", json=code).json["second_factor"] == "shown"
    (factor,) = api(entered, "GET", "/account/security").json["second_factors"]
    refused = api(entered, "DELETE", f"/account/second-factors/{factor['id']}")
    assert (refused.status_code, refused.json["code"]) == (409, "password_needs_factor")
    assert api(admin, "DELETE", f"/accounts/{people.ayse.id}/second-factors").status_code == 204
    assert enter(app.test_client(), SHORT) == 422


def test_who_signed_in_long_ago_types_the_old_password(app: Flask, people: Cast) -> None:
    ayse = sign_in(app.test_client(), people.ayse)
    age_sessions(app, 11)
    assert api(ayse, "PUT", "/account/password", json={"password": GOOD}).json["code"] == "step_up_needed"
    again = ayse.post("/account/security/password", data={"password": GOOD})
    assert (again.status_code, GOOD in again.text) == (403, False)
    sign_in(ayse, people.ayse)
    assert set_password(ayse) == 303
    age_sessions(app, 11)
    assert set_password(ayse, "Acht Störche fliegen fort", old_password="Nine storks") == 422
    assert set_password(ayse, "Acht Störche fliegen fort", old_password=GOOD) == 303
    assert enter(app.test_client(), GOOD) == 422


def test_a_password_can_be_removed(app: Flask, people: Cast) -> None:
    ayse = sign_in(app.test_client(), people.ayse)
    set_password(ayse)
    assert ayse.post("/account/security/password/remove").status_code == 303
    assert enter(app.test_client(), GOOD) == 422
    assert api(ayse, "DELETE", "/account/password").status_code == 404


def test_programs_sign_in_with_a_password_too(app: Flask, people: Cast) -> None:
    ayse = sign_in(app.test_client(), people.ayse)
    assert api(ayse, "PUT", "/account/password", json={"password": GOOD}).status_code == 204
    other = app.test_client()
    wrong = api(other, "POST", "/sign-in/password", json={"email": AYSE, "password": "x"})
    assert (wrong.status_code, wrong.json["code"]) == (422, "wrong_password")
    entered = api(other, "POST", "/sign-in/password", json={"email": AYSE, "password": GOOD})
    assert (entered.status_code, entered.json["second_factor"]) == (200, "not_needed")
    assert api(other, "GET", "/account").status_code == 200


def test_a_password_that_strangers_ended_is_said_and_replaced_after_signing_in_anew(app: Flask, people: Cast) -> None:
    ayse = sign_in(app.test_client(), people.ayse)
    set_password(ayse)
    with app.app_context(), transaction() as session:
        session.get_one(Password, people.ayse.id).failures = LASTING_FAILURES
    assert "opens nothing any more" in ayse.get("/account/security?lang=en").text
    age_sessions(app, 11)
    assert set_password(ayse, old_password=GOOD) == 403  # the old one proves nothing; signing in by mail does
    sign_in(ayse, people.ayse)
    assert set_password(ayse) == 303
    assert "opens nothing any more" not in ayse.get("/account/security?lang=en").text
    assert enter(app.test_client(), GOOD) == "/"
