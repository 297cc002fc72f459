"""The ground on which acts are tried: one application on a small world that is put back after every change."""

import sqlite3
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from participation.accounts.queries import account_by_id, actor_of
from participation.core.actor import ANONYMOUS, Actor, ActorKind
from participation.extensions import db
from participation.outbox.mail import Mail
from participation.outbox.models import Job
from participation.outbox.worker import work_of
from participation.storage import engines
from tests.factories.world import SCOPE, World, make_world
from tests.http.abuse.acts import CAST, NOTHING, Act, Spot, address
from tests.support.clients import Client
from tests.support.people import sign_in, sign_in_with_code

READS = frozenset({"GET", "HEAD", "OPTIONS"})
_SQLITE: Any = getattr(engines, "sqlite_driver", None) or sqlite3  # never two libraries on one file


class Ground:
    """An application with the world in its database, and everybody at their browser."""

    def __init__(self, app: Flask, file: Path) -> None:
        self.app = app
        self.file = file
        self.world: World = make_world(app)
        self.tokens = {who: self._sign_in(who) for who in CAST}
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        self._live = _SQLITE.connect(file, check_same_thread=False)
        self._kept = _SQLITE.connect(":memory:", check_same_thread=False)
        self._live.backup(self._kept)
        self._actors: dict[str, Actor] = {}
        self._clients: dict[str, FlaskClient] = {}
        self._version = self._seen()

    def _sign_in(self, who: str) -> str:
        client = self.app.test_client()
        if who == "code":
            sign_in_with_code(client, self.world.code_id)
        elif who in self.world.people:
            sign_in(client, self.world.people[who])
        cookie = client.get_cookie("session")
        return cookie.value if cookie else ""

    def actor(self, who: str) -> Actor:
        """Return whom the program takes somebody for."""
        if who not in self._actors:
            self._actors[who] = self._actor(who)
        return self._actors[who]

    def _actor(self, who: str) -> Actor:
        if who == "anonymous":
            return ANONYMOUS
        if who == "code":
            return Actor(ActorKind.CODE, self.world.code_id)
        with self.app.app_context():
            account = account_by_id(db.session(), self.world.people["office" if who == "token" else who])
            return actor_of(account, scopes=[SCOPE.value] if who == "token" else None)

    def client(self, who: str) -> FlaskClient:
        """Return somebody's browser."""
        if who not in self._clients:
            client = self._clients[who] = self.app.test_client()
            if self.tokens[who]:
                client.set_cookie("session", self.tokens[who])
        return self._clients[who]

    def send(self, rule: Rule, method: str, act: Act, spot: Spot, *, csrf: bool = True) -> TestResponse:
        """Send what an act is, as somebody."""
        path = address(rule, act, spot)
        return self.request(spot.who, method, path, {} if method in READS else act.body(spot), csrf=csrf)

    def request(
        self, who: str, method: str, path: str, body: dict[str, Any], *, csrf: bool = True, **more: Any
    ) -> TestResponse:
        """Send a request as somebody: JSON or files to the API, a form to a page."""
        client = self.client(who)
        headers: dict[str, str] = dict(more.pop("headers", None) or NOTHING)
        is_api, kind = path.startswith("/api/"), "data"
        if is_api and csrf and isinstance(client, Client) and who not in {"token", "anonymous"}:
            headers["X-CSRFToken"] = client.form_token()
        if is_api and who == "token":
            headers["Authorization"] = f"Bearer {self.world.bearer}"
        if is_api and method not in READS and "file" not in body:
            kind = "json"
        if method not in READS:
            more[kind] = body
        return client.open(path, method=method, headers=headers, csrf=csrf, **more)

    def has_changed(self) -> bool:
        """Say whether anybody has written since this was last asked."""
        before, self._version = self._version, self._seen()
        return before != self._version

    def content(self) -> dict[str, list[tuple[object, ...]]]:
        """Return everything in the database, by table."""
        names = self._live.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {name: self._live.execute(f'SELECT * FROM "{name}"').fetchall() for (name,) in names}  # noqa: S608

    def letters(self) -> list[Mail]:
        """Return the mails that wait to be sent, as they will be."""
        with self.app.app_context():
            known = work_of(self.app).letters
            jobs = db.session.query(Job).filter(Job.name.in_(known)).order_by(Job.id).all()
            written = [known[job.name](db.session(), job.payload) for job in jobs]
        return [mail for mail in written if mail is not None]

    def renew(self) -> None:
        """Put everything back as it was, and everybody's cookies too."""
        self._kept.backup(self._live)
        self._clients.clear()
        self._version = self._seen()

    def _seen(self) -> int:
        return int(self._live.execute("PRAGMA data_version").fetchone()[0])
