"""The page of one's own account."""

import re
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from participation.core.windows import utcnow
from tests.factories.people import Cast
from tests.support.people import sign_in, sign_in_with_code

SCOPES = ["process:round:read", "process:ranking:read"]


def new_token(client: FlaskClient, **changes: object) -> str:
    until = (utcnow() + timedelta(days=30)).date().isoformat()
    answer = client.post("/account/tokens", data={"name": "Script", "scopes": SCOPES, "expires_on": until} | changes)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    found = re.search(r"participation_[\w-]{43}", answer.text)
    assert found
    return found[0]


def test_people_change_their_name_and_language(client: FlaskClient, people: Cast) -> None:
    sign_in(client, people.ayse)
    answer = client.post("/account", data={"display_name": "Ayşe K.", "language": "tr"})
    assert answer.status_code == 303
    page = client.get("/account").text
    assert 'value="Ayşe K."' in page
    assert '<html lang="tr"' in page


def test_a_name_that_cannot_be_is_kept_and_explained(client: FlaskClient, people: Cast) -> None:
    sign_in(client, people.ayse)
    answer = client.post("/account", data={"display_name": "x" * 121, "language": "tr"})
    assert answer.status_code == 422
    assert "x" * 121 in answer.text
    assert "at most 120 fit" in answer.text


def test_a_lost_phone_is_signed_out_from_the_desk(client: FlaskClient, app: Flask, people: Cast) -> None:
    phone = sign_in(app.test_client(), people.ayse)
    sign_in(client, people.ayse)
    page = client.get("/account").text
    assert "this browser" in page
    address = re.search(r"/account/sessions/\w+/revoke", page)
    assert address
    assert client.post(address[0]).status_code == 303
    assert phone.get("/account").status_code == 302
    assert client.get("/account").status_code == 200


def test_nobody_signs_others_out(client: FlaskClient, app: Flask, people: Cast) -> None:
    sign_in(client, people.ayse)
    other = sign_in(app.test_client(), people.ayse)
    address = re.search(r"/account/sessions/\w+/revoke", client.get("/account").text)
    assert address
    sign_in(client, people.olena)
    assert client.post(address[0]).status_code == 404
    assert other.get("/account").status_code == 200


def test_a_token_is_shown_once_and_acts_within_its_scopes(client: FlaskClient, app: Flask, people: Cast) -> None:
    sign_in(client, people.birte)
    secret = new_token(client)
    assert secret not in client.get("/account").text
    program = app.test_client()
    answer = program.get("/api/v1/session", headers={"Authorization": f"Bearer {secret}"})
    assert answer.json is not None
    assert (answer.json["kind"], answer.json["display_name"]) == ("account", "Birte")
    assert answer.json["scopes"] == sorted(SCOPES)
    assert answer.json["csrf_token"] is None
    refused = program.get("/api/v1/audit", headers={"Authorization": f"Bearer {secret}"})
    assert (refused.status_code, refused.json and refused.json["code"]) == (403, "not_permitted")


def test_a_revoked_token_opens_nothing(client: FlaskClient, app: Flask, people: Cast) -> None:
    sign_in(client, people.birte)
    secret = new_token(client)
    address = re.search(r"/account/tokens/\w+/revoke", client.get("/account").text)
    assert address
    assert client.post(address[0]).status_code == 303
    answer = app.test_client().get("/api/v1/session", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_is_of_no_use_on_pages(client: FlaskClient, app: Flask, people: Cast) -> None:
    sign_in(client, people.birte)
    secret = new_token(client)
    assert app.test_client().get("/account", headers={"Authorization": f"Bearer {secret}"}).status_code == 302


def test_a_token_form_with_faults_keeps_what_was_typed(client: FlaskClient, people: Cast) -> None:
    sign_in(client, people.ayse)
    answer = client.post("/account/tokens", data={"name": "My script", "scopes": [], "expires_on": "2020-01-01"})
    assert answer.status_code == 422
    assert 'value="My script"' in answer.text
    late = client.post("/account/tokens", data={"name": "x", "scopes": SCOPES, "expires_on": "2099-01-01"})
    assert "at most 366 days" in late.text


def test_whoever_came_with_a_code_has_no_account_page(client: FlaskClient, app: Flask, people: Cast) -> None:
    sign_in_with_code(client, "somecode")
    assert client.get("/account").status_code == 403
