"""The table of jobs."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Integer, String
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column

from participation.storage import Base, UTCDateTime, id_column


class Job(Base):
    """Something to do after the commit. It is done, or due, or leased by a worker until `leased_until`.

    The payload carries ids and plain values, never a token or a person's words.
    """

    __tablename__ = "outbox_jobs"

    id: Mapped[str] = id_column()
    name: Mapped[str] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    given_up_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_error: Mapped[str | None] = mapped_column(LongText)

    __table_args__ = (Index("ix_outbox_jobs_pending", "done_at", "due_at"),)
