"""A round with a program for each voter, and clients who cast over HTTP and keep what was acknowledged."""

import http.client
import json
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import flask_migrate
from sqlalchemy import insert

from participation.accounts.models import Account, ApiToken
from participation.app import create_app
from participation.ballots.guard import key_store
from participation.ballots.services import open_round
from participation.config import Settings
from participation.core.actor import SYSTEM
from participation.core.ids import fingerprint, new_id
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from tests.factories.votes import make_measures, make_process, make_round

SLUG: Final = "online"
OPTIONS: Final = tuple(f"M{number:02}" for number in range(1, 13))
PATIENCE: Final = 60
"""Seconds after which a reply that does not come is a fault of the test's surroundings."""


@dataclass(frozen=True)
class Voter:
    """Somebody with an account and a program that may cast for it."""

    account_id: str
    token: str


@dataclass(frozen=True)
class Acknowledged:
    """A reply that somebody got: the receipt, and where the watch that was kept meanwhile stood."""

    voter: Voter
    receipt: str
    seen_at: int


def make_election(settings: Settings, voters: int) -> tuple[str, list[Voter]]:
    """Migrate a database and open a round in which so many people may vote; return the round's id and them."""
    app, now = create_app(settings), utcnow()
    people = [Voter(new_id(), f"participation_{secrets.token_urlsafe(24)}") for _ in range(voters)]
    with app.app_context():
        flask_migrate.upgrade()
        with transaction() as session:
            process = make_process(session, now)
            make_measures(session, process, OPTIONS, now)
            round_ = make_round(session, process, now, slug=SLUG)
            open_round(session, SLUG, actor=SYSTEM, now=now, keys=key_store())
            accounts = [
                {"id": one.account_id, "language": "de", "created_at": now, "verified_at": now} for one in people
            ]
            session.execute(insert(Account), accounts)
            tokens = [
                {
                    "account_id": one.account_id,
                    "name": "program",
                    "fingerprint": fingerprint(one.token),
                    "scopes": [Permission.BALLOT_CAST.value],
                    "created_at": now,
                    "expires_at": now + timedelta(days=1),
                    "last_used_on": now.date(),
                }
                for one in people
            ]
            session.execute(insert(ApiToken), tokens)
        db.session.remove()
        db.engine.dispose()
    return round_.id, people


def make_draft(settings: Settings, names: Sequence[str]) -> None:
    """Migrate a database, make people, and set up a round that is not open yet."""
    app, now = create_app(settings), utcnow()
    with app.app_context():
        flask_migrate.upgrade()
        with transaction() as session:
            process = make_process(session, now)
            make_measures(session, process, OPTIONS, now)
            make_round(session, process, now, slug=SLUG)
            account = {"language": "de", "created_at": now, "verified_at": now}
            session.execute(insert(Account), [account | {"id": new_id(), "display_name": name} for name in names])
        db.session.remove()
        db.engine.dispose()


def choice(number: int) -> list[str]:
    """Return some ranking of three."""
    return [OPTIONS[(number * 7 + place * 5) % len(OPTIONS)] for place in range(3)]


def cast_all(
    port: int, voters: Sequence[Voter], clients: int, seen_at: Callable[[], int] = lambda: 0
) -> list[Acknowledged]:
    """Let clients cast a ballot for each voter, one after the other; every one of them has to be acknowledged."""
    with ThreadPoolExecutor(clients) as pool:
        turns = [pool.submit(_cast_in_turn, port, voters[number::clients], seen_at) for number in range(clients)]
        return [one for turn in turns for one in turn.result()]


def _cast_in_turn(port: int, voters: Sequence[Voter], seen_at: Callable[[], int]) -> list[Acknowledged]:
    acknowledged = []
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    for number, voter in enumerate(voters):
        body = json.dumps({"content": choice(number), "based_on": 0})
        headers = {
            "Authorization": f"Bearer {voter.token}",
            "Idempotency-Key": voter.account_id,
            "Content-Type": "application/json",
        }
        connection.request("PUT", f"/api/v1/rounds/{SLUG}/ballot", body, headers)
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != http.client.OK:
            raise AssertionError(f"{answer.status}: {said[:500]!r}")
        acknowledged.append(Acknowledged(voter, json.loads(said)["receipt"], seen_at()))
    connection.close()
    return acknowledged
