"""After the conclusion nothing is left that says whose ballot was whose; due rounds are closed by the clock."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import create_engine, make_url, select, text, update

from participation.ballots import jobs
from participation.ballots.guard import key_store
from participation.ballots.jobs import StillRead, close_due, destroy_round_key
from participation.ballots.keys import KeysMissing, KeyStore
from participation.ballots.models import Ballot
from participation.ballots.queries import key_remains
from participation.ballots.services import cast_ballot, close_round, detach_ballots, open_round
from participation.core.actor import SYSTEM, Actor
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.outbox.models import Job
from participation.outbox.services import MAX_ATTEMPTS
from participation.outbox.worker import run_one_job
from participation.rounds.models import Round
from participation.rounds.rules import RoundState
from tests.factories.votes import make_measures, make_person, make_process, make_round
from tests.support.databases import Backend, Sqlite

SLUG = "online-1"


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def voters(now: datetime) -> list[Actor]:
    """Return people who have each cast a ballot in an open round."""
    with transaction() as session:
        process = make_process(session, now)
        make_measures(session, process, ["M01", "M02", "M03"], now)
        make_round(session, process, now, slug=SLUG)
        open_round(session, SLUG, actor=SYSTEM, now=now, keys=key_store())
        people = [make_person(session, f"Person{number}", now) for number in range(20)]
    for person in people:
        with transaction() as session:
            cast_ballot(
                session,
                SLUG,
                ["M03", "M01"],
                actor=person,
                now=now,
                request_token="form",
                based_on=0,
                keys=key_store(),
            )
    return people


def conclude(now: datetime) -> str:
    with transaction() as session:
        round_ = close_round(session, SLUG, actor=SYSTEM, now=now)
        detach_ballots(session, round_.id, now=now)
    return round_.id


def traces(backend: Backend, needles: list[str]) -> list[str]:
    """Return which of the texts still stand somewhere in the database's files, or in the table's on PostgreSQL."""
    if isinstance(backend, Sqlite):
        stored = b"".join(path.read_bytes() for path in backend.data_dir.glob("participation.sqlite*"))
        return [needle for needle in needles if needle.encode() in stored]
    with transaction() as session:
        session.execute(text("CHECKPOINT"))
        path = session.execute(text("SELECT pg_relation_filepath('ballots')")).scalar_one()
        read = text("SELECT encode(pg_read_binary_file(:path), 'escape')")
        stored_text = session.execute(read, {"path": path}).scalar_one()
    return [needle for needle in needles if needle in stored_text]


def test_the_key_is_destroyed_and_no_file_of_the_database_keeps_a_ballots_key(
    backend: Backend, voters: list[Actor], now: datetime
) -> None:
    ballot_keys = list(db.session.scalars(select(Ballot.ballot_key)))
    requests = list(db.session.scalars(select(Ballot.request)))
    assert traces(backend, ballot_keys) == ballot_keys
    round_id = conclude(now)
    assert key_store().holds(round_id)
    destroy_round_key(db.session(), {"round_id": round_id})
    assert not key_store().holds(round_id)
    db.session.remove()
    db.engine.dispose()
    assert traces(backend, ballot_keys + requests) == []


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_afterwards_postgresql_knows_how_many_ballots_were_counted_and_finds_a_page_of_them_by_the_key(
    backend: Backend, voters: list[Actor], now: datetime
) -> None:
    known = text("SELECT reltuples FROM pg_class WHERE relname = 'counted_ballots'")
    with transaction() as session:
        session.execute(text("ANALYZE counted_ballots"))
    round_id = conclude(now)
    assert db.session.scalar(known) == 0
    destroy_round_key(db.session(), {"round_id": round_id})
    assert db.session.scalar(known) == len(voters)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_while_a_reader_keeps_the_log_the_job_is_not_done(
    backend: Backend, voters: list[Actor], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("participation.storage.engines.BUSY_TIMEOUT_MS", 50)
    ballot_keys = list(db.session.scalars(select(Ballot.ballot_key)))
    db.session.remove()
    db.engine.dispose()
    with db.engine.connect() as reader:
        reader.execute(select(Ballot.receipt)).all()
        round_id = conclude(now)
        with pytest.raises(StillRead):
            destroy_round_key(db.session(), {"round_id": round_id})
        assert traces(backend, ballot_keys) == ballot_keys
    destroy_round_key(db.session(), {"round_id": round_id})
    db.session.remove()
    db.engine.dispose()
    assert traces(backend, ballot_keys) == []


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_reader_who_could_still_see_the_ballots_makes_the_job_wait_for_another_time(
    backend: Backend, voters: list[Actor], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ballot_keys = list(db.session.scalars(select(Ballot.ballot_key)))
    reading = db.engine.connect().execution_options(isolation_level="REPEATABLE READ")
    reading.execute(select(Round.slug)).all()  # no lock on the box, but a view of it as it was
    round_id = conclude(now)
    monkeypatch.setattr(jobs, "READER_PATIENCE", 0.3)
    with pytest.raises(StillRead):
        destroy_round_key(db.session(), {"round_id": round_id})
    # What the wait is for: a vacuum beside the reader keeps every row that the reader could ask for.
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (FULL) ballots"))
    assert traces(backend, ballot_keys) == ballot_keys
    reading.close()
    monkeypatch.setattr(jobs, "READER_PATIENCE", 20.0)
    destroy_round_key(db.session(), {"round_id": round_id})
    assert traces(backend, ballot_keys) == []


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_writer_in_another_database_of_the_server_is_outlasted_too(
    backend: Backend, voters: list[Actor], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ballot_keys = list(db.session.scalars(select(Ballot.ballot_key)))
    elsewhere = create_engine(make_url(backend.url).set(database="postgres"))
    with elsewhere.connect() as writing:
        writing.execute(text("SELECT pg_current_xact_id()"))
        round_id = conclude(now)
        monkeypatch.setattr(jobs, "READER_PATIENCE", 0.3)
        with pytest.raises(StillRead):
            destroy_round_key(db.session(), {"round_id": round_id})
    elsewhere.dispose()
    monkeypatch.setattr(jobs, "READER_PATIENCE", 20.0)
    destroy_round_key(db.session(), {"round_id": round_id})
    assert traces(backend, ballot_keys) == []


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    "role, said",
    [
        (None, "PostgreSQL keeps old files of its log for later use"),
        ("pg_monitor", "this role may not make PostgreSQL"),
    ],
)
def test_what_is_left_of_the_log_in_which_people_voted_is_said(
    backend: Backend, role: str | None, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if role:
            connection.execute(text(f"SET ROLE {role}"))
        jobs._leave_log_behind(connection)
        connection.execute(text("RESET ROLE"))
    assert said in caplog.text
    assert "they show who cast which ballot of the concluded round" in caplog.text


def test_destroying_a_key_twice_does_no_harm(voters: list[Actor], now: datetime) -> None:
    round_id = conclude(now)
    for _time in range(2):
        destroy_round_key(db.session(), {"round_id": round_id})
    assert not key_store().holds(round_id)


def test_a_folder_of_keys_that_is_not_there_is_an_error_and_a_key_lost_for_good_is_none(
    backend: Backend, voters: list[Actor], now: datetime
) -> None:
    round_id = conclude(now)
    keys, away = backend.data_dir / "keys", backend.data_dir / "away"
    keys.rename(away)
    with pytest.raises(KeysMissing):
        destroy_round_key(db.session(), {"round_id": round_id})
    away.rename(keys)
    (keys / f"{round_id}.key").unlink()
    destroy_round_key(db.session(), {"round_id": round_id})


def test_a_key_that_cannot_be_destroyed_is_an_error_each_time_and_is_never_given_up(
    app: Flask, voters: list[Actor], now: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(_store: KeyStore, _round_id: str) -> bool:
        raise PermissionError

    round_id = conclude(now)
    with monkeypatch.context() as broken:
        broken.setattr(KeyStore, "destroy", refuse)
        for attempt in range(1, MAX_ATTEMPTS + 3):
            run_again(app)
            assert caplog.text.count(f"the key of the concluded round {round_id} is still there") == attempt
    assert key_remains(db.session(), round_id)
    db.session.rollback()
    run_again(app)
    db.session.expire_all()
    assert not key_store().holds(round_id)
    assert not key_remains(db.session(), round_id)


def run_again(app: Flask) -> None:
    """Run the job as if the time until its next attempt had passed."""
    with transaction() as session:
        session.execute(update(Job).values(due_at=utcnow() - timedelta(seconds=1)))
    assert run_one_job(app)


def test_other_rounds_keep_their_ballots_and_keys(voters: list[Actor], now: datetime) -> None:
    with transaction() as session:
        other = make_round(session, session.scalars(select(Round)).one().process, now, slug="other")
        open_round(session, "other", actor=SYSTEM, now=now, keys=key_store())
        cast = {"actor": voters[0], "now": now, "request_token": "t", "based_on": 0, "keys": key_store()}
        cast_ballot(session, "other", ["M02"], **cast)  # type: ignore[arg-type]
    destroy_round_key(db.session(), {"round_id": conclude(now)})
    assert key_store().holds(other.id)
    assert list(db.session.scalars(select(Ballot.content))) == [["M02"]]


def test_the_clock_closes_what_is_due(voters: list[Actor], now: datetime) -> None:
    def state() -> RoundState:
        db.session.expire_all()
        return db.session.scalars(select(Round.state)).one()

    close_due(db.session(), now)
    assert state() is RoundState.OPEN
    close_due(db.session(), now + timedelta(days=7))
    assert state() is RoundState.CLOSED
