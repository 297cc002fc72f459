"""Everybody reads what is stored about them on a page, as a file and over the interface."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from participation.accounts.models import SignInSession
from participation.core.permissions import Role
from participation.core.windows import utcnow
from participation.extensions import transaction
from tests.factories.city import lindenhafen
from tests.factories.people import official, person
from tests.support.people import sign_in
from tests.support.scenes import api

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def test_page_file_and_interface_say_the_same(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        process = lindenhafen(session, utcnow())
        account_id = official(session, "Farid", Role.MODERATOR, process, now=utcnow()).id
        person(session, "Ayşe", now=utcnow())
    client = sign_in(app.test_client(), account_id)
    assert "/account/stored" in client.get("/account").text
    page = client.get("/account/stored?lang=en").text
    assert "farid@lindenhafen.example" in page
    assert "Moderator" in page
    assert "ayse@" not in page
    file = client.get("/account/stored.json")
    assert file.headers["Content-Disposition"].startswith("attachment")
    written, answered = json.loads(file.text), api(client, "GET", "/account/stored").json
    for one in (written, answered):
        one.pop("made_at")
    assert written == answered
    assert [row["role"] for row in written["stored"]["roles"]] == ["moderator"]


def test_nobody_reads_it_without_signing_in(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/account/stored.json").status_code == 302
    assert client.get("/api/v1/account/stored").status_code == 401


def test_an_official_shows_the_second_factor_anew_before_taking_it_along_or_deleting(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        process = lindenhafen(session, utcnow())
        farid = official(session, "Farid", Role.MODERATOR, process, now=utcnow()).id
        ayse = person(session, "Ayşe", now=utcnow()).id
    client = app.test_client()

    def answers(who: str, *, strong: bool, hours: int) -> list[int]:
        sign_in(client, who, strong=strong)
        with app.app_context(), transaction() as session:
            for seen in session.scalars(select(SignInSession)):
                seen.created_at -= timedelta(hours=hours)
                seen.strong_at = seen.strong_at and seen.strong_at - timedelta(hours=hours)
        return [
            client.get("/account/stored.json").status_code,
            api(client, "GET", "/account/stored").status_code,
            client.post("/account/delete", data={"email": "nobody@example.org"}).status_code,
            api(client, "POST", "/account/erasure", json={"email": "nobody@example.org"}).status_code,
        ]

    refused, let_in = [302, 403, 403, 403], [200, 200, 422, 422]
    assert answers(farid, strong=True, hours=5) == refused
    assert answers(farid, strong=False, hours=0) == refused
    assert answers(farid, strong=True, hours=0) == let_in
    assert answers(ayse, strong=False, hours=5) == let_in
