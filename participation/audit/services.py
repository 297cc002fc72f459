"""Recording acts and checking the chain."""

import hashlib
import json
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from participation.audit.models import AuditRecord
from participation.core.actor import Actor

GENESIS: Final = "0" * 64
_LOCK: Final = 4_517_230_001
"""Key of PostgreSQL's advisory lock: the chain has one end, so its writers stand in line until they commit."""


def record(
    session: Session,
    action: str,
    *,
    actor: Actor,
    now: datetime,
    subject_kind: str,
    subject_id: str,
    process_id: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> AuditRecord:
    """Append one act in the caller's transaction; facts are plain values, never people's words or names."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    last = session.execute(
        select(AuditRecord.number, AuditRecord.hash).order_by(AuditRecord.number.desc()).limit(1)
    ).one_or_none()
    entry = AuditRecord(
        number=(last.number if last else 0) + 1,
        at=now,
        actor_id=actor.id or actor.kind.value,
        action=action,
        process_id=process_id,
        subject_kind=subject_kind,
        subject_id=subject_id,
        facts=dict(facts or {}),
        previous_hash=last.hash if last else GENESIS,
    )
    entry.hash = chain_hash(entry)
    session.add(entry)
    session.flush()
    return entry


def chain_hash(entry: AuditRecord) -> str:
    """Return the SHA-256 over the record's canonical JSON, the previous hash among its fields."""
    fields = {
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor_id,
        "action": entry.action,
        "process": entry.process_id,
        "subject": [entry.subject_kind, entry.subject_id],
        "facts": entry.facts,
        "previous": entry.previous_hash,
    }
    return hashlib.sha256(json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def first_broken_record(session: Session) -> int | None:
    """Walk the chain and return the number of the first record that does not fit, or None."""
    previous = GENESIS
    statement = select(AuditRecord).order_by(AuditRecord.number).execution_options(yield_per=500)
    with closing(session.scalars(statement)) as entries:
        for number, entry in enumerate(entries, start=1):
            if entry.number != number or entry.previous_hash != previous or entry.hash != chain_hash(entry):
                return number
            previous = entry.hash
    return None
