"""The office's own template for DOCX files over the interface: the body of the request is the file itself."""

from typing import Any

from flask import request
from sqlalchemy.orm import Session

from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.documents.word import MAX_BYTES
from participation.extensions import db, transaction
from participation.papers import schemas, services
from participation.papers.api.blueprint import blp
from participation.papers.queries import template_in_use
from participation.papers.rules.files import SnapshotKind
from participation.processes.queries import process_by_slug
from participation.web.guard import current_actor, requires


@blp.route("/processes/<process>/document-template", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.response(200, schemas.DocumentTemplateOut)
def show_template(process: str) -> dict[str, Any]:
    """Say which template council papers are filled into: one of the office's own, or that of the program."""
    return _described(db.session(), process)


def _described(session: Session, process: str) -> dict[str, Any]:
    found = template_in_use(session, process_by_slug(session, process).id, SnapshotKind.PAPER)
    return {
        "is_own": found is not None,
        "sha256": found.sha256 if found else None,
        "uploaded_at": found.uploaded_at if found else None,
    }


@blp.route("/processes/<process>/document-template", methods=["PUT"])
@requires(Permission.COUNCIL_PAPER_EDIT)
@blp.response(200, schemas.DocumentTemplateOut)
def set_template(process: str) -> dict[str, Any]:
    """Use an office's own template from now on; the body of the request is the DOCX file."""
    from participation.documents.word.templates import check_template  # noqa: PLC0415 - 10 MB, where it is needed alone

    found = process_by_slug(db.session(), process)
    authorise(current_actor(), Permission.COUNCIL_PAPER_EDIT, found)
    content = request.stream.read(MAX_BYTES + 1)
    check_template(content)
    with transaction() as session:
        services.set_template(session, process, SnapshotKind.PAPER, content, actor=current_actor(), now=utcnow())
        return _described(session, process)


@blp.route("/processes/<process>/document-template", methods=["DELETE"])
@requires(Permission.COUNCIL_PAPER_EDIT)
@blp.response(204)
def reset_template(process: str) -> None:
    """Use the program's own template again."""
    with transaction() as session:
        services.reset_template(session, process, SnapshotKind.PAPER, actor=current_actor(), now=utcnow())
