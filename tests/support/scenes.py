"""The town of tests/factories/contributions.py behind a web server: everybody of the cast at their browser."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from participation.accounts.models import Organisation
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.processes.models import Process
from participation.rounds.kinds import Eligibility, KindName, Task
from participation.rounds.models import Round
from participation.rounds.rules import RoundState
from tests.factories.contributions import Town, make_town, running
from tests.support.clients import Client
from tests.support.people import sign_in, sign_in_with_code

T = TypeVar("T")
PROCESS = "/processes/integration"
API = "/api/v1"


def _town(session: Session) -> Town:
    town = make_town(session, utcnow())
    running(session, town.process, town.now, "lenkung", KindName.STEERING_GROUP, Eligibility.ROLL, (Task.COMMENT,))
    return town


class Scene:
    """A town with its rounds open now, and a client for each of its people."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.town = self.do(lambda session: make_town(session, utcnow()))
        self.do(
            lambda session: (
                running(
                    session,
                    session.merge(self.town.process),
                    utcnow(),
                    "lenkung",
                    KindName.STEERING_GROUP,
                    Eligibility.ROLL,
                    (Task.COMMENT,),
                ).slug
            )
        )
        self.visitor: FlaskClient = app.test_client()
        self.ayse = sign_in(app.test_client(), self.town.ayse.id)
        self.olena = sign_in(app.test_client(), self.town.olena.id)
        self.farid = sign_in(app.test_client(), self.town.farid.id)
        self.birte = sign_in(app.test_client(), self.town.birte.id)
        self.jens = sign_in(app.test_client(), self.town.jens.id)
        self.elif_ = sign_in(app.test_client(), self.town.elif_.id)
        self.code = sign_in_with_code(app.test_client(), self.town.code.id)

    def do(self, act: Callable[[Session], T]) -> T:
        """Do something in one transaction of its own."""
        with self.app.app_context(), transaction() as session:
            return act(session)

    def read(self, ask: Callable[[Session], T]) -> T:
        """Ask the database what is there."""
        with self.app.app_context():
            return ask(db.session())

    def put(self, slug: str, **changes: Any) -> None:
        """Change a round, for example to a state."""

        def change(session: Session) -> None:
            round_ = session.query(Round).filter(Round.slug == slug).one()
            for name, value in changes.items():
                setattr(round_, name, value)

        self.do(change)

    def close(self, slug: str) -> None:
        """End a round."""
        self.put(slug, state=RoundState.CLOSED)

    def town_now(self, session: Session) -> Town:
        """Return the town on another session."""
        town = self.town
        return replace(
            town,
            session=session,
            process=session.get_one(Process, town.process.id),
            organisation=session.get_one(Organisation, town.organisation.id),
            online=session.get_one(Round, town.online.id),
            forum=session.get_one(Round, town.forum.id),
            workshop=session.get_one(Round, town.workshop.id),
            costing=session.get_one(Round, town.costing.id),
        )


class Answer:
    """What the API answered."""

    def __init__(self, response: TestResponse) -> None:
        self.status_code = response.status_code
        self.headers = response.headers
        self.content_type = response.content_type
        self.json: Any = response.json if response.data else None


def api(client: FlaskClient, method: str, path: str, **more: Any) -> Answer:
    """Send a request to the API as a page of the site does: with the session and its token."""
    headers = {"Accept-Language": "en"}
    if isinstance(client, Client):
        headers["X-CSRFToken"] = client.form_token()
    return Answer(client.open(f"{API}{path}", method=method, headers=headers, **more))
