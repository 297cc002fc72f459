"""Reading processes."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.core.errors import NotFound
from participation.processes.models import Process


def process_by_slug(session: Session, slug: str) -> Process:
    """Return a process or raise NotFound."""
    found = session.scalar(select(Process).where(Process.slug == slug))
    if found is None:
        raise NotFound("no_such_process", slug=slug)
    return found


def all_processes(session: Session) -> Sequence[Process]:
    """Return every process, the newest first."""
    return session.scalars(select(Process).order_by(Process.created_at.desc(), Process.slug)).all()


def lock_process(session: Session, process_id: str, *, shared: bool = False) -> Process:
    """Return the process, held until the transaction ends: what is numbered or decided in it stands in line.

    On PostgreSQL the opening of a round, which reads all proposals of a process, takes it shared. On SQLite the
    write transaction is the lock.
    """
    return session.scalars(
        select(Process).where(Process.id == process_id).with_for_update(read=shared, of=Process)
    ).one()
