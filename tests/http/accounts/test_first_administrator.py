"""A fresh server: the first administrator is made on the command line, and gets in by mail and a second factor."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.http.accounts.test_sign_in import ask, link_in
from tests.support.factors import app_code

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
ANNA = "anna@stadt.example"


def get_in(app: Flask) -> FlaskClient:
    run = app.test_cli_runner()
    assert run.invoke(args=["user", "create", ANNA, "--name", "Anna Amt"]).exit_code == 0
    assert run.invoke(args=["user", "grant", ANNA, "administrator", "--everywhere"]).exit_code == 0
    anna = app.test_client()
    signed_in = anna.post(link_in(ask(anna, ANNA, next="/manage/accounts")))
    assert signed_in.location == "/sign-in/second-factor?next=/manage/accounts"
    setting_up = anna.get(signed_in.location, follow_redirects=True)
    action = re.search(r'action="(/account/security/apps\?next=[^"]+)"', setting_up.text)
    assert action
    begun = anna.post(action[1], data={"name": "Telefon"})
    secret = re.search(r"secret=([A-Z2-7]+)", anna.get(begun.location or "").text)
    assert secret
    finished = anna.post(begun.location or "", data={"code": app_code(secret[1])})
    assert 'href="/manage/accounts"' in finished.text
    return anna


def test_the_first_administrator_gets_in_and_sets_the_site_up(app: Flask) -> None:
    anna = get_in(app)
    assert "Anna Amt" in anna.get("/manage/accounts").text
    role = {"email": "birte@stadt.example", "display_name": "Birte", "role": "office"}
    assert anna.post("/manage/accounts/roles", data=role).status_code == 303


def test_signing_in_by_mail_asks_an_official_for_the_second_factor(app: Flask) -> None:
    get_in(app)
    again = app.test_client()
    answer = again.post(link_in(ask(again, ANNA)))
    assert answer.location == "/sign-in/second-factor?next=/"
    assert "Your second factor" in again.get(answer.location or "").text
    assert again.get("/manage/accounts").status_code == 302
