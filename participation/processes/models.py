"""Tables of processes, phases and fields."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.storage import Base, UTCDateTime, id_column, reference
from participation.texts.models import Text


class Process(Base):
    """One whole undertaking of a city. `is_example` labels every page of it as example data.

    Once something was costed in its currency, the currency is fixed: sums are made in it.
    """

    __tablename__ = "processes"

    id: Mapped[str] = id_column()
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    city: Mapped[str] = mapped_column(String(120))
    time_zone: Mapped[str] = mapped_column(String(64))
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    is_currency_fixed: Mapped[bool] = mapped_column(default=False)
    languages: Mapped[list[str]] = mapped_column(JSON)
    default_language: Mapped[str] = mapped_column(String(16))
    forbids_overlap: Mapped[bool] = mapped_column(default=False)
    is_example: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    title_id: Mapped[str] = reference("texts.id", index=False)
    summary_id: Mapped[str | None] = reference("texts.id", index=False)
    title: Mapped[Text] = relationship(foreign_keys=[title_id], lazy="joined")
    summary: Mapped[Text | None] = relationship(foreign_keys=[summary_id])
    phases: Mapped[list["Phase"]] = relationship(order_by="Phase.position, Phase.code", back_populates="process")
    fields: Mapped[list["Field"]] = relationship(order_by="Field.position, Field.code", back_populates="process")

    @property
    def process_id(self) -> str:
        """Its own id: permissions in a process are asked of it too."""
        return self.id


class Phase(Base):
    """A stretch of a process: goals, then measures and their costs, then the update."""

    __tablename__ = "phases"

    id: Mapped[str] = id_column()
    process_id: Mapped[str] = reference("processes.id")
    code: Mapped[str] = mapped_column(String(16))
    position: Mapped[int] = mapped_column(Integer)
    opens_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime)
    title_id: Mapped[str] = reference("texts.id", index=False)
    title: Mapped[Text] = relationship(lazy="joined")
    process: Mapped[Process] = relationship(back_populates="phases")

    __table_args__ = (
        UniqueConstraint("process_id", "code", name="uq_phases_process_code"),
        CheckConstraint("opens_at < closes_at", name="window_has_length"),
    )


class Field(Base):
    """A theme (Handlungsfeld) to which goals belong."""

    __tablename__ = "fields"

    id: Mapped[str] = id_column()
    process_id: Mapped[str] = reference("processes.id")
    code: Mapped[str] = mapped_column(String(16))
    position: Mapped[int] = mapped_column(Integer)
    title_id: Mapped[str] = reference("texts.id", index=False)
    title: Mapped[Text] = relationship(lazy="joined")
    process: Mapped[Process] = relationship(back_populates="fields")

    __table_args__ = (UniqueConstraint("process_id", "code", name="uq_fields_process_code"),)
