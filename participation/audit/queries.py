"""Reading the record of officials' acts."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from participation.audit.models import AuditRecord
from participation.storage.pages import Page, read_page


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which records somebody wants to see; empty means all.

    `process_ids` limits what they may see: None is everything, acts that belong to no process among it.
    """

    process_ids: frozenset[str] | None = None
    action: str = ""
    actor_id: str = ""
    subject_id: str = ""


def read_records(session: Session, wanted: AuditFilter, *, page: int, per_page: int) -> Page[AuditRecord]:
    """Return one page of records, the newest first."""
    statement: Select[AuditRecord] = select(AuditRecord).order_by(AuditRecord.number.desc())
    if wanted.process_ids is not None:
        statement = statement.where(AuditRecord.process_id.in_(wanted.process_ids))
    for column, value in (
        (AuditRecord.action, wanted.action),
        (AuditRecord.actor_id, wanted.actor_id),
        (AuditRecord.subject_id, wanted.subject_id),
    ):
        if value:
            statement = statement.where(column == value)
    return read_page(session, statement, page=page, per_page=per_page)


def actions_seen(session: Session, process_ids: Collection[str] | None) -> list[str]:
    """Return the actions of which there are records, for a filter's list."""
    statement = select(AuditRecord.action).distinct().order_by(AuditRecord.action)
    if process_ids is not None:
        statement = statement.where(AuditRecord.process_id.in_(process_ids))
    return list(session.scalars(statement))
