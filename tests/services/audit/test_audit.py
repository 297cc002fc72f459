"""The record of officials' acts keeps what was done, and shows when somebody changed it."""

from collections.abc import Callable
from datetime import datetime
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from participation.audit.models import AuditRecord
from participation.audit.queries import AuditFilter, actions_seen, read_records
from participation.audit.services import GENESIS, first_broken_record, record
from participation.core.actor import SYSTEM
from participation.storage import write_transaction


def write(session: Session, now: datetime, count: int = 5) -> list[AuditRecord]:
    with write_transaction(session):
        return [
            record(
                session,
                "round.close",
                actor=SYSTEM,
                now=now,
                subject_kind="round",
                subject_id=f"round{number}",
                process_id=None,
                facts={"number": number, "words": "Ä"},
            )
            for number in range(count)
        ]


def unguarded(connection: Connection) -> None:
    """Take the triggers off, as somebody with the database in hand could."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE audit_records DISABLE TRIGGER ALL"))
    else:
        for verb in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER audit_records_refuses_{verb}"))


def test_every_act_carries_the_hash_of_the_one_before(session: Session, now: datetime) -> None:
    entries = write(session, now)
    assert [entry.number for entry in entries] == [1, 2, 3, 4, 5]
    assert [entry.previous_hash for entry in entries] == [GENESIS, *(entry.hash for entry in entries[:-1])]
    session.expire_all()
    assert first_broken_record(session) is None


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_records SET actor_id = 'x' WHERE number = 2", "DELETE FROM audit_records WHERE number = 2"],
)
def test_the_database_refuses_to_change_an_act(session: Session, engine: Engine, now: datetime, statement: str) -> None:
    write(session, now)
    with engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text(statement))


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_database_refuses_to_put_another_act_in_the_place_of_one(
    session: Session, engine: Engine, now: datetime
) -> None:
    write(session, now)
    replace = "INSERT OR REPLACE INTO audit_records SELECT * FROM audit_records WHERE number = 2"
    with engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text(replace))


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_the_database_refuses_to_empty_the_record(session: Session, engine: Engine, now: datetime) -> None:
    write(session, now)
    with engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text("TRUNCATE audit_records"))


@pytest.mark.parametrize(
    "statement, broken",
    [
        ("UPDATE audit_records SET actor_id = 'somebody' WHERE number = 3", 3),
        ("UPDATE audit_records SET facts = '{}' WHERE number = 3", 3),
        ("UPDATE audit_records SET action = 'round.open' WHERE number = 5", 5),
        ("UPDATE audit_records SET at = '2020-01-01 00:00:00' WHERE number = 1", 1),
        ("UPDATE audit_records SET hash = 'x' WHERE number = 4", 4),
        ("DELETE FROM audit_records WHERE number = 2", 2),
        ("DELETE FROM audit_records WHERE number = 1", 1),
    ],
)
def test_whoever_takes_the_triggers_off_and_changes_an_act_is_found_out(
    session: Session, engine: Engine, now: datetime, statement: str, broken: int
) -> None:
    write(session, now)
    with engine.begin() as connection:
        unguarded(connection)
        connection.execute(text(statement))
    session.expire_all()
    assert first_broken_record(session) == broken


def race(engine: Engine, now: datetime, act: Callable[[Session], Any]) -> list[Exception]:
    failures: list[Exception] = []

    def run() -> None:
        try:
            for _ in range(5):
                with Session(engine, expire_on_commit=False) as session, write_transaction(session):
                    act(session)
        except Exception as failure:  # noqa: BLE001 - counted by the caller
            failures.append(failure)

    threads = [Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_acts_at_the_same_moment_stand_in_one_line(engine: Engine, session: Session, now: datetime) -> None:
    failures = race(engine, now, lambda s: record(s, "x", actor=SYSTEM, now=now, subject_kind="x", subject_id="x"))
    assert not failures
    assert session.query(AuditRecord).count() == 40
    assert first_broken_record(session) is None


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_without_the_lock_they_would_not(
    engine: Engine, session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("participation.audit.services.text", lambda _statement: text("SELECT CAST(:key AS bigint)"))
    failures = race(engine, now, lambda s: record(s, "x", actor=SYSTEM, now=now, subject_kind="x", subject_id="x"))
    assert failures


def test_the_record_is_read_by_process_and_act(session: Session, now: datetime) -> None:
    with write_transaction(session):
        for action, place in (
            ("round.open", "p1"),
            ("round.close", "p1"),
            ("round.open", "p2"),
            ("account.created", None),
        ):
            record(session, action, actor=SYSTEM, now=now, subject_kind="x", subject_id=f"{place}", process_id=place)
    everything = read_records(session, AuditFilter(), page=1, per_page=3)
    assert ([entry.number for entry in everything.items], everything.pages, everything.total) == ([4, 3, 2], 2, 4)
    first = read_records(session, AuditFilter(frozenset({"p1"}), action="round.open"), page=1, per_page=10)
    assert [entry.number for entry in first.items] == [1]
    assert actions_seen(session, ["p1"]) == ["round.close", "round.open"]
    assert not read_records(session, AuditFilter(frozenset()), page=1, per_page=10).items
