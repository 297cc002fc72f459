"""Backup and restoring of SQLite, always through the program's own library.

VACUUM INTO copies one consistent state in one read transaction: nobody who writes waits for it, and it does not begin
anew when they do. What is deleted is not copied.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, make_url, text

from participation.backup.archive import OWNER_ONLY, Backup, Draft, Told, file_in_chunks
from participation.backup.manifest import Refused, State
from participation.backup.state import holds_data, state_of
from participation.storage import make_engine
from participation.storage.files import sync_folder

PART: Final = "database.sqlite"
IN_USE: Final = "The database is in use. Please stop the server and its worker first."
STEPS: Final = 200_000
"""After so many steps of SQLite's machine it says how far it is."""


def write_parts(engine: Engine, draft: Draft, told: Told) -> tuple[State, dict[str, tuple[str, ...]]]:
    """Write the database into a backup and return what it holds."""
    copy = draft.path.with_suffix(".sqlite")
    try:
        _vacuum_into(engine, copy, told)
        with _reading(copy) as connection:
            state = state_of(connection)
        with copy.open("rb") as file:
            draft.add(PART, file_in_chunks(file))
    finally:
        for path in _files(copy):
            path.unlink(missing_ok=True)
    return state, {}


def version_of(engine: Engine) -> str:
    """Return the version of the library."""
    with engine.connect() as connection:
        return str(connection.execute(text("SELECT sqlite_version()")).scalar_one())


class Restoring:
    """A restored database under a name that no server looks for, until it is put in its place."""

    def __init__(self, url: str, now: datetime) -> None:
        self.place, self._now = Path(make_url(url).database or ""), now
        self._copy = self.place.with_name(f".{self.place.name}.{secrets.token_hex(8)}.restoring")

    def check_place(self, *, move_aside: bool) -> None:
        """Refuse a place that somebody works in, or that holds people's data unless it is to be moved aside."""
        if not self.place.parent.is_dir():
            raise Refused(f"There is no folder {self.place.parent}.")
        if not self.place.exists():
            return
        engine = make_engine(f"sqlite:///{self.place}")
        try:
            with engine.connect() as connection:
                taken = holds_data(connection)
            if taken and not move_aside:
                raise Refused(
                    f"{self.place} holds data. Give --move-aside to keep it beside the restored database, under "
                    "another name."
                )
            _leave_alone(engine)
        finally:
            engine.dispose()

    @contextmanager
    def database(self, backup: Backup) -> Iterator[tuple[Connection, Engine]]:
        """Give the restored database, before it has its place; what is done in it is committed at the end."""
        descriptor = os.open(self._copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as file:
            for chunk in backup.read(PART):
                file.write(chunk)
        engine = make_engine(f"sqlite:///{self._copy}")
        try:
            with engine.connect() as connection:
                yield connection, engine
                connection.commit()
            _leave_alone(engine)
        finally:
            engine.dispose()

    def put_in_place(self) -> str:
        """Give the restored database its place, and return where the old one is now, "" if there was none.

        One renaming changes the place, so that a crash leaves the old database there or the new one.
        """
        with self._copy.open("rb") as file:
            if os.geteuid() == 0:  # typed by root, used by the server's user
                owner = (self.place if self.place.exists() else self.place.parent).stat()
                os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
            os.fsync(file.fileno())
        aside = ""
        if self.place.exists():
            kept = self.place.with_name(f"{self.place.name}.before-restore-{self._now:%Y%m%dT%H%M%SZ}")
            os.link(self.place, kept)
            aside = str(kept)
        self._copy.rename(self.place)
        sync_folder(self.place.parent)
        return aside

    def clear_up(self) -> None:
        """Leave nothing of a restored database that was not put in its place."""
        for path in _files(self._copy):
            path.unlink(missing_ok=True)


def _vacuum_into(engine: Engine, copy: Path, told: Told) -> None:
    descriptor = os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY)
    os.close(descriptor)  # SQLite fills an empty file, and leaves it to its owner alone
    pooled = engine.raw_connection()
    connection = pooled.driver_connection
    if connection is None:
        raise Refused("The database cannot be reached.")

    def say() -> int:
        told("copying the database", copy.stat().st_size)
        return 0

    try:
        connection.set_progress_handler(say, STEPS)
        connection.execute("VACUUM INTO ?", (str(copy),))
    except engine.dialect.loaded_dbapi.Error as reason:
        raise Refused(f"The database cannot be copied: {reason}.") from reason
    finally:
        connection.set_progress_handler(None, 0)
        pooled.close()


@contextmanager
def _reading(copy: Path) -> Iterator[Connection]:
    engine = make_engine(f"sqlite:///{copy}")
    try:
        with engine.connect() as connection:
            yield connection
        _leave_alone(engine)
    finally:
        engine.dispose()


def _leave_alone(engine: Engine) -> None:
    """Make the database one file without a log beside it; refused by SQLite while anybody else is connected."""
    pooled = engine.raw_connection()
    try:
        cursor = pooled.cursor()
        cursor.execute("PRAGMA busy_timeout=1000")
        (mode,) = cursor.execute("PRAGMA journal_mode=DELETE").fetchone()
        cursor.close()
    except engine.dialect.loaded_dbapi.OperationalError as reason:
        raise Refused(IN_USE) from reason
    finally:
        pooled.close()
    if mode != "delete":
        raise Refused(IN_USE)


def _files(path: Path) -> list[Path]:
    return [path, *(path.with_name(path.name + ending) for ending in ("-wal", "-shm", "-journal"))]
