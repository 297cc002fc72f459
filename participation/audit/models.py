"""The audit table. Triggers of the migration refuse UPDATE and DELETE on it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.storage import Base, UTCDateTime


class AuditHead(Base):
    """A head of the chain that was given to witnesses. Triggers of the migration refuse UPDATE and DELETE on it."""

    __tablename__ = "audit_heads"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(String(64))
    noted_at: Mapped[datetime] = mapped_column(UTCDateTime)


class AuditRecord(Base):
    """One act. `hash` covers the record's fields and the previous record's hash."""

    __tablename__ = "audit_records"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[str] = mapped_column(String(32))
    action: Mapped[str] = mapped_column(String(64))
    process_id: Mapped[str | None] = mapped_column(String(20), index=True)
    subject_kind: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[str] = mapped_column(String(64), index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        UniqueConstraint("previous_hash", name="uq_audit_records_previous_hash"),
        UniqueConstraint("hash", name="uq_audit_records_hash"),
    )
