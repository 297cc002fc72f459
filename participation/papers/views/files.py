"""Files of what was issued: asking for one, seeing how far it is, fetching it."""

from http import HTTPStatus

from flask import Response as FlaskResponse
from flask import redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from participation.core.errors import NotFound
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db
from participation.papers import services
from participation.papers.downloads import draft_response, file_response, name_of
from participation.papers.forms import FileForm
from participation.papers.messages import fault_in_words
from participation.papers.models import RenderedFile
from participation.papers.queries import file_at, readable_paper
from participation.papers.rules.files import FileKind, FileState
from participation.papers.views.blueprint import bp, chosen, paper_at_hand, to_paper
from participation.web.forms import pressed
from participation.web.guard import current_actor, requires


@bp.post("/processes/<process>/papers/<slug>/files")
@requires(Permission.PROCESS_READ)
def request_file(process: str, slug: str) -> Response:
    """Ask for a file of an issued paper; everybody may, and all get the same one."""
    form = FileForm()
    asked: list[RenderedFile] = []

    def ask(session: Session) -> None:
        paper = readable_paper(session, process, slug, current_actor())
        kind = chosen(FileKind, form.kind.data, field="kind")
        if paper.snapshot is None or kind is None:
            raise NotFound("no_such_file")
        asked.append(services.request_file(session, paper.snapshot, kind, form.language.data or "", now=utcnow()))

    if not pressed(form, ask):
        return to_paper(process, slug)
    return to_file(asked[0])


def to_file(file: RenderedFile) -> Response:
    """Lead to a file that is there, or to the page that says how far it is."""
    if file.state is FileState.READY:
        name = f"{file.language}.{file.kind.value}"
        return redirect(url_for("papers.download", file=file.id, name=name), HTTPStatus.SEE_OTHER)
    return redirect(url_for("papers.file", file=file.id), HTTPStatus.SEE_OTHER)


@bp.get("/processes/<process>/papers/<slug>/draft.<any(pdf, docx):ending>")
@requires(Permission.COUNCIL_PAPER_EDIT)
def draft_file(process: str, slug: str, ending: str) -> FlaskResponse:
    """Give a draft as a file in the language of the paper, to those who write it."""
    paper = paper_at_hand(process, slug)
    return draft_response(db.session(), paper, FileKind(ending), paper.language)


@bp.get("/documents/<file>")
@requires(Permission.PROCESS_READ)
def file(file: str) -> str:
    """Say how far a file is, and offer it once it is there; the page asks again by itself until then."""
    found = file_at(db.session(), file)
    return render_template(
        "papers/file.html",
        file=found,
        name=name_of(db.session(), found),
        process=found.snapshot.process,
        fault=fault_in_words(found.fault) if found.fault else None,
        under_way=found.state in {FileState.WAITING, FileState.RENDERING},
        is_ready=found.state is FileState.READY,
    )


@bp.post("/documents/<file>/again")
@requires(Permission.PROCESS_READ)
def request_again(file: str) -> Response:
    """Let a file be made again whose making failed."""

    def ask(session: Session) -> None:
        found = file_at(session, file)
        services.request_file(session, found.snapshot, found.kind, found.language, now=utcnow())

    pressed(FlaskForm(), ask)
    return redirect(url_for("papers.file", file=file), HTTPStatus.SEE_OTHER)


@bp.get("/documents/<file>/<name>")
@requires(Permission.PROCESS_READ)
def download(file: str, name: str) -> FlaskResponse:  # noqa: ARG001 - the name is for whoever saves the file
    """Give a file; whoever has it already is told so by its hash."""
    return file_response(db.session(), file, request)
