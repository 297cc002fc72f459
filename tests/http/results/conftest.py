"""A city whose two rounds can be brought to their results."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participation.ballots.guard import key_store
from participation.ballots.services import close_round, open_round
from participation.core.actor import SYSTEM, Actor
from participation.core.windows import utcnow
from participation.extensions import transaction
from participation.rounds.queries import round_by_slug
from participation.tally.ballots import Content
from participation.tally.kinds import BallotKind
from tests.factories.results import Hall, conclude, declare, fill_box, make_hall
from tests.factories.votes import make_round
from tests.support.people import sign_in

BALLOTS: dict[str, list[Content]] = {
    "steering": [["M1", "M2"], ["M1", "M2"], ["M2", "M1"], []],
    "online": [{"M1": 5, "M2": 5}, {"M3": 4, "M2": 1}, {"M1": 0}],
}
"""Counted by hand in tests/unit/results/test_snapshots.py: M1 11/16, M2 17/32, M3 11/32 with weights 3 and 1."""


@dataclass
class City:
    """Drafts `steering` and `online`, declared as `joint` with weights 3 and 1, and the officials."""

    app: Flask
    now: datetime = field(default_factory=utcnow)

    def __post_init__(self) -> None:
        with self.app.app_context(), transaction() as session:
            self.hall: Hall = make_hall(session, self.now)
            make_round(session, self.hall.process, self.now, slug="steering")
            make_round(session, self.hall.process, self.now, slug="online", ballot_kind=BallotKind.SCORE)
            self.ranking_id: str = declare(session, self.hall, {"steering": 3, "online": 1}, self.now).id

    def do(self, act: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """Run a service in a transaction of its own."""
        with self.app.app_context(), transaction() as session:
            return act(session, *args, **more)

    def open(self, slug: str) -> None:
        with self.app.app_context():
            keys = key_store()
        self.do(open_round, slug, actor=SYSTEM, now=self.now, keys=keys)

    def close(self, slug: str, ballots: list[Content] | None = None) -> None:
        self.open(slug)
        with self.app.app_context(), transaction() as session:
            fill_box(session, round_by_slug(session, slug), BALLOTS[slug] if ballots is None else ballots, self.now)
        self.do(close_round, slug, actor=SYSTEM, now=self.now)

    def conclude(self, *slugs: str) -> None:
        for slug in slugs:
            self.close(slug)
            with self.app.app_context(), transaction() as session:
                conclude(session, round_by_slug(session, slug), self.hall, self.now)

    def browser_of(self, actor: Actor | None = None) -> FlaskClient:
        """Return a browser, signed in if an actor is given."""
        client = self.app.test_client()
        return client if actor is None else sign_in(client, actor.id)


@pytest.fixture
def city(app: Flask) -> City:
    return City(app)
