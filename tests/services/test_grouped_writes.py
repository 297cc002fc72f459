"""Writers of one process: in line, and committed together. Each promise has a control that breaks it and must fail."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from participation.core.errors import Conflict, DomainError, Unavailable
from participation.outbox.models import Job
from participation.storage import grouping, make_engine, write_together, write_transaction
from participation.storage.engines import WRITE
from participation.storage.grouping import TransactionLost
from tests.support.lines import PATIENCE, in_line, somebody_else_writes

Verb = Callable[[Session, str], str]


class Book:
    """A file in which names are entered, and how often something was committed to it."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.commits = engine, 0
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE names (name TEXT PRIMARY KEY)"))
        event.listen(engine, "commit", self._count)

    def _count(self, connection: Connection) -> None:
        self.commits += bool(connection.get_execution_options().get(WRITE))

    def write(self, name: str, verb: Verb) -> str:
        """Write as a request does, with a session of its own."""
        with Session(self.engine) as session:
            return write_together(session, verb, name)

    def write_alone(self, name: str) -> str:
        """Write as a close or a comment does."""
        with Session(self.engine) as session, write_transaction(session):
            return enter(session, name)

    def names(self) -> list[str]:
        """Return what is stored, in the order in which it was written."""
        with self.engine.connect() as connection:
            return list(connection.scalars(text("SELECT name FROM names ORDER BY rowid")))


def enter(session: Session, name: str) -> str:
    session.execute(text("INSERT INTO names VALUES (:name)"), {"name": name})
    return f"entered {name}"


def enter_and_refuse(session: Session, name: str) -> str:
    enter(session, name)
    raise Conflict("refused", name=name)


def enter_twice(session: Session, name: str) -> str:
    enter(session, name)
    return enter(session, name)


def enter_and_die(session: Session, name: str) -> str:
    enter(session, name)
    raise SystemExit(name)


def enter_and_lose_the_disk(session: Session, name: str) -> str:
    """Do what SQLite does by itself when the disk fails."""
    enter(session, name)
    session.connection().connection.cursor().execute("ROLLBACK")
    raise OperationalError("INSERT", None, Exception("disk I/O error"))


@pytest.fixture(autouse=True)
def one_group(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a slow machine write in one group what a fast one does."""
    monkeypatch.setattr(grouping, "LONGEST_SECONDS", PATIENCE)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    engine = make_engine(f"sqlite:///{tmp_path / 'book.sqlite'}")
    yield Book(engine)
    engine.dispose()


def together(book: Book, *entries: tuple[str, Verb]) -> list[Future[str]]:
    return in_line(book.engine, [partial(book.write, *entry) for entry in entries])


def outcomes(futures: Sequence[Future[str]]) -> list[str]:
    """Return what each was told: its answer, or what it was refused with."""
    told = []
    for future in futures:
        error = future.exception(PATIENCE)
        if error is None:
            told.append(future.result())
        else:
            told.append(error.code if isinstance(error, DomainError) else type(error).__name__)
    return told


def break_commits(book: Book) -> Callable[[], None]:
    """Let commits fail until the returned function is called."""

    def fail(connection: Connection) -> None:
        if connection.get_execution_options().get(WRITE):
            raise OperationalError("COMMIT", None, Exception("disk I/O error"))

    event.listen(book.engine, "commit", fail)
    return lambda: event.remove(book.engine, "commit", fail)


def test_those_who_wait_are_committed_together_and_each_gets_their_own_answer(book: Book) -> None:
    names = [f"name {number}" for number in range(8)]
    assert outcomes(together(book, *((name, enter) for name in names))) == [f"entered {name}" for name in names]
    assert (book.names(), book.commits) == (names, 1)


def test_a_refused_one_leaves_nothing_and_touches_nobody_else(book: Book) -> None:
    told = outcomes(
        together(
            book,
            ("Ayşe", enter),
            ("Olena", enter_and_refuse),
            ("Farid", enter),
            ("Birte", enter_twice),
            ("Farid", enter),
            ("Jens", enter),
        )
    )
    assert told == [
        "entered Ayşe",
        "refused",
        "entered Farid",
        IntegrityError.__name__,
        IntegrityError.__name__,
        "entered Jens",
    ]
    assert (book.names(), book.commits) == (["Ayşe", "Farid", "Jens"], 1)


def test_control_without_savepoints_what_was_refused_is_stored(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    def without_savepoint(connection: Connection, **options: Any) -> Session:
        return Session(connection, **options | {"join_transaction_mode": "rollback_only"})

    monkeypatch.setattr(grouping, "Session", without_savepoint)
    assert outcomes(together(book, ("Ayşe", enter), ("Olena", enter_and_refuse))) == ["entered Ayşe", "refused"]
    assert book.names() == ["Ayşe", "Olena"]


def test_the_first_may_be_refused_while_those_behind_it_are_stored(book: Book) -> None:
    assert outcomes(together(book, ("Ayşe", enter_and_refuse), ("Olena", enter))) == ["refused", "entered Olena"]
    assert book.names() == ["Olena"]


def test_a_refusal_is_raised_in_its_own_request(book: Book) -> None:
    futures = together(book, *((name, enter_and_refuse) for name in ("Ayşe", "Olena", "Farid")))
    refusals = [future.exception(PATIENCE) for future in futures]
    assert [refusal.facts["name"] for refusal in refusals if isinstance(refusal, Conflict)] == [
        "Ayşe",
        "Olena",
        "Farid",
    ]


def test_when_the_commit_fails_nobody_is_told_anything_else(book: Book) -> None:
    """Not even a refusal: it may rest on what a neighbour wrote, and that is not stored."""
    mend = break_commits(book)
    assert (
        outcomes(together(book, ("Ayşe", enter), ("Olena", enter_and_refuse), ("Farid", enter))) == ["unavailable"] * 3
    )
    mend()
    assert book.names() == []
    assert outcomes(together(book, ("Ayşe", enter), ("Farid", enter))) == ["entered Ayşe", "entered Farid"]
    assert book.names() == ["Ayşe", "Farid"]


def test_control_answers_that_count_before_the_commit_are_lost(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    carry_out = grouping._Waiting.carry_out

    def acknowledge_at_once(waiting: Any, connection: Connection) -> None:
        carry_out(waiting, connection)
        waiting.committed = True

    monkeypatch.setattr(grouping._Waiting, "carry_out", acknowledge_at_once)
    mend = break_commits(book)
    told = outcomes(together(book, ("Ayşe", enter), ("Olena", enter), ("Farid", enter)))
    mend()
    assert told[1:] == ["entered Olena", "entered Farid"]
    assert book.names() == []


def test_nobody_is_answered_before_the_commit(book: Book) -> None:
    answered: list[str] = []
    at_the_commit: list[list[str]] = []

    def look(connection: Connection) -> None:
        if connection.get_execution_options().get(WRITE):
            time.sleep(0.05)  # long enough for somebody who was told too early to say so
            at_the_commit.append(list(answered))

    event.listen(book.engine, "commit", look)

    def write_and_tell(name: str) -> None:
        answered.append(book.write(name, enter))

    in_line(book.engine, [partial(write_and_tell, name) for name in ("Ayşe", "Olena", "Farid")])
    assert at_the_commit == [[]]
    assert len(answered) == 3


def test_when_the_one_who_writes_dies_before_the_commit_the_others_are_told_that_nothing_was_saved(book: Book) -> None:
    told = outcomes(together(book, ("Ayşe", enter), ("Olena", enter_and_die), ("Farid", enter)))
    assert told == ["SystemExit", "unavailable", "entered Farid"]
    assert book.names() == ["Farid"]


def test_when_sqlite_ends_the_transaction_the_whole_group_is_told(book: Book) -> None:
    told = outcomes(together(book, ("Ayşe", enter), ("Olena", enter_and_lose_the_disk), ("Farid", enter)))
    assert told == ["unavailable", "unavailable", "entered Farid"]
    assert (book.names(), book.commits) == (["Farid"], 1)


def test_control_without_looking_for_the_transaction_somebody_is_told_what_is_not_so(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The savepoint of the next one would begin a transaction of its own, and be stored behind the group's back."""
    carry_out = grouping._Waiting.carry_out

    def look_away(waiting: Any, connection: Connection) -> None:
        with suppress(TransactionLost):
            carry_out(waiting, connection)

    monkeypatch.setattr(grouping._Waiting, "carry_out", look_away)
    told = outcomes(together(book, ("Ayşe", enter), ("Olena", enter_and_lose_the_disk), ("Farid", enter)))
    assert "entered Ayşe" in told
    assert book.names() == ["Farid"]


def test_who_waits_too_long_is_out_of_the_line_and_was_not_stored(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "BUSY_TIMEOUT_MS", 20)
    with ThreadPoolExecutor(1) as pool, somebody_else_writes(book.engine) as line:
        with pytest.raises(Unavailable):
            pool.submit(book.write, "Ayşe", enter).result(PATIENCE)
        assert len(line) == 0
    assert book.names() == []


def test_who_was_called_up_in_time_waits_for_the_truth(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one's patience ends while the first one writes for it: it is stored, and told so."""
    monkeypatch.setattr(grouping, "BUSY_TIMEOUT_MS", 200)

    def enter_slowly(session: Session, name: str) -> str:
        entered = enter(session, name)
        time.sleep(0.4)
        return entered

    assert outcomes(together(book, ("Ayşe", enter), ("Olena", enter_slowly))) == ["entered Ayşe", "entered Olena"]
    assert book.names() == ["Ayşe", "Olena"]


def test_nobody_is_overtaken_and_others_who_write_take_the_same_turn(book: Book) -> None:
    calls = [
        partial(book.write, "Ayşe", enter),
        partial(book.write, "Olena", enter),
        partial(book.write_alone, "a close"),
        partial(book.write, "Farid", enter),
        partial(book.write, "Birte", enter),
    ]
    in_line(book.engine, calls)
    assert (book.names(), book.commits) == (["Ayşe", "Olena", "a close", "Farid", "Birte"], 3)


@pytest.mark.parametrize("bound, most", [("MOST_TOGETHER", 3), ("LONGEST_SECONDS", 0)])
def test_a_group_ends(book: Book, monkeypatch: pytest.MonkeyPatch, bound: str, most: int) -> None:
    monkeypatch.setattr(grouping, bound, most)
    names = [f"name {number}" for number in range(7)]
    together(book, *((name, enter) for name in names))
    assert (book.names(), book.commits) == (names, 3 if most else 7)


def who_is_asking(book: Book) -> list[str]:
    """Let two requests write in one group and look there who is asking."""
    app = Flask(__name__)

    def whose(_session: Session, _name: str) -> str:
        return str(g.who)

    def request(name: str) -> str:
        with app.app_context():
            g.who = name
            assert whose(Session(), name) == name  # here it is known
            return book.write(name, whose)

    return outcomes(in_line(book.engine, [partial(request, name) for name in ("Ayşe", "Olena")]))


def test_a_write_has_no_request_not_even_that_of_the_one_who_writes(book: Book) -> None:
    assert who_is_asking(book) == ["RuntimeError", "RuntimeError"]


def test_control_with_the_request_at_hand_one_acts_as_another(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    class SameContext:
        def run(self, verb: Callable[..., str], *args: Any, **kwargs: Any) -> str:
            return verb(*args, **kwargs)

    monkeypatch.setattr(grouping, "Context", SameContext)
    assert who_is_asking(book) == ["Ayşe", "Ayşe"]


def test_every_write_reads_in_a_session_of_its_own_what_stands_there_now(book: Book) -> None:
    sessions: list[Session] = []

    def look_and_enter(session: Session, name: str) -> str:
        sessions.append(session)
        there = session.scalars(text("SELECT name FROM names ORDER BY rowid")).all()
        enter(session, name)
        return ", ".join(there)

    with Session(book.engine) as reader:
        before = reader.scalars(text("SELECT name FROM names")).all()  # an old view that is not looked through again
        told = outcomes(together(book, ("Ayşe", look_and_enter), ("Olena", look_and_enter)))
        mine = write_together(reader, look_and_enter, "Farid")
    assert (before, told, mine) == ([], ["", "Ayşe"], "Ayşe, Olena")
    assert len({id(session) for session in sessions}) == 3


def test_changes_made_before_are_not_taken_along(session: Session) -> None:
    """On both databases, as for any other write."""
    session.add(Job())
    with pytest.raises(RuntimeError):
        write_together(session, lambda _session: None)


def test_on_postgresql_every_call_is_a_transaction_of_its_own(session: Session) -> None:
    def transaction_of(own: Session) -> str:
        statement = "SELECT 'one'" if own.get_bind().dialect.name == "sqlite" else "SELECT pg_current_xact_id()::text"
        return str(own.scalar(text(statement)))

    first, second = (write_together(session, transaction_of) for _ in range(2))
    assert (first == second) is (session.get_bind().dialect.name == "sqlite")
