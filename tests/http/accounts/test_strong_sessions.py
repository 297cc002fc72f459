"""A role acts only in a session in which a second factor was shown, and the gravest acts want it shown just now."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from participation.accounts.models import SignInSession
from participation.app import create_app
from participation.core.permissions import Permission, Role
from participation.core.windows import utcnow
from participation.extensions import transaction
from participation.web.guard import requires
from tests.factories.people import Cast, official
from tests.support.clients import Client
from tests.support.databases import Backend
from tests.support.people import sign_in

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
AUDIT = "/api/v1/audit"


def test_a_role_does_nothing_before_the_second_factor(app: Flask, people: Cast) -> None:
    weak = sign_in(app.test_client(), people.birte, strong=False)
    assert weak.get("/account").status_code == 200
    refused = weak.get(AUDIT)
    assert (refused.status_code, refused.json["code"]) == (403, "second_factor_needed")  # type: ignore[index]
    assert weak.get("/api/v1/session").json["roles"] == []  # type: ignore[index]
    strong = sign_in(app.test_client(), people.birte)
    assert strong.get(AUDIT).status_code == 200


def test_who_holds_no_role_is_asked_for_no_second_factor(app: Flask, people: Cast) -> None:
    citizen = sign_in(app.test_client(), people.ayse, strong=False)
    refused = citizen.get(AUDIT)
    assert (refused.status_code, refused.json["code"]) == (403, "not_permitted")  # type: ignore[index]


def test_grave_acts_want_the_factor_within_ten_minutes(backend: Backend) -> None:
    app = create_app(backend.settings(site_name="with grave acts"))
    app.test_client_class = Client
    app.add_url_rule("/api/v1/grave", "grave", requires(Permission.AUDIT_READ, fresh=True)(lambda: "done"))
    with app.app_context(), transaction() as session:
        birte = official(session, "Birte", Role.OFFICE, None, now=utcnow())
    client = sign_in(app.test_client(), birte)
    answers = []
    for minutes in (9, 11):
        with app.app_context(), transaction() as session:
            session.execute(update(SignInSession).values(strong_at=utcnow() - timedelta(minutes=minutes)))
        answers.append(client.get("/api/v1/grave"))
        assert client.get(AUDIT).status_code == 200
    assert [answer.status_code for answer in answers] == [200, 403]
    assert answers[1].json["code"] == "step_up_needed"  # type: ignore[index]


@pytest.mark.parametrize(
    "path",
    [
        "/manage/rounds/no-such-round/codes",
        "/manage/rounds/no-such-round/codes/1/cards",
        "/api/v1/rounds/no-such-round/code-batches",
        "/api/v1/rounds/no-such-round/code-batches/1/cards",
        "/manage/rounds/no-such-round/paper/sheets",
        "/manage/rounds/no-such-round/paper/sheets/1/print",
        "/api/v1/rounds/no-such-round/paper/batches",
        "/api/v1/rounds/no-such-round/paper/batches/1/print",
    ],
)
def test_codes_are_made_and_shown_only_to_who_shows_the_factor(app: Flask, people: Cast, path: str) -> None:
    """A batch is as many votes: a machine that an official left must not give them away."""
    client = sign_in(app.test_client(), people.birte)
    headers = {"X-CSRFToken": client.form_token(), "Accept-Language": "en"}  # type: ignore[attr-defined]
    body: dict[str, Any] = {"json": {}} if path.startswith("/api") else {}
    asked = [client.post(path, headers=headers, **body)]
    with app.app_context(), transaction() as session:
        session.execute(update(SignInSession).values(strong_at=utcnow() - timedelta(minutes=11)))
    asked.append(client.post(path, headers=headers, **body))
    assert [answer.status_code == 403 for answer in asked] == [False, True]
