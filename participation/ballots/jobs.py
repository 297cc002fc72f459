"""Work of ballots for after the commit: a round's key is destroyed, due rounds are closed, people are reminded."""

import logging
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, cast

from flask import current_app, render_template
from flask_babel import gettext as _
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from participation.ballots.guard import key_store
from participation.ballots.keys import DESTROY_KEY, KeysMissing
from participation.ballots.queries import has_due_rounds
from participation.ballots.reminders import (
    AT_ONCE,
    REMINDER_MAIL,
    due_reminders,
    file_reminders,
    forget_reminders,
    reminder_still_due,
    rounds_near_their_end,
    something_to_forget,
    switch_off_token,
)
from participation.ballots.services import close_due_rounds
from participation.core.languages import reading_order
from participation.core.windows import utcnow
from participation.extensions import transaction
from participation.outbox.mail import Mail
from participation.outbox.worker import Handler, Letter
from participation.rounds.models import Round
from participation.rounds.queries import extensions_of
from participation.texts.queries import wording
from participation.web.locale import force_language
from participation.web.redirects import absolute_url
from participation.web.rendering import end_in_words

log = logging.getLogger("participation.ballots")

LOCK_WAIT: Final = "5s"
"""A backup that reads the box for longer must not keep voters of other rounds waiting behind the vacuum."""

READER_PATIENCE: Final = 20.0
"""Seconds for which a vacuum waits for readers that began before it, while nobody waits for the vacuum."""

REMINDING_PAUSE: Final = timedelta(minutes=5)
_LOOKED_AT: Final = "participation.reminders_looked_at"

_OLDER_READERS: Final = text(
    "SELECT pg_snapshot_xmin(pg_current_snapshot()) <= CAST(:mark AS xid8) OR EXISTS ("
    "SELECT FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database() "
    "AND greatest(age(backend_xmin), age(backend_xid)) > age(CAST(:mark AS xid8)::xid))"
)
"""Whether anything that began before the mark still runs: a writer in any database of the server, because every new
snapshot, the vacuum's own among them, reaches back to the oldest one; or a reader of this database."""


class StillRead(RuntimeError):
    """Somebody still reads the database as it was before the conclusion, so that it cannot be cleared yet.

    Neither database raises this by itself: SQLite answers that it was busy, and PostgreSQL carries the deleted rows
    that a reader could ask for over to the new file.
    """


def destroy_round_key(session: Session, payload: Mapping[str, Any]) -> None:
    """Destroy a concluded round's key and clear the places where its ballots lay. Twice does no harm.

    Everybody relies on this after a conclusion, so that the log says what is left each time that it fails.
    """
    round_id = str(payload["round_id"])
    session.rollback()  # a vacuum cannot run while this session still reads
    unreached: KeysMissing | None = None
    try:
        key_store().destroy(round_id)
    except KeysMissing as missing:
        log.error("%s; it may still hold the key of the concluded round %s", missing, round_id)  # noqa: TRY400 - the worker traces it
        unreached = missing
    except Exception:
        log.error("the key of the concluded round %s is still there", round_id)  # noqa: TRY400 - the worker traces it
        raise
    engine = cast("Engine", session.get_bind())
    try:
        _VACUUM[engine.dialect.name](engine)
    except Exception:
        log.error("files of the database may still hold the old box of the concluded round %s", round_id)  # noqa: TRY400 - the worker traces it
        raise
    if unreached is not None:
        raise unreached


def close_due(session: Session, now: datetime) -> None:
    """Close rounds whose time is over; a look that finds none takes no lock."""
    due = has_due_rounds(session, now)
    session.rollback()
    if due:
        with transaction() as writing:
            close_due_rounds(writing, now=now)


def remind_now_and_then(session: Session, now: datetime) -> None:
    """File reminders every few minutes, because a look reads whole rolls; at once where the clock was put back.

    Every worker looks for itself; what two of them find at the same moment is filed once (ballots.reminders).
    """
    looked_at: datetime | None = current_app.extensions.get(_LOOKED_AT)
    if looked_at is None or not looked_at <= now < looked_at + REMINDING_PAUSE:
        remind(session, now)
        current_app.extensions[_LOOKED_AT] = now


def remind(session: Session, now: datetime) -> int:
    """File the reminders that are due, some in each transaction, and forget those of rounds that are over."""
    filed = 0
    for round_id in rounds_near_their_end(session, now):
        due = due_reminders(session, session.get_one(Round, round_id), now)
        session.rollback()
        for start in range(0, len(due), AT_ONCE):
            with transaction() as writing:
                filed += file_reminders(writing, round_id, due[start : start + AT_ONCE], now=now)
    forgets = something_to_forget(session)
    session.rollback()
    if forgets:
        with transaction() as writing:
            forget_reminders(writing)
    return filed


def render_reminder(session: Session, payload: Mapping[str, Any]) -> Mail | None:
    """Render a reminder in its reader's language; it names the round and its end, and nothing else of anybody.

    Whoever has voted meanwhile, or wants none any more, gets none.
    """
    found = reminder_still_due(session, str(payload["reminder"]), utcnow())
    if found is None:
        return None
    _reminder, account, round_ = found
    settings = current_app.config["SETTINGS"]
    zone, extensions = round_.process.time_zone, extensions_of(session, round_.id)
    languages = reading_order(account.language, round_.process.default_language)
    token = switch_off_token(settings.secret_key, account.id)
    off = absolute_url("ballots.stop_reminders", account=account.id, token=token)
    with force_language(account.language):
        until = end_in_words(round_.closes_at, zone)
        return Mail(
            to=str(account.email),
            subject=_("Reminder: you can vote until %(moment)s", moment=until),
            text=render_template(
                "ballots/mails/reminder.txt",
                title=wording(round_.title, languages).body,
                until=until,
                link=absolute_url(round_.body.endpoint, slug=round_.slug),
                first=end_in_words(datetime.fromisoformat(extensions[0].facts["from"]), zone) if extensions else None,
                reason=wording(extensions[-1].reason, languages).body if extensions and extensions[-1].reason else None,
                off=off,
            ),
            unsubscribe=off,
        )


def _vacuum_sqlite(engine: Engine) -> None:
    # Not through a Connection, whose begin would open a transaction first.
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("VACUUM")
        busy, _pages, _copied = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        cursor.close()
        if busy:
            raise StillRead("a reader keeps the log in which the deleted ballots still stand")
    finally:
        connection.close()


def _vacuum_postgresql(engine: Engine) -> None:
    # FULL writes the table anew, so that no page keeps what a deleted row held.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _outlast_readers(connection)
        _vacuum_tables(connection)
        # A page of a table of which nothing is known would be found by sorting all of it.
        connection.execute(text("ANALYZE counted_ballots"))
        _leave_log_behind(connection)


def _outlast_readers(connection: Connection) -> None:
    """Wait until nobody can still see the rows that were deleted; a vacuum would carry them over to the new file.

    Raises StillRead when a reader, such as a backup, takes longer; the job is then tried again.
    """
    mark = connection.execute(text("SELECT pg_current_xact_id()::text")).scalar_one()
    patience = time.monotonic() + READER_PATIENCE
    while connection.execute(_OLDER_READERS, {"mark": mark}).scalar_one():
        if time.monotonic() > patience:
            raise StillRead
        time.sleep(0.1)


def _vacuum_tables(connection: Connection) -> None:
    connection.execute(text(f"SET lock_timeout = '{LOCK_WAIT}'"))
    try:
        connection.execute(text("VACUUM (FULL) ballots"))
    finally:
        connection.execute(text("RESET lock_timeout"))


def _leave_log_behind(connection: Connection) -> None:
    """Have PostgreSQL begin a new file of its write-ahead log and give up those in which people voted.

    In them each ballot stands beside the participant who cast it. Whether the program's role may ask for this, and
    whether files are deleted or kept for later use, is up to whoever runs the server; what is left undone is logged.
    """
    try:
        connection.execute(text("SELECT pg_switch_wal()"))
        connection.execute(text("CHECKPOINT"))
    except ProgrammingError:
        log.warning("this role may not make PostgreSQL give up old files of its log; %s", _LOG_REMAINS)
        return
    if connection.execute(text("SHOW wal_recycle")).scalar_one() == "on":
        log.warning("PostgreSQL keeps old files of its log for later use (wal_recycle); %s", _LOG_REMAINS)


_LOG_REMAINS: Final = "until they are overwritten, they show who cast which ballot of the concluded round"

_VACUUM: Final[Mapping[str, Callable[[Engine], None]]] = {
    "sqlite": _vacuum_sqlite,
    "postgresql": _vacuum_postgresql,
}

ENDLESS: Final = frozenset({DESTROY_KEY})
"""A round whose key stays would not be secret for good, whatever its page says."""

JOBS: Final[Mapping[str, Handler]] = {DESTROY_KEY: destroy_round_key}
LETTERS: Final[Mapping[str, Letter]] = {REMINDER_MAIL: render_reminder}
TICKS: Final[Mapping[str, Callable[[Session, datetime], object]]] = {
    "ballots.close_due_rounds": close_due,
    "ballots.remind": remind_now_and_then,
}
