"""Tables of texts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Integer, String
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.storage import Base, UTCDateTime, enum_column, id_column, reference


class Origin(StrEnum):
    """Who worded a version (promise 11)."""

    AUTHOR = "author"
    AUTHOR_UNREVIEWED = "author-unreviewed"
    HUMAN = "human"
    MACHINE = "machine"


class Text(Base):
    """A text in the language in which it was written. `revision` is the number of its present original."""

    __tablename__ = "texts"

    id: Mapped[str] = id_column()
    language: Mapped[str] = mapped_column(String(16))
    revision: Mapped[int] = mapped_column(Integer, default=1)
    versions: Mapped[list["TextVersion"]] = relationship(
        lazy="selectin", order_by="TextVersion.language, TextVersion.revision", cascade="all, delete-orphan"
    )

    __table_args__ = (CheckConstraint("revision >= 1", name="revision_counts_from_one"),)


class TextVersion(Base):
    """One wording: an original of some revision, or a translation with the revision from which it was made.

    Versions of the text's own language are originals; in any other language the highest revision is current.
    """

    __tablename__ = "text_versions"

    text_id: Mapped[str] = reference("texts.id", primary_key=True, index=False, ondelete="CASCADE")
    language: Mapped[str] = mapped_column(String(16), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    source_revision: Mapped[int | None] = mapped_column(Integer)
    origin: Mapped[Origin] = mapped_column(enum_column(Origin, "origin"))
    body: Mapped[str] = mapped_column(LongText)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    written_by: Mapped[str] = mapped_column(String(32))
