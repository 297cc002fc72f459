"""Reading the committees of a process."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from participation.core.errors import NotFound
from participation.papers.models import Committee
from participation.processes.models import Process


def committees_of(session: Session, process_id: str, *, with_removed: bool = False) -> Sequence[Committee]:
    """Return the committees of a process in their order; those that were removed only where that is asked for."""
    statement = select(Committee).where(Committee.process_id == process_id)
    if not with_removed:
        statement = statement.where(Committee.removed_at.is_(None))
    return session.scalars(statement.order_by(Committee.position, Committee.code)).all()


def committee_at(session: Session, process: str, code: str) -> Committee:
    """Return a committee by the slug of its process and its code, or raise NotFound; one that was removed is gone."""
    return _found(session, _at(process, code), code)


def hold_committee(session: Session, process: str, code: str) -> Committee:
    """Return the same as it stands now, held until the transaction ends."""
    held = _at(process, code).with_for_update(of=Committee).execution_options(populate_existing=True)
    return _found(session, held, code)


def _at(process: str, code: str) -> Select[Committee]:
    return (
        select(Committee)
        .join(Process, Process.id == Committee.process_id)
        .where(Process.slug == process, Committee.code == code, Committee.removed_at.is_(None))
    )


def _found(session: Session, statement: Select[Committee], code: str) -> Committee:
    found = session.scalar(statement)
    if found is None:
        raise NotFound("no_such_committee", field="committee", committee=code)
    return found
