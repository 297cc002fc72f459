"""Engines for SQLite (through pysqlite3) and PostgreSQL (through psycopg)."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from participation.storage.failures import tell_doubt_apart
from participation.storage.line import Place, line_of
from participation.storage.patience import be_impatient
from participation.storage.pulse import notice_lost_connections

try:
    import pysqlite3.dbapi2 as sqlite_driver
except ImportError:  # no wheel for this platform; PostgreSQL is the way there
    sqlite_driver = None

WRITE: Final = "participation_write"
"""Execution option of a connection whose transaction will write; SQLite then begins IMMEDIATE."""

BUSY_TIMEOUT_MS: Final = 15_000
LOCKED_TIMEOUT_MS: Final = 250
"""How long a lock is waited for that somebody has just waited for in vain."""
_WAITS: Final = "participation_waits"
CACHE_KIB: Final = 16_000
"""Pages kept per connection that writes; with SQLite's 2 MB, unlinking 100,000 ballots writes the same pages again and
again. Those that only read go through large tables once."""
_WRITES: Final = "participation_writes"
SAFE_SQLITE: Final = (3, 51, 3)
"""Earlier versions can corrupt a database when a WAL reset races a checkpoint."""


class UnsafeDatabase(RuntimeError):
    """No SQLite library that is safe for several writers was found."""


def engine_options(url: str) -> dict[str, Any]:
    """Return what create_engine needs for `url`, apart from the listeners of prepare_engine."""
    if make_url(url).get_backend_name() == "sqlite":
        if sqlite_driver is None and sqlite3.sqlite_version_info < SAFE_SQLITE:
            raise UnsafeDatabase(
                f"SQLite {sqlite3.sqlite_version} is not safe and there is no pysqlite3 for {sys.platform}; "
                "set PARTICIPATION_DATABASE to a PostgreSQL address"
            )
        return {"module": sqlite_driver or sqlite3, "connect_args": {"timeout": BUSY_TIMEOUT_MS / 1000}}
    return {}


def pool_options(threads: int) -> dict[str, int]:
    """Return how many connections a server may hold: one for each thread that answers, and some for its worker."""
    return {"pool_size": threads + 4, "max_overflow": 10, "pool_timeout": 10}


def make_engine(url: str) -> Engine:
    """Create an engine on which services may run."""
    return prepare_engine(create_engine(url, **engine_options(url)))


def prepare_engine(engine: Engine) -> Engine:
    """Give an SQLite engine its pragmas and its begin, one of PostgreSQL its limits; both say what they do not know."""
    if engine.dialect.name != "sqlite":
        be_impatient(engine)
        notice_lost_connections(engine)
    elif not event.contains(engine, "begin", _begin_sqlite):
        event.listen(engine, "connect", _connect_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    tell_doubt_apart(engine)
    return engine


def _connect_sqlite(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin when _begin_sqlite says so
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "trusted_schema=OFF",
        "recursive_triggers=ON",  # otherwise INSERT OR REPLACE deletes rows past the triggers that keep them
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    if not connection.get_execution_options().get(WRITE, False):
        connection.exec_driver_sql("BEGIN")
        return
    line = line_of(connection.engine)
    if _WRITES not in connection.info:
        connection.exec_driver_sql(f"PRAGMA cache_size=-{CACHE_KIB}")
        connection.info[_WRITES] = True
    _wait_for_lock(connection, LOCKED_TIMEOUT_MS if line.is_locked else BUSY_TIMEOUT_MS)
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except OperationalError:
        line.note_locked()
        raise
    line.note_free()


def _wait_for_lock(connection: Connection, milliseconds: int) -> None:
    """Let SQLite wait so long for a lock on this connection."""
    if connection.info.get(_WAITS, BUSY_TIMEOUT_MS) != milliseconds:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={milliseconds}")
        connection.info[_WAITS] = milliseconds


@contextmanager
def write_transaction(session: Session) -> Iterator[Session]:
    """Run one writing transaction on the session: commit at the end, roll back on any error.

    A read transaction that the session may still hold is ended first, because SQLite cannot turn a reader into
    a writer safely once others have written. Nothing may be pending in it, and everything that was read before the
    lock is read anew inside it: decisions rest on what is true now.
    """
    begin_anew(session)
    with _turn(session.get_bind().engine):
        session.connection(execution_options={WRITE: True})
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise


def begin_anew(session: Session) -> None:
    """End what the session may be reading, so that everything is read again and nobody's writing is held up by it."""
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes were made outside a write transaction")
    session.commit()
    session.expire_all()


def _turn(engine: Engine) -> AbstractContextManager[None]:
    """Let the threads of this process write one after the other on SQLite."""
    if engine.dialect.name != "sqlite":
        return nullcontext()
    return line_of(engine).turn(Place(), BUSY_TIMEOUT_MS / 1000)
