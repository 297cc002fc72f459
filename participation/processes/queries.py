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
