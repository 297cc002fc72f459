"""Recording acts and checking the chain."""

import hashlib
import json
from collections.abc import Collection, Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from participation.audit.models import AuditHead, AuditRecord
from participation.core.actor import Actor
from participation.outbox.services import file_job

GENESIS: Final = "0" * 64
HEAD_TO_FILE: Final = "audit.head_to_file"
HEAD_BY_MAIL: Final = "audit.head_by_mail"
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


def note_head(session: Session, *, witnesses: Collection[str], to_file: bool, now: datetime) -> int | None:
    """Note where the chain ends, and file what brings it to the witnesses; return its number, None if it was noted.

    `witnesses` are fingerprints of addresses. What is filed commits with the note or not at all, and each head is noted
    once, however many workers look at the clock and wherever one of them dies.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    end = session.execute(
        select(AuditRecord.number, AuditRecord.hash).order_by(AuditRecord.number.desc()).limit(1)
    ).one_or_none()
    if end is None or session.get(AuditHead, end.number, populate_existing=True) is not None:
        return None
    session.add(AuditHead(number=end.number, hash=end.hash, noted_at=now))
    session.flush()
    if to_file:
        file_job(session, HEAD_TO_FILE, {"number": end.number}, now=now)
    for witness in sorted(witnesses):
        file_job(session, HEAD_BY_MAIL, {"number": end.number, "witness": witness}, now=now)
    number: int = end.number
    return number


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
