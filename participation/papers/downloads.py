"""Files as answers, the same from page, interface and OParl: named, with their hash, and never run in a browser."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Request, Response
from sqlalchemy.orm import Session

from participation.core.errors import NotFound
from participation.papers.models import CouncilPaper, DocumentTemplate, RenderedFile
from participation.papers.queries import content_of, file_at, snapshot_document, template_in_use
from participation.papers.rendering import rendered_draft
from participation.papers.rules.files import MIMETYPES, FileKind, FileState, SnapshotKind
from participation.papers.rules.papers import PaperState
from participation.papers.sentences import figures_in_words
from participation.papers.services import paper_document

_FOREVER: Final = "public, max-age=3600"


def file_name(file: RenderedFile, document_number: str) -> str:
    """Return under which name a file is saved: vo-2026-00001-de.pdf."""
    stem = re.sub(r"[^a-z0-9]+", "-", document_number.lower()).strip("-")
    return f"{stem}-{file.language}.{file.kind.value}"


_NUMBERS: Final[Mapping[SnapshotKind, Callable[[Mapping[str, Any]], str]]] = {
    SnapshotKind.PAPER: lambda paper: str(paper["number"]),
    SnapshotKind.CONCEPT: lambda concept: f"{concept['process']['slug']}-{concept['version']['number']}",
}
"""What names a file of each kind of snapshot."""


def name_of(session: Session, file: RenderedFile) -> str:
    """Return the same, with the number that stands in what was frozen."""
    frozen = snapshot_document(session, file.snapshot_id)
    return file_name(file, _NUMBERS[file.snapshot.kind](frozen))


def file_response(session: Session, file_id: str, request: Request) -> Response:
    """Return a file; a client that has it already, by its ETag, is told so. Raises NotFound `file_not_ready`."""
    file = file_at(session, file_id)
    if file.state is not FileState.READY or file.sha256 is None:
        raise NotFound("file_not_ready")
    response = Response(content_of(session, file_id), mimetype=MIMETYPES[file.kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{name_of(session, file)}"'
    response.headers["Cache-Control"] = _FOREVER
    response.last_modified = file.ready_at
    response.set_etag(file.sha256)
    response.make_conditional(request)
    return response


def draft_response(session: Session, paper: CouncilPaper, kind: FileKind, language: str) -> Response:
    """Return a file of a draft as it stands now, for its authors alone; raises NotFound `no_such_draft`."""
    if paper.state is not PaperState.DRAFT:
        raise NotFound("no_such_draft")
    template = template_in_use(session, paper.process_id, SnapshotKind.PAPER)
    content = rendered_draft(
        kind,
        paper_document(session, paper, figures_in_words),
        language,
        on=paper.modified_at.date(),
        template=template.content if template else None,
    )
    response = Response(content, mimetype=MIMETYPES[kind])
    name = f"{paper.slug}-draft-{language}.{kind.value}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def template_response(template: DocumentTemplate | None, ours: bytes) -> Response:
    """Return the template that is used now."""
    response = Response(template.content if template else ours, mimetype=MIMETYPES[FileKind.DOCX])
    response.headers["Content-Disposition"] = f'attachment; filename="{SnapshotKind.PAPER.value}-template.docx"'
    return response
