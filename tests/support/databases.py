"""Databases for tests: SQLite and PostgreSQL, migrated once, every test on a fresh one.

A database of its own rather than a transaction that is rolled back, so that commits are commits: locks, BEGIN
IMMEDIATE, triggers and a second connection behave in a test as they do in a city hall.
"""

import fcntl
import secrets
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import flask_migrate
import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from participation.app import create_app
from participation.config import Settings
from participation.extensions import db

BACKENDS: Final = ("sqlite", "postgresql")


@contextmanager
def once_per_run(shared: Path, name: str) -> Iterator[bool]:
    """Let one worker do something for all of a run; yield whether it is this one's turn to do it."""
    done = shared / f"{name}.done"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not done.exists()
        done.touch()


def migrate(settings: Settings) -> None:
    """Bring a database to the newest revision, as `participation db upgrade` does."""
    app = create_app(settings)
    with app.app_context():
        flask_migrate.upgrade()
        db.session.remove()
        db.engine.dispose()


class Backend(ABC):
    """One worker's database of one kind; `renew` replaces it by a fresh copy of a template."""

    name: str

    def __init__(self, home: Path) -> None:
        self.data_dir = home / "data"

    @property
    @abstractmethod
    def url(self) -> str:
        """Return the address of the database, the same for every test of a worker."""

    @abstractmethod
    def renew(self, template: str = "migrated") -> None:
        """Make the database a fresh copy of a template; nothing may be connected to it."""

    @abstractmethod
    def empty(self) -> None:
        """Make the database one without any table."""

    @abstractmethod
    def keep_as(self, template: str) -> None:
        """Keep the database as it is now as a template for the other tests of the run."""

    def settings(self, **overrides: object) -> Settings:
        """Return settings of an application on this database."""
        return Settings.for_tests(
            **{"data_dir": self.data_dir, "database_url": self.url, "keys_dir": self.data_dir / "keys", **overrides}
        )

    def _clear_folder(self) -> None:
        shutil.rmtree(self.data_dir, ignore_errors=True)
        self.data_dir.mkdir(parents=True)


class Sqlite(Backend):
    """A file; a copy of it takes a millisecond."""

    name = "sqlite"

    def __init__(self, home: Path, shared: Path) -> None:
        super().__init__(home / "sqlite")
        self._shared = shared

    @property
    def url(self) -> str:
        return f"sqlite:///{self.data_dir / 'participation.sqlite'}"

    @property
    def _file(self) -> Path:
        return self.data_dir / "participation.sqlite"

    def _template(self, name: str) -> Path:
        return self._shared / f"{name}.sqlite"

    def renew(self, template: str = "migrated") -> None:
        self._clear_folder()
        shutil.copyfile(self._template(template), self._file)
        keys = self._template(template).with_suffix(".keys")
        if keys.exists():
            shutil.copytree(keys, self.data_dir / "keys")

    def empty(self) -> None:
        self._clear_folder()

    def keep_as(self, template: str) -> None:
        shutil.copyfile(self._file, self._template(template))
        keys = self.data_dir / "keys"
        if keys.exists():
            shutil.copytree(keys, self._template(template).with_suffix(".keys"))


_MAKE: Final = """
    SELECT md5(string_agg(part, ' ' ORDER BY part)) FROM (
        SELECT format('%s %s %s', c.relname, a.attname, a.atttypid) AS part
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'public'::regnamespace
        UNION ALL SELECT format('%s %s', tgname, tgenabled) FROM pg_trigger
        UNION ALL SELECT format('%s %s', conname, conbin) FROM pg_constraint
        UNION ALL SELECT format('%s %s', proname, prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT version_num FROM alembic_version
    ) AS parts
"""
"""Everything of a database but its rows, in one word."""

_REVISION: Final = "alembic_version"
_MOST_SWEEPS: Final = 100
"""After so many tests a database is copied anew, because deleted rows stay where they lay."""


class Postgresql(Backend):
    """A database of a server.

    To copy a template takes 100 milliseconds, so one whose tables are as they were is swept instead, in three.
    """

    name = "postgresql"

    def __init__(self, home: Path, shared: Path, server: str, worker: str) -> None:
        super().__init__(home / "postgresql")
        self._shared = shared
        self._server = make_url(server)
        self._prefix = database_prefix(shared)
        self._database = f"{self._prefix}_{worker}"
        self._make = ""
        self._tables: list[str] = []
        self._sweeps = 0

    @property
    def url(self) -> str:
        url: URL = self._server.set(drivername="postgresql", database=self._database)
        return url.render_as_string(hide_password=False)

    def _template(self, name: str) -> str:
        return f"{self._prefix}_{name}"

    def _address(self, database: str | None = None) -> str:
        address = self._server.set(drivername="postgresql", database=database or self._server.database)
        return address.render_as_string(hide_password=False)

    def _execute(self, *statements: sql.Composed) -> None:
        with psycopg.connect(self._address(), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def _copy(self, source: str | None, target: str) -> None:
        names = {"target": sql.Identifier(target), "source": sql.Identifier(source or "template0")}
        self._execute(
            sql.SQL("DROP DATABASE IF EXISTS {target} WITH (FORCE)").format(**names),
            sql.SQL("CREATE DATABASE {target} TEMPLATE {source}").format(**names),
        )

    def renew(self, template: str = "migrated") -> None:
        self._clear_folder()
        keys = self._shared / f"{template}.postgresql.keys"
        if keys.exists():
            shutil.copytree(keys, self.data_dir / "keys")
        if template == "migrated" and self._swept():
            return
        self._copy(self._template(template), self._database)
        self._make = self._look() if template == "migrated" else ""

    def empty(self) -> None:
        self._clear_folder()
        self._copy(None, self._database)
        self._make = ""

    def _look(self) -> str:
        """Note what a database without rows looks like, and its tables."""
        with psycopg.connect(self._address(self._database)) as connection:
            named = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            self._tables = [name for (name,) in named if name != _REVISION]
            self._sweeps = 0
            return _word(connection)

    def _swept(self) -> bool:
        """Delete all rows if that makes the database what a copy would be; say whether it did."""
        if not self._make or self._sweeps >= _MOST_SWEEPS:
            return False
        with psycopg.connect(self._address(self._database), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            if _word(connection) != self._make:
                return False
            asked = (sql.SQL("(SELECT {} FROM {} LIMIT 1)").format(name, sql.Identifier(name)) for name in self._tables)
            used = connection.execute(sql.SQL(" UNION ALL ").join(asked)).fetchall()
            connection.execute("SET session_replication_role = replica")  # neither triggers nor references hold
            for (name,) in used:
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
        self._sweeps += 1
        return True

    def keep_as(self, template: str) -> None:
        keys = self.data_dir / "keys"
        if keys.exists():
            shutil.copytree(keys, self._shared / f"{template}.postgresql.keys")
        self._copy(self._database, self._template(template))


def _word(connection: psycopg.Connection[tuple[str]]) -> str:
    row = connection.execute(_MAKE).fetchone()
    return row[0] if row else ""


def database_prefix(shared: Path) -> str:
    """Return with what the names of a run's databases begin, so that several runs may use one server."""
    run = shared / "postgresql.run"
    with once_per_run(shared, "run") as mine:
        if mine:
            run.write_text(secrets.token_hex(4))
    return f"participation_test_{run.read_text()}"


def drop_databases(server: str, shared: Path) -> None:
    """Leave nothing behind on a server that lives on after the run."""
    if not (shared / "postgresql.run").exists():
        return
    address = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        prefix = database_prefix(shared)
        left = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [f"{prefix}_"])
        for (name,) in left.fetchall():
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def load_example_city(settings: Settings) -> None:
    """Fill a migrated database as `participation demo load` does."""
    app = create_app(settings)
    with app.app_context():
        answer = app.test_cli_runner().invoke(args=["demo", "load"])
    if answer.exit_code:
        raise RuntimeError(f"the example city could not be loaded: {answer.output}") from answer.exception
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def prepare(backend: Backend, shared: Path) -> Backend:
    """Migrate the template of this kind of database once per run."""
    with once_per_run(shared, f"migrated-{backend.name}") as mine:
        if mine:
            backend.empty()
            migrate(backend.settings())
            backend.keep_as("migrated")
    return backend


def renew_with_example_city(backend: Backend, shared: Path) -> None:
    """Make the database a fresh copy of the example city, which is loaded once per run."""
    with once_per_run(shared, f"demo-{backend.name}") as mine:
        if mine:
            backend.renew()
            load_example_city(backend.settings(demo=True))
            backend.keep_as("demo")
    backend.renew("demo")
