"""The table of committees."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.processes.models import Process
from participation.storage import Base, UTCDateTime, id_column, reference
from participation.texts.models import Text


class Committee(Base):
    """A body of the council or of the administration that discusses papers.

    `is_public` says whether it meets in public; a station says it once more, since a part of a meeting may differ.
    One that was removed keeps its row, so that its public address can say that it is gone.
    """

    __tablename__ = "committees"

    id: Mapped[str] = id_column()
    process_id: Mapped[str] = reference("processes.id")
    code: Mapped[str] = mapped_column(String(32))
    name_id: Mapped[str] = reference("texts.id", index=False)
    is_public: Mapped[bool] = mapped_column()
    position: Mapped[int] = mapped_column(Integer)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    modified_at: Mapped[datetime] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    name: Mapped[Text] = relationship(lazy="joined")
    process: Mapped[Process] = relationship()

    __table_args__ = (
        UniqueConstraint("process_id", "code", name="uq_committees_process_code"),
        CheckConstraint("revision >= 1", name="revision_counts_from_one"),
    )
