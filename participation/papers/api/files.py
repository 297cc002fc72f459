"""Files of issued papers in JSON: asking for one, seeing how far it is, fetching it."""

from typing import Any

from flask import Response, request

from participation.core.errors import NotFound
from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.papers import schemas, services
from participation.papers.api.blueprint import blp, file_as_data
from participation.papers.downloads import draft_response, file_response
from participation.papers.queries import file_at, readable_paper, whole_paper
from participation.papers.rules.files import FileKind
from participation.web.guard import current_actor, requires


@blp.route("/processes/<process>/papers/<slug>/files", methods=["POST"])
@requires(Permission.PROCESS_READ)
@blp.arguments(schemas.RenderedFileIn)
@blp.response(202, schemas.RenderedFileOut)
def request_file(wanted: dict[str, Any], process: str, slug: str) -> dict[str, Any]:
    """Ask for a file of an issued paper; everybody may, and all get the same one."""
    with transaction() as session:
        paper = readable_paper(session, process, slug, current_actor())
        if paper.snapshot is None:
            raise NotFound("no_such_file")
        return file_as_data(services.request_file(session, paper.snapshot, **wanted, now=utcnow()))


@blp.route("/processes/<process>/papers/<slug>/draft-file", methods=["GET"])
@requires(Permission.COUNCIL_PAPER_EDIT)
@blp.arguments(schemas.DraftFileIn, location="query")
@blp.response(200, content_type="application/octet-stream")
def fetch_draft(asked: dict[str, Any], process: str, slug: str) -> Response:
    """Give a draft as a file to those who write it, marked as a draft on every page; it is kept nowhere."""
    paper = whole_paper(db.session(), process, slug)
    authorise(current_actor(), Permission.COUNCIL_PAPER_EDIT, paper)
    return draft_response(db.session(), paper, FileKind(asked["kind"]), asked["language"] or paper.language)


@blp.route("/documents/<file>", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.response(200, schemas.RenderedFileOut)
def show_file(file: str) -> dict[str, Any]:
    """Say how far a file is."""
    return file_as_data(file_at(db.session(), file))


@blp.route("/documents/<file>/content", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.response(200, content_type="application/octet-stream")
def fetch_file(file: str) -> Response:
    """Give a file; whoever has it already is told so by its hash."""
    return file_response(db.session(), file, request)
