"""Backup and restoring of PostgreSQL: the rows of every table as COPY gives them, in one snapshot.

The tables themselves are made by the program's migrations when a backup is restored, with their constraints and
triggers; so a backup does not depend on the version of the server, and needs none of its tools.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from participation.backup.archive import Backup, Draft, Told
from participation.backup.manifest import Refused, State
from participation.backup.schema import VERSIONS, migrate, tables_of
from participation.backup.state import holds_data, state_of
from participation.storage import make_engine

SETTINGS: Final = (
    "SET LOCAL client_encoding = 'UTF8'",
    "SET LOCAL datestyle = 'ISO, YMD'",
    "SET LOCAL timezone = 'UTC'",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL extra_float_digits = 1",
)
"""What the text of a value depends on, on both sides."""

LOCK_WAIT: Final = "60s"
LEAVING: Final = 5.0
OTHERS: Final = text(
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
_KEYS: Final = text(
    "SELECT conrelid::regclass::text AS owner, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition "
    "FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1, 2"
)
_FUNCTIONS: Final = text(
    "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace "
    "AND EXISTS (SELECT FROM pg_trigger t WHERE t.tgfoid = p.oid)"
)


def write_parts(engine: Engine, draft: Draft, told: Told) -> tuple[State, dict[str, tuple[str, ...]]]:
    """Write every table into a backup and return what they hold, all as of one moment."""
    del told  # the draft says how far it is
    with engine.connect() as connection:
        tables = tables_of(connection)
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        for statement in (*SETTINGS, f"SET LOCAL lock_timeout = '{LOCK_WAIT}'"):
            connection.exec_driver_sql(statement)
        _hold(connection, tables)
        state = state_of(connection)
        if sorted(state.tables) != tables:
            raise Refused("The tables changed while the backup began. Please take it again.")
        inspector = inspect(connection)
        columns = {table: tuple(column["name"] for column in inspector.get_columns(table)) for table in tables}
        orders = {table: inspector.get_pk_constraint(table)["constrained_columns"] for table in tables}
        for table in tables:
            draft.add(_part(table), _rows(connection, table, columns[table], orders[table]))
        connection.rollback()
    return state, columns


def version_of(engine: Engine) -> str:
    """Return the version of the server."""
    with engine.connect() as connection:
        return str(connection.execute(text("SHOW server_version")).scalar_one())


class Restoring:
    """A restored database in a transaction that nobody else sees, until it is committed."""

    def __init__(self, url: str, now: datetime) -> None:
        self._engine, self._now = make_engine(url), now
        self._move_aside = False
        self._moved = ""

    def check_place(self, *, move_aside: bool) -> None:
        """Refuse a place that somebody works in, or that holds people's data unless it is to be moved aside."""
        self._move_aside = move_aside
        with self._engine.connect() as connection:
            others = _others(connection)
            if others:
                raise Refused(
                    f"The database is in use by {others} other connections. "
                    "Please stop the server and its worker first."
                )
            if holds_data(connection) and not move_aside:
                raise Refused(
                    "The database holds data. Give --move-aside to keep it beside the restored one, in a schema of its "
                    "own, or name an empty database."
                )

    @contextmanager
    def database(self, backup: Backup) -> Iterator[tuple[Connection, Engine]]:
        """Give the restored database before anybody else sees it; it is committed at the end."""
        with self._engine.connect() as connection:
            for statement in (*SETTINGS, f"SET LOCAL lock_timeout = '{LOCK_WAIT}'"):
                connection.exec_driver_sql(statement)
            self._make_room(connection)
            migrate(connection, backup.manifest.state.schema)
            if tables_of(connection) != sorted(backup.manifest.state.tables):
                raise Refused("The backup does not hold the tables that its revision has.")
            _fill(connection, backup)
            yield connection, self._engine
            connection.commit()

    def put_in_place(self) -> str:
        """The commit has done it. Return where the old data is now, "" if there was none."""
        return self._moved

    def clear_up(self) -> None:
        """Let go of the server."""
        self._engine.dispose()

    def _make_room(self, connection: Connection) -> None:
        """Empty the place, or move what is there aside, in the transaction of the restored database."""
        tables = sorted(inspect(connection).get_table_names())
        functions = connection.execute(_FUNCTIONS).scalars().all()
        if not holds_data(connection):
            for table in tables:
                connection.exec_driver_sql(f'DROP TABLE "{table}" CASCADE')
            for function in functions:
                connection.exec_driver_sql(f"DROP FUNCTION {function}")
            return
        if not self._move_aside:
            raise Refused("The database holds data by now.")
        aside = f"before_restore_{self._now:%Y%m%dt%H%M%Sz}"
        connection.exec_driver_sql(f'CREATE SCHEMA "{aside}"')
        for table in tables:
            connection.exec_driver_sql(f'ALTER TABLE "{table}" SET SCHEMA "{aside}"')
        for function in functions:
            connection.exec_driver_sql(f'ALTER FUNCTION {function} SET SCHEMA "{aside}"')
        self._moved = f"the schema {aside}"


def _others(connection: Connection) -> int:
    """Return how many others are connected; one that has just left is given a moment to be gone."""
    patience = time.monotonic() + LEAVING
    while True:
        others: int = connection.execute(OTHERS).scalar_one()
        connection.rollback()
        if not others or time.monotonic() > patience:
            return others
        time.sleep(0.1)


def _fill(connection: Connection, backup: Backup) -> None:
    """Load every table. Its own triggers and references are off meanwhile; the references are checked as they return.

    Raises Refused where the rows do not fit the tables, or refer to rows that are not there.
    """
    keys = connection.execute(_KEYS).all()
    for key in keys:
        connection.exec_driver_sql(f"ALTER TABLE {key.owner} DROP CONSTRAINT {key.name}")
    try:
        for table, columns in sorted(backup.manifest.columns.items()):
            connection.exec_driver_sql(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
            statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), _listed(columns))
            with _cursor(connection) as cursor, cursor.copy(statement) as copy:
                for chunk in backup.read(_part(table)):
                    copy.write(chunk)
            connection.exec_driver_sql(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
        for key in keys:
            connection.exec_driver_sql(f"ALTER TABLE {key.owner} ADD CONSTRAINT {key.name} {key.definition}")
    except (psycopg.DataError, psycopg.IntegrityError, psycopg.ProgrammingError, DBAPIError) as fault:
        raise Refused(f"The rows of the backup do not fit the tables: {str(fault).splitlines()[0]}") from fault


def _rows(connection: Connection, table: str, columns: Sequence[str], order: Sequence[str]) -> Iterator[bytes]:
    """Return the rows of a table as text, in the order of their keys: that in which they came could pair two tables."""
    statement = sql.SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT").format(
        _listed(columns), sql.Identifier(table), _listed(order or columns)
    )
    with _cursor(connection) as cursor, cursor.copy(statement) as copy:
        for row in copy:
            yield bytes(row)


def _hold(connection: Connection, tables: Sequence[str]) -> None:
    """Keep the shape of all tables as it is; asked for before the first read, so that the snapshot comes after it."""
    listed = ", ".join(f'"{table}"' for table in (*tables, VERSIONS))
    connection.exec_driver_sql(f"LOCK TABLE {listed} IN ACCESS SHARE MODE")


def _listed(names: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(name) for name in names)


def _cursor(connection: Connection) -> psycopg.Cursor[Any]:
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise Refused("The database cannot be reached.")
    return driver.cursor()


def _part(table: str) -> str:
    return f"tables/{table}.copy"
