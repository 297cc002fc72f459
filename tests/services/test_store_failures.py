"""What a failing database is taken for, and how long it is waited for."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from threading import Event, Thread

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from participation.core.errors import Unavailable
from participation.storage import CommitInDoubt, engines, write_together, write_transaction
from participation.storage.line import Line, Place, line_of
from participation.storage.patience import LOCK_SECONDS, wait_at_most

on_sqlite = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)

INSERT = text("INSERT INTO attempts (id, door, at) VALUES ('a', 'here', '2026-11-20 11:00:00')")


def fail_to_commit(engine: Engine, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let SQLite report a failure of the disk at the COMMIT."""

    def refuse(_connection: object) -> None:
        failure = engine.dialect.loaded_dbapi.OperationalError("disk I/O error")
        vars(failure)["sqlite_errorname"] = name
        raise failure

    monkeypatch.setattr(engine.dialect, "do_commit", refuse)


@on_sqlite
@pytest.mark.parametrize(
    "name, code",
    [
        ("SQLITE_FULL", "unavailable"),
        ("SQLITE_IOERR_WRITE", "unavailable"),
        ("SQLITE_BUSY", "unavailable"),
        ("SQLITE_IOERR_FSYNC", "commit_in_doubt"),
    ],
)
def test_only_a_commit_that_was_written_and_not_confirmed_is_in_doubt(
    engine: Engine, session: Session, monkeypatch: pytest.MonkeyPatch, name: str, code: str
) -> None:
    fail_to_commit(engine, monkeypatch, name)
    with pytest.raises(OperationalError) as failure, write_transaction(session):
        session.execute(INSERT)
    assert isinstance(failure.value, CommitInDoubt) == (code == "commit_in_doubt")
    with pytest.raises(Unavailable) as refused:
        write_together(session, lambda own: own.execute(INSERT).close())
    assert refused.value.code == code
    assert refused.value.facts["retry_after"]


@on_postgresql
def test_a_connection_that_breaks_at_the_commit_leaves_doubt_and_one_that_breaks_before_does_not(
    engine: Engine, session: Session
) -> None:
    def break_connection() -> None:
        own = session.scalar(text("SELECT pg_backend_pid()"))
        with engine.connect() as other:
            assert other.scalar(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": own})

    def write(*, broken: str) -> None:
        with write_transaction(session):
            if broken == "before the write":
                break_connection()
            session.execute(INSERT)
            if broken == "before the commit":
                break_connection()

    with pytest.raises(OperationalError) as before:
        write(broken="before the write")
    assert not isinstance(before.value, CommitInDoubt)
    with pytest.raises(CommitInDoubt):
        write(broken="before the commit")
    write(broken="never")  # and it goes on
    assert session.scalar(text("SELECT count(*) FROM attempts")) == 1


@pytest.fixture
def impatient() -> Iterator[None]:
    wait_at_most(0.2)
    yield
    wait_at_most(None)


@on_postgresql
def test_who_waits_gives_up_on_a_server_that_does_not_answer_and_a_job_does_not(
    engine: Engine, impatient: None
) -> None:
    with engine.connect() as connection:
        with pytest.raises(OperationalError) as failure:
            connection.execute(text("SELECT pg_sleep(60)"))
        assert failure.value.connection_invalidated
    wait_at_most(None)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_sleep(0.5)"))
        assert connection.scalar(text("SHOW lock_timeout")) == f"{LOCK_SECONDS}s"


@on_sqlite
def test_who_waited_in_vain_for_a_lock_spares_the_others_the_wait(
    engine: Engine, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_MS", 50)
    line = line_of(engine)
    with engine.connect() as other:
        other.exec_driver_sql("ROLLBACK")
        other.exec_driver_sql("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError), write_transaction(session):
            pytest.fail("the lock was not waited for")
        assert line.is_locked
        with pytest.raises(OperationalError), write_transaction(session):
            pytest.fail("the lock was not waited for")
    with write_transaction(session):
        session.execute(INSERT)
    assert not line.is_locked


class Interrupted(Place):
    """A place on which somebody presses Ctrl-C while they wait, before or after they are called."""

    __slots__ = ("meanwhile",)

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        super().__init__()
        self.meanwhile = meanwhile

    def wait(self, patience: float = -1) -> bool:
        self.meanwhile()
        raise KeyboardInterrupt


@pytest.mark.parametrize("called", [False, True])
def test_who_is_interrupted_in_the_line_leaves_no_turn_behind_that_nobody_takes(*, called: bool) -> None:
    line = Line()
    with ExitStack() as first:
        first.enter_context(line.turn(Place(), 60))
        place = Interrupted(first.close if called else lambda: None)
        with pytest.raises(KeyboardInterrupt), line.turn(place, 60):
            pytest.fail("the turn was taken")
        assert len(line) == 0
    with line.turn(Place(), 0.1):
        assert len(line) == 0


def test_while_one_tries_a_locked_database_nobody_stands_in_line_for_it() -> None:
    line, tries, go_on = Line(), Event(), Event()

    def try_it() -> None:
        with line.turn(Place(), 60):
            tries.set()
            go_on.wait(60)

    one = Thread(target=try_it)
    one.start()
    assert tries.wait(60)
    line.note_locked()
    with pytest.raises(OperationalError), line.turn(Place(), 24 * 3600):
        pytest.fail("two had the turn")
    line.note_free()
    go_on.set()
    with line.turn(Place(), 60):
        one.join(60)
