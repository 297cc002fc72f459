"""Filing, leasing and settling jobs."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from participation.outbox.models import Job

LEASE: Final = timedelta(minutes=5)
MAX_ATTEMPTS: Final = 12


def file_job(
    session: Session, name: str, payload: Mapping[str, Any], *, now: datetime, due_at: datetime | None = None
) -> Job:
    """Put a job into the caller's transaction: it exists if and only if that commits."""
    job = Job(name=name, payload=dict(payload), created_at=now, due_at=due_at or now)
    session.add(job)
    session.flush()
    return job


def lease_job(session: Session, *, now: datetime) -> Job | None:
    """Take the job that has been due for longest, for five minutes; call inside a write transaction."""
    job = session.scalar(
        select(Job)
        .where(
            Job.done_at.is_(None),
            Job.given_up_at.is_(None),
            Job.due_at <= now,
            or_(Job.leased_until.is_(None), Job.leased_until <= now),
        )
        .order_by(Job.due_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if job is not None:
        job.leased_until = now + LEASE
        job.attempts += 1
        session.flush()
    return job


def settle_job(session: Session, job: Job, *, now: datetime) -> None:
    """Mark a job as done."""
    job.done_at = now
    job.leased_until = None
    job.last_error = None
    session.flush()


def put_job_back(session: Session, job: Job, error: str, *, now: datetime) -> None:
    """Note a failure and try again later, at growing intervals; give up after MAX_ATTEMPTS."""
    job.leased_until = None
    job.last_error = error[:2000]
    if job.attempts >= MAX_ATTEMPTS:
        job.given_up_at = now
    else:
        job.due_at = now + timedelta(seconds=min(3600, 5 * 2**job.attempts))
    session.flush()
