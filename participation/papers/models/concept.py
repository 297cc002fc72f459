"""Tables of the concept: its principles and sections as they are worked on, and its versions as they were published."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.papers.models.files import DocumentSnapshot
from participation.papers.rules.concept import CODE, ConceptPlace
from participation.processes.models import Process
from participation.storage import Base, UTCDateTime, enum_column, id_column, reference
from participation.texts.models import Text


class Principle(Base):
    """A guiding principle of the concept (Leitlinie): one sentence. `revision` counts what was said about it."""

    __tablename__ = "principles"

    id: Mapped[str] = id_column()
    process_id: Mapped[str] = reference("processes.id")
    code: Mapped[str] = mapped_column(String(CODE.maximum))
    position: Mapped[int] = mapped_column(Integer)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    sentence_id: Mapped[str] = reference("texts.id", index=False)
    sentence: Mapped[Text] = relationship(lazy="joined")

    __table_args__ = (
        UniqueConstraint("process_id", "code", name="uq_principles_process_code"),
        CheckConstraint("revision >= 1", name="revision_counts_from_one"),
        CheckConstraint("position >= 1", name="position_counts_from_one"),
    )


class ConceptSection(Base):
    """A section of the concept beside principles, goals and measures, such as its introduction."""

    __tablename__ = "concept_sections"

    id: Mapped[str] = id_column()
    process_id: Mapped[str] = reference("processes.id")
    code: Mapped[str] = mapped_column(String(CODE.maximum))
    place: Mapped[ConceptPlace] = mapped_column(enum_column(ConceptPlace, "place"))
    position: Mapped[int] = mapped_column(Integer)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    title_id: Mapped[str] = reference("texts.id", index=False)
    body_id: Mapped[str] = reference("texts.id", index=False)
    title: Mapped[Text] = relationship(foreign_keys=[title_id], lazy="joined")
    body: Mapped[Text] = relationship(foreign_keys=[body_id], lazy="joined")

    __table_args__ = (
        UniqueConstraint("process_id", "code", name="uq_concept_sections_process_code"),
        CheckConstraint("revision >= 1", name="revision_counts_from_one"),
        CheckConstraint("position >= 1", name="position_counts_from_one"),
    )


class ConceptVersion(Base):
    """The concept as it was published; triggers keep it and its snapshot. `note` says what is new in it.

    `published_by` is the opaque id of an actor.
    """

    __tablename__ = "concept_versions"

    id: Mapped[str] = id_column()
    process_id: Mapped[str] = reference("processes.id")
    number: Mapped[int] = mapped_column(Integer)
    snapshot_id: Mapped[str] = reference("document_snapshots.id", index=False)
    note_id: Mapped[str] = reference("texts.id", index=False)
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_by: Mapped[str] = mapped_column(String(32))
    process: Mapped[Process] = relationship()
    snapshot: Mapped[DocumentSnapshot] = relationship()
    note: Mapped[Text] = relationship(lazy="joined")

    __table_args__ = (
        UniqueConstraint("process_id", "number", name="uq_concept_versions_process_number"),
        UniqueConstraint("snapshot_id", name="uq_concept_versions_snapshot"),
        CheckConstraint("number >= 1", name="number_counts_from_one"),
    )
