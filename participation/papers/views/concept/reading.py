"""The concept as everybody reads it: the version that stands, earlier ones, and what differs between them."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from participation.core.errors import NotFound
from participation.core.languages import INTERFACE_TAGS
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db
from participation.papers.forms import FileForm
from participation.papers.models import ConceptVersion, RenderedFile
from participation.papers.queries import files_of
from participation.papers.queries.concept import concept_document, latest_version, version_by_number, versions_of
from participation.papers.rules.files import FileKind
from participation.papers.services import request_file as ask_for_file
from participation.papers.views.blueprint import chosen
from participation.papers.views.concept.blueprint import bp, visible_changes
from participation.papers.views.files import to_file
from participation.processes.models import Process
from participation.processes.queries import process_by_slug
from participation.web.forms import pressed
from participation.web.guard import requires


@bp.get("")
@requires(Permission.PROCESS_READ)
def show(process: str) -> str:
    """Show the version that stands, or say that there is none yet."""
    session = db.session()
    found = process_by_slug(session, process)
    version = latest_version(session, found.id)
    if version is None:
        return render_template("papers/concept/none.html", process=found)
    return _version_page(found, version)


@bp.get("/versions/<int:number>")
@requires(Permission.PROCESS_READ)
def version(process: str, number: int) -> str:
    """Show a version as it was published."""
    found = process_by_slug(db.session(), process)
    return _version_page(found, version_by_number(db.session(), found.id, number))


@bp.get("/versions/<int:number>/changes")
@requires(Permission.PROCESS_READ)
def changes(process: str, number: int) -> str:
    """Show what differs between a version and the one before it."""
    session = db.session()
    found = process_by_slug(session, process)
    later, earlier = version_by_number(session, found.id, number), version_by_number(session, found.id, number - 1)
    return render_template(
        "papers/concept/changes.html",
        process=found,
        version=later,
        before=earlier,
        changes=visible_changes(concept_document(session, earlier), concept_document(session, later), found),
    )


@bp.post("/versions/<int:number>/files")
@requires(Permission.PROCESS_READ)
def request_file(process: str, number: int) -> Response:
    """Ask for a file of a version; everybody may, and all get the same one."""
    form = FileForm()
    asked: list[RenderedFile] = []

    def ask(session: Session) -> None:
        found = version_by_number(session, process_by_slug(session, process).id, number)
        kind = chosen(FileKind, form.kind.data, field="kind")
        if kind is None:
            raise NotFound("no_such_file")
        asked.append(ask_for_file(session, found.snapshot, kind, form.language.data or "", now=utcnow()))

    if not pressed(form, ask):
        return redirect(url_for("concept.version", process=process, number=number), HTTPStatus.SEE_OTHER)
    return to_file(asked[0])


def measures_by_code(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return what a concept says about each measure, by its code."""
    return {measure["code"]: measure for measure in document["measures"]}


def _version_page(process: Process, version: ConceptVersion) -> str:
    document = concept_document(db.session(), version)
    versions = versions_of(db.session(), process.id)
    return render_template(
        "papers/concept/version.html",
        process=process,
        version=version,
        versions=versions,
        latest=versions[0],
        document=document,
        measures=measures_by_code(document),
        files=files_of(db.session(), version.snapshot_id),
        kinds=tuple(FileKind),
        file_languages=INTERFACE_TAGS,
    )
