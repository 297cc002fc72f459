"""A round from its opening to the destruction of its key, in one process, for recorders to look on.

    python -m tests.faults.whole_round FOLDER RECORD careful|careless

The database is there, migrated, with a draft of a round. After each step, once its commit was answered, the step and
the length of the record are printed. The careless one leaves the key where it is and lets the database vacuum alone.
"""

import sys
from pathlib import Path
from typing import Final

import flask_migrate
from sqlalchemy import insert, select

from participation.accounts.models import Account
from participation.app import create_app
from participation.ballots import jobs
from participation.ballots.guard import key_store
from participation.ballots.keys import KeyStore
from participation.ballots.services import cast_ballot, close_round, open_round
from participation.config import Settings
from participation.core.actor import SYSTEM, Actor, ActorKind, Grant
from participation.core.ids import new_id
from participation.core.permissions import Role
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.outbox.worker import run_due_jobs
from participation.results.concluding import confirm
from participation.results.services import request_conclusion
from tests.factories.votes import make_measures, make_process, make_round
from tests.support.servers import CODES, RANKINGS, SLUG

OFFICIALS: Final = ("Birte", "Farid")


def make_draft(settings: Settings, voters: int) -> None:
    """Migrate a database, make two officials and voters, and set up a round that is not open yet."""
    app, now = create_app(settings), utcnow()
    with app.app_context():
        flask_migrate.upgrade()
        with transaction() as session:
            process = make_process(session, now)
            make_measures(session, process, CODES, now)
            make_round(session, process, now, slug=SLUG)
            names = (*OFFICIALS, *(f"Voter {number}" for number in range(voters)))
            account = {"language": "de", "created_at": now, "verified_at": now}
            session.execute(insert(Account), [account | {"id": new_id(), "display_name": name} for name in names])
        db.session.remove()
        db.engine.dispose()


def run(folder: Path, record: Path) -> None:
    """Open, vote, close, conclude, destroy."""

    def step(name: str) -> None:
        sys.stdout.write(f"{name} {record.stat().st_size}\n")

    app = create_app(Settings.for_tests(data_dir=folder))
    with app.app_context():
        accounts = db.session.execute(select(Account.id, Account.display_name)).all()
        office = [_official(one.id) for name in OFFICIALS for one in accounts if one.display_name == name]
        with transaction() as session:
            open_round(session, SLUG, actor=SYSTEM, now=utcnow(), keys=key_store())
        step("opened")
        voters = [Actor(ActorKind.ACCOUNT, one.id) for one in accounts if one.display_name not in OFFICIALS]
        for number, voter in enumerate(voters):
            with transaction() as session:
                cast_ballot(
                    session,
                    SLUG,
                    RANKINGS[number],
                    actor=voter,
                    now=utcnow(),
                    request_token="form",
                    based_on=0,
                    keys=key_store(),
                )
        step("voted")
        with transaction() as session:
            close_round(session, SLUG, actor=SYSTEM, now=utcnow())
        with transaction() as session:
            request_conclusion(session, SLUG, actor=office[0], now=utcnow())
        confirm(SLUG, actor=office[1], now=utcnow())
        step("concluded")
        db.session.remove()  # the request that concluded is over, and reads no more
        run_due_jobs(app)
        step("destroyed")


def _official(account_id: str) -> Actor:
    return Actor(ActorKind.ACCOUNT, account_id, "", frozenset({Grant(Role.MODERATOR.value, None)}))


def _unlink_alone(store: KeyStore, round_id: str) -> bool:
    store._path(round_id).unlink(missing_ok=True)
    return True


if __name__ == "__main__":
    if sys.argv[3] == "careless":
        setattr(KeyStore, "destroy", _unlink_alone)  # noqa: B010 - mypy would have it otherwise
        jobs._VACUUM = {"sqlite": lambda _engine: None}  # type: ignore[misc]
    run(Path(sys.argv[1]), Path(sys.argv[2]))
