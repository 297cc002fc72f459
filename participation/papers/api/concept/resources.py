"""The JSON side of the concept."""

from typing import Any, Final

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.papers.api.blueprint import file_as_data
from participation.papers.api.concept import schemas
from participation.papers.models.concept import ConceptSection, ConceptVersion, Principle
from participation.papers.queries import files_of
from participation.papers.queries.concept import (
    concept_document,
    latest_number,
    principles_of,
    sections_of,
    version_by_number,
    versions_of,
)
from participation.papers.queries.concept_content import concept_content
from participation.papers.rules.concept import PrincipleDraft, SectionDraft, draft_mark
from participation.papers.rules.concept_changes import changes_between
from participation.papers.schemas import RenderedFileIn, RenderedFileOut
from participation.papers.services import concept as services
from participation.papers.services import request_file as ask_for_file
from participation.papers.services.concept_versions import publish_concept
from participation.processes.models import Process
from participation.processes.queries import process_by_slug
from participation.storage.pages import Page, page_of
from participation.web.guard import current_actor, requires
from participation.web.pagination import PageIn, page_schema

blp: Final = Blueprint(
    "api_concept",
    __name__,
    url_prefix="/api/v1/processes/<process>/concept",
    description="The concept: its draft and its published versions",
)


@blp.route("/versions", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.arguments(PageIn, location="query")
@blp.response(200, page_schema(schemas.ConceptVersionOut))
def list_versions(asked: dict[str, int], process: str) -> Page[dict[str, Any]]:
    """List the published versions, the one that stands first."""
    found = process_by_slug(db.session(), process)
    return page_of([_version(version) for version in versions_of(db.session(), found.id)], **asked)


@blp.route("/versions", methods=["POST"])
@requires(Permission.CONCEPT_EDIT, fresh=True)
@blp.arguments(schemas.ConceptPublishIn)
@blp.response(201, schemas.ConceptVersionOut)
def publish(wanted: dict[str, Any], process: str) -> dict[str, Any]:
    """Publish the draft as the next version; it is public at once and never changes."""
    with transaction() as session:
        return _version(publish_concept(session, process, **wanted, actor=current_actor(), now=utcnow()))


@blp.route("/versions/<int:number>", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.response(200, schemas.ConceptWholeVersionOut)
def show_version(process: str, number: int) -> dict[str, Any]:
    """Show a published version with everything that it says."""
    version = _found(process, number)
    return _version(version) | {"document": concept_document(db.session(), version)}


@blp.route("/versions/<int:number>/changes", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.response(200, schemas.ConceptChangesOut)
def show_changes(process: str, number: int) -> dict[str, Any]:
    """Show what differs between a version and the one before it, which the first one does not have."""
    version, before = _found(process, number), _found(process, number - 1)
    documents = [concept_document(db.session(), one) for one in (before, version)]
    return {"number": number, "before": number - 1, "changes": changes_between(*documents)}


@blp.route("/versions/<int:number>/files", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.arguments(PageIn, location="query")
@blp.response(200, page_schema(RenderedFileOut))
def list_files(asked: dict[str, int], process: str, number: int) -> Page[dict[str, Any]]:
    """List the files of a version that somebody has asked for."""
    version = _found(process, number)
    return page_of([file_as_data(file) for file in files_of(db.session(), version.snapshot_id)], **asked)


@blp.route("/versions/<int:number>/files", methods=["POST"])
@requires(Permission.PROCESS_READ)
@blp.arguments(RenderedFileIn)
@blp.response(202, RenderedFileOut)
def request_file(wanted: dict[str, Any], process: str, number: int) -> dict[str, Any]:
    """Ask for a file of a version; everybody may, and all get the same one."""
    with transaction() as session:
        version = version_by_number(session, process_by_slug(session, process).id, number)
        return file_as_data(ask_for_file(session, version.snapshot, **wanted, now=utcnow()))


@blp.route("/draft", methods=["GET"])
@requires(Permission.CONCEPT_EDIT)
@blp.response(200, schemas.ConceptDraftOut)
def show_draft(process: str) -> dict[str, Any]:
    """Show the concept as it would be published now."""
    session = db.session()
    found = _own(session, process)
    content, latest = concept_content(session, found), latest_number(session, found.id)
    return {
        "mark": draft_mark(content, latest),
        "latest": latest,
        "principles": principles_of(session, found.id),
        "sections": sections_of(session, found.id),
        "document": content,
    }


@blp.route("/principles", methods=["POST"])
@requires(Permission.CONCEPT_EDIT)
@blp.arguments(schemas.ConceptNewPrincipleIn)
@blp.response(201, schemas.ConceptPrincipleOut)
def add_principle(wanted: dict[str, Any], process: str) -> Principle:
    """Add a principle to the draft."""
    code = wanted.pop("code")
    with transaction() as session:
        return services.add_principle(
            session, process, PrincipleDraft(**wanted), code=code, actor=current_actor(), now=utcnow()
        )


@blp.route("/principles/<code>", methods=["PUT"])
@requires(Permission.CONCEPT_EDIT)
@blp.arguments(schemas.ConceptChangedPrincipleIn)
@blp.response(200, schemas.ConceptPrincipleOut)
def change_principle(wanted: dict[str, Any], process: str, code: str) -> Principle:
    """Reword a principle of the draft, or move it; words in languages that are left out stay."""
    basis = wanted.pop("based_on")
    with transaction() as session:
        return services.change_principle(
            session, process, code, PrincipleDraft(**wanted), based_on=basis, actor=current_actor(), now=utcnow()
        )


@blp.route("/principles/<code>", methods=["DELETE"])
@requires(Permission.CONCEPT_EDIT)
@blp.arguments(schemas.ConceptRemovedPartIn, location="query")
@blp.response(204)
def remove_principle(asked: dict[str, int], process: str, code: str) -> None:
    """Take a principle out of the draft."""
    with transaction() as session:
        services.remove_principle(session, process, code, **asked, actor=current_actor(), now=utcnow())


@blp.route("/sections", methods=["POST"])
@requires(Permission.CONCEPT_EDIT)
@blp.arguments(schemas.ConceptNewSectionIn)
@blp.response(201, schemas.ConceptSectionOut)
def add_section(wanted: dict[str, Any], process: str) -> ConceptSection:
    """Add a section to the draft."""
    code = wanted.pop("code")
    with transaction() as session:
        return services.add_section(
            session, process, SectionDraft(**wanted), code=code, actor=current_actor(), now=utcnow()
        )


@blp.route("/sections/<code>", methods=["PUT"])
@requires(Permission.CONCEPT_EDIT)
@blp.arguments(schemas.ConceptChangedSectionIn)
@blp.response(200, schemas.ConceptSectionOut)
def change_section(wanted: dict[str, Any], process: str, code: str) -> ConceptSection:
    """Reword a section of the draft, or move it; words in languages that are left out stay."""
    basis = wanted.pop("based_on")
    with transaction() as session:
        return services.change_section(
            session, process, code, SectionDraft(**wanted), based_on=basis, actor=current_actor(), now=utcnow()
        )


@blp.route("/sections/<code>", methods=["DELETE"])
@requires(Permission.CONCEPT_EDIT)
@blp.arguments(schemas.ConceptRemovedPartIn, location="query")
@blp.response(204)
def remove_section(asked: dict[str, int], process: str, code: str) -> None:
    """Take a section out of the draft."""
    with transaction() as session:
        services.remove_section(session, process, code, **asked, actor=current_actor(), now=utcnow())


def _found(process: str, number: int) -> ConceptVersion:
    session = db.session()
    return version_by_number(session, process_by_slug(session, process).id, number)


def _own(session: Session, process: str) -> Process:
    found = process_by_slug(session, process)
    authorise(current_actor(), Permission.CONCEPT_EDIT, found)
    return found


def _version(version: ConceptVersion) -> dict[str, Any]:
    return {
        "number": version.number,
        "published_at": version.published_at,
        "note": version.note,
        "sha256": version.snapshot.sha256,
    }
