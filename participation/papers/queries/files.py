"""Reading what was frozen, the files made of it, and the office's templates."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased, joinedload

from participation.core.errors import NotFound
from participation.papers.models import DocumentSnapshot, DocumentTemplate, RenderedFile
from participation.papers.rules.files import FileKind, FileState, SnapshotKind


def snapshot_document(session: Session, snapshot_id: str) -> dict[str, Any]:
    """Return the frozen document of a snapshot; it is loaded only where it is asked for."""
    found = session.scalars(select(DocumentSnapshot.document).where(DocumentSnapshot.id == snapshot_id))
    document: dict[str, Any] = found.one()
    return document


def files_of(session: Session, snapshot_id: str) -> Sequence[RenderedFile]:
    """Return all files of a snapshot without their content, by kind and language, the latest first within each."""
    return session.scalars(
        select(RenderedFile)
        .where(RenderedFile.snapshot_id == snapshot_id)
        .order_by(RenderedFile.kind, RenderedFile.language, RenderedFile.requested_at.desc(), RenderedFile.id)
    ).all()


def ready_files(session: Session, snapshot_ids: Sequence[str]) -> Sequence[RenderedFile]:
    """Return the files of several snapshots that can be fetched, without content, in the order of their making."""
    return session.scalars(
        select(RenderedFile)
        .where(RenderedFile.snapshot_id.in_(snapshot_ids), RenderedFile.state == FileState.READY)
        .order_by(RenderedFile.ready_at, RenderedFile.id)
    ).all()


def failed_files(session: Session, process_ids: Collection[str], kind: SnapshotKind) -> Sequence[Row[str, str]]:
    """Return process and id of each file that could not be made, those that failed first at the top.

    One that was made since, with another template, is no more missed.
    """
    other = aliased(RenderedFile)
    return session.execute(
        select(DocumentSnapshot.process_id, RenderedFile.id)
        .join(DocumentSnapshot, DocumentSnapshot.id == RenderedFile.snapshot_id)
        .where(
            DocumentSnapshot.process_id.in_(process_ids),
            DocumentSnapshot.kind == kind,
            RenderedFile.state == FileState.FAILED,
            ~select(other.id)
            .where(
                other.snapshot_id == RenderedFile.snapshot_id,
                other.kind == RenderedFile.kind,
                other.language == RenderedFile.language,
                other.requested_at > RenderedFile.requested_at,
            )
            .exists(),
        )
        .order_by(RenderedFile.modified_at, RenderedFile.id)
    ).all()


def file_of(
    session: Session, snapshot_id: str, kind: FileKind, language: str, *, template_sha256: str
) -> RenderedFile | None:
    """Return the one file of a snapshot in a language that is made with a template, None where nobody asked for it."""
    return session.scalar(
        select(RenderedFile).where(
            RenderedFile.snapshot_id == snapshot_id,
            RenderedFile.kind == kind,
            RenderedFile.language == language,
            RenderedFile.template_sha256 == template_sha256,
        )
    )


def template_in_use(session: Session, process_id: str, kind: SnapshotKind) -> DocumentTemplate | None:
    """Return the office's own template for documents of a kind, None where ours is used."""
    return session.scalar(
        select(DocumentTemplate).where(
            DocumentTemplate.process_id == process_id,
            DocumentTemplate.kind == kind,
            DocumentTemplate.retired_at.is_(None),
        )
    )


def template_by_hash(session: Session, process_id: str, sha256: str) -> bytes:
    """Return the content of a template that is or was in use, or raise NotFound."""
    found = session.scalar(
        select(DocumentTemplate.content)
        .where(DocumentTemplate.process_id == process_id, DocumentTemplate.sha256 == sha256)
        .limit(1)
    )
    if found is None:
        raise NotFound("no_such_document_template")
    return found


def file_at(session: Session, file_id: str) -> RenderedFile:
    """Return a file by its id, without its content, or raise NotFound; what it is made of is public."""
    found = session.scalar(
        select(RenderedFile).where(RenderedFile.id == file_id).options(joinedload(RenderedFile.snapshot))
    )
    if found is None:
        raise NotFound("no_such_file")
    return found


def content_of(session: Session, file_id: str) -> bytes:
    """Return the bytes of a file; raises NotFound `file_not_ready` while it is being made."""
    content: bytes | None = session.scalar(select(RenderedFile.content).where(RenderedFile.id == file_id))
    if content is None:
        raise NotFound("file_not_ready")
    return content
