"""Reading the record of officials' acts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from participation.audit.models import AuditHead, AuditRecord
from participation.audit.rules import CONCLUSION, Head, is_due
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


def head_of(session: Session, site: str) -> Head | None:
    """Return where the chain ends now, None before the first act."""
    last = session.execute(select(*_NOTED).order_by(AuditRecord.number.desc()).limit(1)).one_or_none()
    return _head(last, site) if last else None


def noted_head(session: Session, number: int, site: str) -> Head | None:
    """Return the head that was noted at an act."""
    found = session.execute(
        select(*_NOTED).join(AuditHead, AuditHead.number == AuditRecord.number).where(AuditRecord.number == number)
    ).one_or_none()
    return _head(found, site) if found else None


def noted_heads(session: Session, *, page: int, per_page: int) -> Page[AuditHead]:
    """Return a page of the heads that were given to witnesses, the newest first."""
    return read_page(session, select(AuditHead).order_by(AuditHead.number.desc()), page=page, per_page=per_page)


def head_is_due(session: Session, now: datetime) -> bool:
    """Say whether a head is to be noted now; a plain read, so that looking takes no lock."""
    last = session.execute(
        select(AuditHead.number, AuditHead.noted_at).order_by(AuditHead.number.desc()).limit(1)
    ).one_or_none()
    end = session.scalar(select(func.max(AuditRecord.number))) or 0
    number = last.number if last else 0
    concluded = session.scalar(
        select(func.max(AuditRecord.number)).where(AuditRecord.action == CONCLUSION, AuditRecord.number > number)
    )
    return is_due(number, last.noted_at if last else None, end=end, concluded=concluded or 0, now=now)


def heads_that_do_not_fit(session: Session, heads: Sequence[Head]) -> list[Head]:
    """Return the noted heads at whose place the chain says something else, or has nothing any more."""
    return [
        head
        for head in heads
        if session.scalar(select(AuditRecord.hash).where(AuditRecord.number == head.number)) != head.hash
    ]


_NOTED: Final = (AuditRecord.number, AuditRecord.hash, AuditRecord.at)


def _head(row: Any, site: str) -> Head:  # noqa: ANN401 - a row of _NOTED
    return Head(row.number, row.hash, row.at.astimezone(UTC).isoformat(timespec="seconds"), site)


def actions_seen(session: Session, process_ids: Collection[str] | None) -> list[str]:
    """Return the actions of which there are records, for a filter's list."""
    statement = select(AuditRecord.action).distinct().order_by(AuditRecord.action)
    if process_ids is not None:
        statement = statement.where(AuditRecord.process_id.in_(process_ids))
    return list(session.scalars(statement))
