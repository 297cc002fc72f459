"""Tables of what was frozen when it was issued, and of the files that are made of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, Integer, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.papers.rules.files import FileKind, FileState, SnapshotKind
from participation.processes.models import Process
from participation.storage import Base, UTCDateTime, enum_column, id_column, reference


class DocumentSnapshot(Base):
    """A council paper or a version of the concept as it was issued, with everything that it shows.

    Nothing in it changes, and triggers refuse that; pages, files and OParl all read from here. `sha256` is that of the
    document in canonical JSON (RFC 8785).
    """

    __tablename__ = "document_snapshots"

    id: Mapped[str] = id_column()
    process_id: Mapped[str] = reference("processes.id")
    kind: Mapped[SnapshotKind] = mapped_column(enum_column(SnapshotKind, "kind"))
    sha256: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    document: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    process: Mapped[Process] = relationship()
    files: Mapped[list["RenderedFile"]] = relationship(back_populates="snapshot", order_by="RenderedFile.requested_at")


class RenderedFile(Base):
    """A file of a snapshot in one language: asked for, being made by a job, or ready to be fetched.

    `done` of `steps` says how far it is. `template_sha256` names the office's own template; it is empty for ours and
    for kinds that know none. A template that is replaced leads to a further file and leaves this one. The content is
    the last in a row: SQLite reads through all of it to reach what stands behind.
    """

    __tablename__ = "rendered_files"

    id: Mapped[str] = id_column()
    snapshot_id: Mapped[str] = reference("document_snapshots.id")
    kind: Mapped[FileKind] = mapped_column(enum_column(FileKind, "kind"))
    language: Mapped[str] = mapped_column(String(16))
    template_sha256: Mapped[str] = mapped_column(String(64), default="")
    state: Mapped[FileState] = mapped_column(enum_column(FileState, "state"), default=FileState.WAITING)
    done: Mapped[int] = mapped_column(Integer, default=0)
    steps: Mapped[int] = mapped_column(Integer, default=1)
    fault: Mapped[str | None] = mapped_column(String(64))
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None] = mapped_column(Integer)
    requested_at: Mapped[datetime] = mapped_column(UTCDateTime)
    modified_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ready_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    snapshot: Mapped[DocumentSnapshot] = relationship(back_populates="files")

    __table_args__ = (
        UniqueConstraint(
            "snapshot_id", "kind", "language", "template_sha256", name="uq_rendered_files_snapshot_kind_language"
        ),
        CheckConstraint("0 <= done AND done <= steps AND steps >= 1", name="done_of_steps"),
        CheckConstraint("(state = 'ready') = (ready_at IS NOT NULL)", name="ready_at_a_moment"),
        CheckConstraint("(state = 'ready') = (sha256 IS NOT NULL)", name="ready_with_a_hash"),
        CheckConstraint("(state = 'ready') = (size IS NOT NULL)", name="ready_with_a_size"),
        CheckConstraint("(state = 'ready') = (content IS NOT NULL)", name="ready_with_content"),
        CheckConstraint("(state = 'failed') = (fault IS NOT NULL)", name="failed_for_a_reason"),
    )


class DocumentTemplate(Base):
    """An office's own template for DOCX files of one kind; the one in use has not been retired."""

    __tablename__ = "document_templates"

    id: Mapped[str] = id_column()
    process_id: Mapped[str] = reference("processes.id")
    kind: Mapped[SnapshotKind] = mapped_column(enum_column(SnapshotKind, "kind"))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    uploaded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    uploaded_by: Mapped[str] = mapped_column(String(32))
    retired_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        Index(
            "uq_document_templates_in_use",
            "process_id",
            "kind",
            unique=True,
            sqlite_where=text("retired_at IS NULL"),
            postgresql_where=text("retired_at IS NULL"),
        ),
    )
