"""Running jobs: a handler per name, registered by the app; a mail is a job whose handler renders a letter.

The worker leases a job in one short transaction, runs it outside of any, and settles it in another. While it runs, a
second thread lengthens the lease. A worker that dies in between leaves the row to the next one when the lease is over,
a minute later at most, so handlers must bear being run twice.

Ticks are what comes round by the clock rather than by a row, such as closing rounds whose time is up.
"""

import atexit
import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.outbox.mail import Mail, Transport, message_id, transport_for
from participation.outbox.models import Job
from participation.outbox.services import (
    LEASE,
    file_job,
    give_up_lost_jobs,
    has_due_job,
    keep_lease,
    lease_job,
    put_job_back,
    settle_job,
)
from participation.web.logs import trace

Handler = Callable[[Session, Mapping[str, Any]], None]
"""Does a job. It is called outside of a transaction; what it writes it writes inside `transaction()`."""

Letter = Callable[[Session, Mapping[str, Any]], Mail | None]
"""Renders a mail, or None when there is nothing to say any more. It must not write."""

Tick = Callable[[Session, datetime], object]
"""Looks whether the clock asks for something and does it; called outside of a transaction, by every worker."""

T = TypeVar("T")
_EXTENSION: Final = "participation.outbox"
POLL_SECONDS: Final = 1.0
PAUSE_SECONDS: Final = 5.0
END_SECONDS: Final = 15.0
TICK_SECONDS: Final = 5.0
KEEP_EVERY: Final[float] = LEASE.total_seconds() / 3
STOPPED: Final = (SystemExit, KeyboardInterrupt)
"""What ends a worker. Nothing else does, a panic of a Rust library neither, which is no Exception."""

log = logging.getLogger("participation.worker")


class Work:
    """What an app's worker can do."""

    def __init__(self) -> None:
        self.handlers: dict[str, Handler] = {}
        self.endless: set[str] = set()
        self.losses: dict[str, Loss] = {}
        self.unhurried: set[str] = set()
        self.letters: dict[str, Letter] = {}
        self.ticks: dict[str, Tick] = {}
        self.transport: Transport | None = None


@dataclass(frozen=True, slots=True)
class Loss:
    """After how many attempts a job is given up that ends with its worker, and the job that says so to its room.

    The other job is filed with the same payload.
    """

    after: int
    then: str


@dataclass(frozen=True, slots=True)
class Leased:
    """A job in hand; the row itself is not kept, because another session may write it."""

    id: str
    name: str
    payload: Mapping[str, Any]


def work_of(app: Flask) -> Work:
    """Return the handlers of an app."""
    work: Work = app.extensions.setdefault(_EXTENSION, Work())
    return work


def register_jobs(app: Flask, jobs: Mapping[str, Handler]) -> None:
    """Add a room's handlers."""
    _add(work_of(app).handlers, jobs)


def register_endless_jobs(app: Flask, names: Collection[str]) -> None:
    """Say which jobs are tried again for as long as they fail, however often that is."""
    work_of(app).endless.update(names)


def register_losses(app: Flask, losses: Mapping[str, Loss]) -> None:
    """Say of which jobs a room wants to know that they were given up because they end their worker."""
    _add(work_of(app).losses, losses)


def register_unhurried_jobs(app: Flask, names: Collection[str]) -> None:
    """Say which jobs are done when no other is due: what takes long and may be asked for by anybody."""
    work_of(app).unhurried.update(names)


def register_letters(app: Flask, letters: Mapping[str, Letter]) -> None:
    """Add a room's mails."""
    _add(work_of(app).letters, letters)


def register_ticks(app: Flask, ticks: Mapping[str, Tick]) -> None:
    """Add what a room does by the clock."""
    _add(work_of(app).ticks, ticks)


def _add(known: dict[str, T], more: Mapping[str, T]) -> None:
    doubled = known.keys() & more.keys()
    if doubled:
        raise RuntimeError(f"two rooms do {sorted(doubled)}")
    known.update(more)


def run_due_jobs(app: Flask) -> int:
    """Run what is due until nothing is; return how many jobs were run."""
    done = 0
    while run_one_job(app):
        done += 1
    return done


def run_one_job(app: Flask) -> bool:
    """Lease, run and settle one job; say whether there was one."""
    work = work_of(app)
    with app.app_context():
        now = utcnow()
        if not has_due_job(db.session(), now=now):
            db.session.rollback()
            return False
        with transaction() as session:
            _give_up_lost(session, work, now)
            job = lease_job(session, now=now, unhurried=work.unhurried)
            leased = Leased(job.id, job.name, job.payload) if job else None
        if leased is None:
            return False
        with _kept(app, leased.id):
            error = _run(app, leased)
        with transaction() as session:
            row = session.get_one(Job, leased.id)
            if error:
                put_job_back(session, row, error, now=utcnow(), endless=leased.name in work.endless)
            else:
                settle_job(session, row, now=utcnow())
        return True


def _give_up_lost(session: Session, work: Work, now: datetime) -> None:
    lost_after = {name: loss.after for name, loss in work.losses.items()}
    for job in give_up_lost_jobs(session, now=now, endless=work.endless, lost_after=lost_after):
        log.error("job %s (%s) is given up: its worker ended at %d attempts", job.id, job.name, job.attempts)
        if job.name in work.losses:
            file_job(session, work.losses[job.name].then, job.payload, now=now)


@contextmanager
def _kept(app: Flask, job_id: str) -> Iterator[None]:
    """Keep a job's lease from running out while it is worked on, however long that takes."""
    done = threading.Event()

    def keep() -> None:
        while not done.wait(KEEP_EVERY):
            with app.app_context():
                try:
                    with transaction() as session:
                        keep_lease(session, job_id, now=utcnow())
                except SQLAlchemyError as failure:  # the store is away or busy; the next time will do
                    log.warning("the lease of job %s was not kept: %s", job_id, type(failure).__name__)

    keeper = threading.Thread(target=keep, name=f"participation-lease-{job_id}", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()


def run_ticks(app: Flask) -> None:
    """Let every room look at the clock; one that fails does not keep the others from it."""
    for name, tick in work_of(app).ticks.items():
        with app.app_context():
            try:
                tick(db.session(), utcnow())
            except STOPPED:
                raise
            except BaseException as failure:  # noqa: BLE001 - whatever it is, the other rooms' clocks go on
                db.session.rollback()
                log.error(  # noqa: TRY400 - an error's text may hold a person's words
                    "tick %s failed: %s", name, trace(failure)
                )
            finally:
                db.session.remove()


def _run(app: Flask, job: Leased) -> str:
    """Run a job and return what went wrong, in a word that holds nobody's address."""
    work = work_of(app)
    try:
        if job.name in work.letters:
            mail = work.letters[job.name](db.session(), job.payload)
            db.session.rollback()
            if mail is not None:
                settings = app.config["SETTINGS"]
                work.transport = work.transport or transport_for(settings)
                work.transport.send(mail, message_id=message_id(job.id, settings.mail_from))
        else:
            work.handlers[job.name](db.session(), job.payload)
    except STOPPED:
        raise
    except BaseException as failure:  # noqa: BLE001 - whatever it is, the job is put back
        db.session.rollback()
        log.error(  # noqa: TRY400 - an error's text may hold an address
            "job %s (%s) failed: %s", job.id, job.name, trace(failure)
        )
        return type(failure).__name__
    log.info("job %s (%s) done", job.id, job.name)
    return ""


class Worker:
    """Runs jobs and ticks until it is told to stop; the job in hand is finished first."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._stop = threading.Event()
        self._next_tick = time.monotonic()  # a clock that is put back must not hold up what goes by the clock
        self._thread = threading.Thread(target=self.run, name="participation-worker", daemon=True)

    def run(self) -> None:
        """Work until told to stop."""
        while not self._stop.is_set():
            try:
                self._run_ticks_in_time()
                if run_one_job(self._app):
                    continue
            except SQLAlchemyError as failure:  # the store is away or busy; it will be back
                log.error(  # noqa: TRY400 - nothing in the trace would help
                    "the store cannot be reached: %s", type(failure).__name__
                )
                self._stop.wait(PAUSE_SECONDS)
            except STOPPED as request:
                log.error("the worker ends: %s", trace(request))  # noqa: TRY400 - as above
                raise
            except BaseException as failure:  # noqa: BLE001 - without this thread no round would close any more
                log.error("the worker goes on after %s", trace(failure))  # noqa: TRY400 - as above
                self._stop.wait(PAUSE_SECONDS)
            self._stop.wait(POLL_SECONDS)

    def _run_ticks_in_time(self) -> None:
        """Look at the clock between any two jobs: a round closes in time, however many of them wait."""
        if time.monotonic() < self._next_tick:
            return
        try:
            run_ticks(self._app)
        finally:
            self._next_tick = time.monotonic() + TICK_SECONDS

    def stop(self) -> None:
        """Let the worker end after the job in its hand."""
        self._stop.set()

    def start(self) -> None:
        """Work in a thread of this process, which ends it when the process does."""
        self._thread.start()
        atexit.register(self.end)

    def end(self) -> None:
        """Stop and wait for the job in hand."""
        self.stop()
        self._thread.join(END_SECONDS)
        atexit.unregister(self.end)
