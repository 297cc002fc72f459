"""Filing, leasing and settling jobs."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, delete, literal, or_, select, update
from sqlalchemy.orm import Session

from participation.outbox.models import Job

LEASE: Final = timedelta(minutes=1)
"""After so long without a sign of the worker, its job is another one's; see keep_lease."""
MAX_ATTEMPTS: Final = 12
"""How often a job is tried."""
ENDED_WITH_ITS_WORKER: Final = "ended with its worker"
"""What is noted as the failure of a job whose last attempt nobody came back from."""
LONGEST_PAUSE: Final = timedelta(hours=1)
"""After so long at most a job that failed is tried again."""
KEPT: Final = timedelta(days=30)
"""How long settled jobs stay readable for whoever looks after the server."""


def file_job(
    session: Session, name: str, payload: Mapping[str, Any], *, now: datetime, due_at: datetime | None = None
) -> Job:
    """Put a job into the caller's transaction: it exists if and only if that commits."""
    job = Job(name=name, payload=dict(payload), created_at=now, due_at=due_at or now)
    session.add(job)
    session.flush()
    return job


def hasten_job(session: Session, name: str, payload: Mapping[str, Any], *, now: datetime) -> bool:
    """Let a job that waits for its next attempt be taken at once; say whether there was one.

    Whoever asks again for what failed thereby adds no job to the one that is tried again anyway. One in a worker's hand
    does not count: this may have been its last attempt.
    """
    waiting = session.scalars(
        select(Job)
        .where(Job.done_at.is_(None), Job.given_up_at.is_(None), Job.leased_until.is_(None), Job.name == name)
        .with_for_update()
    )
    mine = [job for job in waiting if job.payload == payload]
    for job in mine:
        job.due_at = min(job.due_at, now)
    session.flush()
    return bool(mine)


def has_due_job(session: Session, *, now: datetime) -> bool:
    """Say whether a worker has something to do; a plain read, so that an idle worker never takes the write lock."""
    return session.scalar(select(Job.id).where(_is_due(now)).limit(1)) is not None


def lease_job(session: Session, *, now: datetime, unhurried: Collection[str] = ()) -> Job | None:
    """Take the job that has been due for longest, for a LEASE; call inside a write transaction.

    Jobs that are `unhurried` are taken when no other is due, so that a mail does not wait for all of them.
    """
    job = session.scalar(
        select(Job)
        .where(_is_due(now))
        .order_by(case((Job.name.in_(unhurried), 1), else_=0), Job.due_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if job is not None:
        job.leased_until = now + LEASE
        job.attempts += 1
        session.flush()
    return job


def give_up_lost_jobs(
    session: Session, *, now: datetime, endless: Collection[str], lost_after: Mapping[str, int]
) -> Sequence[Job]:
    """Give up what ended with its worker at the last of its attempts; call in a write transaction, before leasing.

    put_job_back gives up a job that fails. One that takes its worker's process with it never gets there: its lease runs
    out, and without this the next process would die of it as well, and so on without end. `lost_after` says which jobs
    are given up so after other attempts than MAX_ATTEMPTS.
    """
    most = case(lost_after, value=Job.name, else_=MAX_ATTEMPTS) if lost_after else literal(MAX_ATTEMPTS)
    lost = session.scalars(
        select(Job)
        .where(_is_due(now), Job.leased_until.is_not(None), Job.name.not_in(endless), Job.attempts >= most)
        .with_for_update(skip_locked=True)
    ).all()
    for job in lost:
        job.given_up_at = now
        job.leased_until = None
        job.last_error = ENDED_WITH_ITS_WORKER
    session.flush()
    return lost


def keep_lease(session: Session, job_id: str, *, now: datetime) -> None:
    """Say that a job in hand is still worked on; one that was settled or put back meanwhile stays so."""
    session.execute(update(Job).where(Job.id == job_id, Job.leased_until.is_not(None)).values(leased_until=now + LEASE))


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Say what a worker may take.

    A job that was filed, put back or leased further ahead than that is ever done was so by a clock which has been put
    back since. It would wait until the clock is there again, and a round's key with it; so it is taken at once.
    """
    return and_(
        Job.done_at.is_(None),
        Job.given_up_at.is_(None),
        or_(
            Job.due_at <= now,
            Job.created_at > now + _SKEW,
            and_(Job.attempts > 0, Job.due_at > now + LONGEST_PAUSE + _SKEW),
        ),
        or_(Job.leased_until.is_(None), Job.leased_until <= now, Job.leased_until > now + LEASE + _SKEW),
    )


_SKEW: Final = LEASE
"""How far the clocks of several servers may be apart without being taken for one that was put back."""


def settle_job(session: Session, job: Job, *, now: datetime) -> None:
    """Mark a job as done."""
    job.done_at = now
    job.leased_until = None
    job.last_error = None
    session.flush()


def put_job_back(session: Session, job: Job, error: str, *, now: datetime, endless: bool = False) -> None:
    """Note a failure and try again later, at growing intervals of up to an hour; give up after MAX_ATTEMPTS.

    An `endless` job is never given up: what it does was promised.
    """
    job.leased_until = None
    job.last_error = error[:2000]
    if job.attempts >= MAX_ATTEMPTS and not endless:
        job.given_up_at = now
    else:
        job.due_at = now + min(LONGEST_PAUSE, timedelta(seconds=5 * 2 ** min(job.attempts, MAX_ATTEMPTS)))
    session.flush()


def forget_jobs(session: Session, *, now: datetime) -> None:
    """Delete jobs that were settled long ago."""
    session.execute(delete(Job).where(Job.done_at <= now - KEPT))
