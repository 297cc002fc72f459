"""Reading processes."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.core.errors import NotFound
from participation.processes.models import Field, Phase, Process
from participation.storage.pages import Page, read_page


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
    write transaction is the lock. It leaves the key alone: whoever has begun a proposal refers to the process already,
    and two of them would wait for each other.
    """
    return session.scalars(
        select(Process).where(Process.id == process_id).with_for_update(read=shared, key_share=not shared, of=Process)
    ).one()


def slug_is_taken(session: Session, slug: str) -> bool:
    """Say whether a process has this address already."""
    return session.scalar(select(Process.id).where(Process.slug == slug)) is not None


def phase_by_code(process: Process, code: str) -> Phase:
    """Return a phase of the process or raise NotFound."""
    for phase in process.phases:
        if phase.code == code:
            return phase
    raise NotFound("no_such_phase", field="phase", phase=code)


def field_by_code(process: Process, code: str) -> Field:
    """Return a field of the process or raise NotFound."""
    for theme in process.fields:
        if theme.code == code:
            return theme
    raise NotFound("no_such_field", field="field", theme=code)


def processes_page(session: Session, *, page: int, per_page: int) -> Page[Process]:
    """Return one page of all processes, the newest first."""
    return read_page(
        session, select(Process).order_by(Process.created_at.desc(), Process.slug), page=page, per_page=per_page
    )
