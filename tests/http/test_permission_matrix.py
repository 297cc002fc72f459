"""Every route names a permission and keeps out whoever does not hold it: made from the URL map, nothing is left out.

Whether a role holds a permission is asked of core.permissions; whether the program keeps to it is asked of the
program, by trying every route as everybody.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, Rule

from participation.accounts import services
from participation.accounts.queries import account_by_id, actor_of
from participation.app import create_app
from participation.core.actor import ANONYMOUS, SYSTEM, Actor, ActorKind
from participation.core.permissions import Permission, Role
from participation.core.windows import utcnow
from participation.extensions import transaction
from participation.web.guard import PERMISSION, declared_permission, is_let_in, needed_everywhere, requires
from tests.factories.city import lindenhafen
from tests.factories.people import association, delegate, official, person
from tests.support.clients import Client
from tests.support.databases import Backend
from tests.support.people import sign_in, sign_in_with_code

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

WITHOUT = frozenset({"static"})
"""Endpoints that are no views of ours: files that everybody may load."""

KEPT_OUT = frozenset({401, 403})
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SCOPE = Permission.ROUND_CLOSE


@dataclass(frozen=True)
class Try:
    """One route and method."""

    rule: str
    method: str
    endpoint: str
    path: str
    permission: Permission
    everywhere: bool

    @property
    def is_api(self) -> bool:
        return self.path.startswith("/api/")


@dataclass(frozen=True)
class Somebody:
    """Who tries, as the table of permissions knows them and as a browser or program does."""

    name: str
    actor: Actor
    client: FlaskClient
    headers: dict[str, str]


def undeclared(app: Flask) -> list[str]:
    return sorted(
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint not in WITHOUT and declared_permission(view) is None
    )


def tries(app: Flask) -> Iterator[Try]:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        permission = declared_permission(view)
        if permission is not None:
            for method in METHODS:
                if method in (rule.methods or ()):
                    yield Try(rule.rule, method, rule.endpoint, path_of(app, rule), permission, needed_everywhere(view))


def path_of(app: Flask, rule: Rule) -> str:
    """Return an address of the route: every part is 1, or the first of those that the route allows."""
    parts = {
        name: min(converter.items) if isinstance(converter, AnyConverter) else "1"
        for name, converter in rule._converters.items()
    }
    return str(app.url_map.bind("localhost").build(rule.endpoint, parts))


def everybody(app: Flask) -> list[Somebody]:
    """Return a browser for everybody who may try, and one program with a token for a single permission."""
    now = utcnow()
    with app.app_context(), transaction() as session:
        process = lindenhafen(session, now)
        holders = {role.value: official(session, role.value.title(), role, process, now=now) for role in Role}
        holders["administrator everywhere"] = official(session, "Admin", Role.ADMINISTRATOR, None, now=now)
        holders["citizen"] = person(session, "Ayşe", now=now)
        holders["delegate"] = delegate(session, association(session, process, now=now), "Olena", now=now)
        accounts = {name: account_by_id(session, account.id) for name, account in holders.items()}
        issued = services.create_token(
            session,
            accounts["office"].id,
            name="one permission",
            scopes=[SCOPE.value],
            expires_at=now + timedelta(days=1),
            actor=SYSTEM,
            now=now,
        )
    narrow = actor_of(accounts["office"], scopes=[SCOPE.value])
    return [
        Somebody("anonymous", ANONYMOUS, app.test_client(), {}),
        Somebody("code", Actor(ActorKind.CODE, "1"), sign_in_with_code(app.test_client(), "1"), {}),
        Somebody("token", narrow, app.test_client(), {"Authorization": f"Bearer {issued.secret}"}),
        *(
            Somebody(name, actor_of(account), sign_in(app.test_client(), account), {})
            for name, account in accounts.items()
        ),
    ]


def mismatch(who: Somebody, what: Try) -> str | None:
    """Try one route as somebody; return what is wrong about the answer, if anything is."""
    actor = ANONYMOUS if "Authorization" in who.headers and not what.is_api else who.actor
    headers = dict(who.headers)
    if what.is_api and isinstance(who.client, Client):
        headers["X-CSRFToken"] = who.client.form_token()
    answer = who.client.open(what.path, method=what.method, headers=headers)
    to_sign_in = answer.status_code == 302 and (answer.location or "").startswith("/sign-in?")
    if is_let_in(actor, what.permission, everywhere=what.everywhere):
        wrong = answer.status_code in KEPT_OUT or to_sign_in
    elif actor.is_anonymous and what.method == "GET" and not what.is_api:
        wrong = not to_sign_in
    else:
        wrong = answer.status_code != (401 if actor.is_anonymous else 403)
    return f"{who.name}: {what.method} {what.rule} ({what.permission}) gave {answer.status_code}" if wrong else None


def ends_the_session(what: Try) -> bool:
    return what.endpoint in {"accounts.sign_out", "api_accounts.end_session"}


def test_every_route_declares_a_permission(app: Flask) -> None:
    assert undeclared(app) == []


def test_a_route_without_a_permission_is_found(backend: Backend) -> None:
    app = create_app(backend.settings(site_name="with a route too many"))
    app.add_url_rule("/forgotten", "forgotten", lambda: "nobody thought of me")
    assert undeclared(app) == ["forgotten"]


def test_every_route_keeps_to_the_table(app: Flask) -> None:
    ordered = sorted(tries(app), key=ends_the_session)  # last, so that the sessions last until then
    wrong = [
        fault
        for who in everybody(app)
        for what in ordered
        if not (ends_the_session(what) and what is not ordered[-1]) and (fault := mismatch(who, what))
    ]
    assert wrong == []
    assert len(ordered) > 50


def test_a_demonstration_keeps_to_the_table_too(backend: Backend) -> None:
    app = create_app(backend.settings(demo=True))
    app.test_client_class = Client
    assert undeclared(app) == []
    demo = [what for what in tries(app) if what.path.startswith("/demo/")]
    assert {what.rule for what in demo} >= {"/demo/mails", "/demo/enter/<role>"}
    assert [fault for who in everybody(app) for what in demo if (fault := mismatch(who, what))] == []


def test_a_route_that_does_not_keep_to_its_permission_is_found(backend: Backend) -> None:
    app = create_app(backend.settings(site_name="with an open door"))
    app.test_client_class = Client

    def open_door() -> str:
        return "come in"

    setattr(open_door, PERMISSION, Permission.ROUND_CLOSE)
    app.add_url_rule("/open-door", "open_door", open_door)

    @requires(Permission.ACCOUNT_MANAGE)
    def shut_door() -> str:
        return "nobody gets here"

    setattr(shut_door, PERMISSION, Permission.SITE_READ)
    app.add_url_rule("/shut-door", "shut_door", shut_door)
    doors = {what.endpoint: what for what in tries(app)}
    people = {who.name: who for who in everybody(app)}
    assert mismatch(people["citizen"], doors["open_door"])
    assert mismatch(people["anonymous"], doors["open_door"])
    assert not mismatch(people["moderator"], doors["open_door"])
    assert mismatch(people["citizen"], doors["shut_door"])
    assert not mismatch(people["administrator everywhere"], doors["shut_door"])
