"""The database's shape: its revision, the migrations that make it, and the triggers that have to stand on it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import alembic.command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import current_app
from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.pool import StaticPool

from participation.backup.manifest import Refused
from participation.storage import engine_options, prepare_engine

VERSIONS: Final = "alembic_version"
SCRATCH: Final = "participation_check"
"""A schema of PostgreSQL in which triggers are made for comparison; it is never committed."""

_TRIGGERS: Final = {
    "sqlite": "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT c.relname, t.tgname, concat_ws(' ', t.tgenabled, t.tgtype, p.proname, p.prosrc) FROM pg_trigger t "
        "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
        "WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
    ),
}


def tables_of(connection: Connection) -> list[str]:
    """Return the names of the program's tables, that of its revision left out."""
    return sorted(set(inspect(connection).get_table_names()) - {VERSIONS})


def revision_of(connection: Connection) -> str | None:
    """Return the revision of the database's shape, None if it has none."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str:
    """Return the revision of this program."""
    return _scripts().get_current_head() or ""


def check_known(revision: str) -> None:
    """Refuse a backup whose shape this program does not know."""
    try:
        known = _scripts().get_revision(revision)
    except CommandError:
        known = None
    if known is None:
        raise Refused(
            f"The backup is of revision {revision!r}, which this program does not know (its own is "
            f"{newest_revision()!r}). Please restore it with the version that made it, or a newer one."
        )


def migrate(connection: Connection, revision: str = "head") -> None:
    """Bring the database on a connection to a revision, in the caller's transaction."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = _config()
    config.attributes["connection"] = connection
    alembic.command.upgrade(config, revision)


def triggers_of(connection: Connection) -> frozenset[tuple[str, str, str]]:
    """Return the triggers with their table, name and what they do, disabled ones told apart."""
    rows = connection.execute(text(_TRIGGERS[connection.dialect.name]))
    return frozenset((str(table), str(name), str(body)) for table, name, body in rows)


def needed_triggers(engine: Engine) -> frozenset[tuple[str, str, str]]:
    """Return the triggers that migrations make in an empty database of the same kind."""
    with _scratch(engine) as connection:
        migrate(connection)
        return triggers_of(connection)


@contextmanager
def _scratch(engine: Engine) -> Iterator[Connection]:
    """Give an empty database of the same kind that is forgotten afterwards."""
    if engine.dialect.name == "sqlite":
        scratch = prepare_engine(create_engine("sqlite://", poolclass=StaticPool, **engine_options("sqlite://")))
        with scratch.connect() as connection:
            yield connection
            connection.rollback()
        scratch.dispose()
        return
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {SCRATCH}"))
        connection.execute(text(f"SET LOCAL search_path = {SCRATCH}"))
        yield connection
        connection.rollback()


def _config() -> Config:
    config: Config = current_app.extensions["migrate"].migrate.get_config(_folder())
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _folder() -> str:
    return str(Path(current_app.extensions["migrate"].directory))
