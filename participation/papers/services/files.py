"""Asking for files, noting how far their making is, and the office's own templates."""

import hashlib
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.audit.services import record
from participation.core.actor import Actor
from participation.core.errors import Invalid, NotFound
from participation.core.languages import INTERFACE_TAGS
from participation.core.permissions import Permission, authorise
from participation.outbox.services import file_job, hasten_job
from participation.papers.models import DocumentSnapshot, DocumentTemplate, RenderedFile
from participation.papers.queries import file_of, template_in_use
from participation.papers.rules.files import (
    FileKind,
    FileState,
    SnapshotKind,
)
from participation.processes.models import Process
from participation.processes.queries import lock_process, process_by_slug

RENDER_FILE: Final = "papers.render_file"
"""The job that makes a file; its payload is the file's id."""
UNHURRIED: Final = frozenset({RENDER_FILE})
"""Setting a file takes as long as many mails, and whoever waits for it sees how far it is."""


def request_file(
    session: Session, snapshot: DocumentSnapshot, kind: FileKind, language: str, *, now: datetime
) -> RenderedFile:
    """Return the file of a snapshot in a language, and let it be made if nobody has asked for it or making it failed.

    Everybody may ask: what comes of it is public like the snapshot, and the same for all. One that was made with an
    earlier template of the office stays beside the new one.
    """
    if language not in INTERFACE_TAGS:
        raise Invalid("unknown_language", field="language", tag=language)
    session.flush()
    held = session.scalars(
        select(DocumentSnapshot).where(DocumentSnapshot.id == snapshot.id).with_for_update(of=DocumentSnapshot)
    ).one()
    template = template_in_use(session, held.process_id, held.kind) if kind is FileKind.DOCX else None
    mark = template.sha256 if template else ""
    found = file_of(session, held.id, kind, language, template_sha256=mark)
    if found is not None and found.state is not FileState.FAILED:
        return found
    if found is None:
        found = RenderedFile(snapshot_id=held.id, kind=kind, language=language, template_sha256=mark, requested_at=now)
        session.add(found)
    found.state, found.fault = FileState.WAITING, None
    found.done, found.steps = 0, 1
    found.modified_at = now
    session.flush()
    payload = {"file_id": found.id}
    if not hasten_job(session, RENDER_FILE, payload, now=now):  # one that failed may still be tried again
        file_job(session, RENDER_FILE, payload, now=now)
    return found


def note_progress(session: Session, file_id: str, done: int, steps: int, *, now: datetime) -> None:
    """Say how far the making of a file is."""
    file = _unfinished(session, file_id)
    if file is not None:
        file.state, file.fault = FileState.RENDERING, None
        file.done, file.steps, file.modified_at = done, steps, now
        session.flush()


def store_file(session: Session, file_id: str, content: bytes, *, now: datetime) -> None:
    """Keep a file that was made; one that is there already stays as it is."""
    file = _unfinished(session, file_id)
    if file is not None:
        file.state, file.done, file.fault = FileState.READY, file.steps, None
        file.content, file.size = content, len(content)
        file.sha256 = hashlib.sha256(content).hexdigest()
        file.ready_at = file.modified_at = now
        session.flush()


def note_failure(session: Session, file_id: str, fault: str, *, now: datetime) -> None:
    """Say that a file cannot be made, by a code for which messages has words; it can be asked for again."""
    file = _unfinished(session, file_id)
    if file is not None:
        file.state, file.fault, file.modified_at = FileState.FAILED, fault, now
        session.flush()


def set_template(
    session: Session, process: str, kind: SnapshotKind, content: bytes, *, actor: Actor, now: datetime
) -> DocumentTemplate:
    """Use an office's own template from now on; the caller has checked it (documents.templates)."""
    found = _process(session, process, actor)
    retired = _retire(session, found, kind, now)
    sha256 = hashlib.sha256(content).hexdigest()
    template = DocumentTemplate(
        process_id=found.id,
        kind=kind,
        sha256=sha256,
        size=len(content),
        content=content,
        uploaded_at=now,
        uploaded_by=actor.id or actor.kind.value,
    )
    session.add(template)
    session.flush()
    facts = {"kind": kind.value, "sha256": sha256, "replaces": retired.sha256 if retired else None}
    _record(session, "template.set", found, template, actor, now, facts)
    return template


def reset_template(session: Session, process: str, kind: SnapshotKind, *, actor: Actor, now: datetime) -> None:
    """Use our own template again; raises NotFound `no_such_document_template` where it is used already."""
    found = _process(session, process, actor)
    retired = _retire(session, found, kind, now)
    if retired is None:
        raise NotFound("no_such_document_template")
    _record(session, "template.reset", found, retired, actor, now, {"kind": kind.value, "sha256": retired.sha256})


def _process(session: Session, process: str, actor: Actor) -> Process:
    found = lock_process(session, process_by_slug(session, process).id)
    authorise(actor, Permission.COUNCIL_PAPER_EDIT, found)
    return found


def _retire(session: Session, process: Process, kind: SnapshotKind, now: datetime) -> DocumentTemplate | None:
    standing = template_in_use(session, process.id, kind)
    if standing is not None:
        standing.retired_at = now
        session.flush()
    return standing


def _record(
    session: Session,
    action: str,
    process: Process,
    template: DocumentTemplate,
    actor: Actor,
    now: datetime,
    facts: dict[str, str | None],
) -> None:
    record(
        session,
        action,
        actor=actor,
        now=now,
        subject_kind="document_template",
        subject_id=template.id,
        process_id=process.id,
        facts=facts,
    )


def _unfinished(session: Session, file_id: str) -> RenderedFile | None:
    return session.scalar(
        select(RenderedFile)
        .where(RenderedFile.id == file_id, RenderedFile.state != FileState.READY)
        .with_for_update(of=RenderedFile)
        .execution_options(populate_existing=True)
    )
