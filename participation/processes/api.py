"""The JSON side of processes."""

from typing import Any, Final

from flask_smorest import Blueprint

from participation.core.permissions import Permission
from participation.core.windows import Window, utcnow
from participation.extensions import db, transaction
from participation.processes import schemas, services
from participation.processes.models import Field, Phase, Process
from participation.processes.queries import process_by_slug, processes_page
from participation.processes.services import FieldDraft, PhaseDraft, ProcessDraft
from participation.storage.pages import Page
from participation.texts.queries import wordings
from participation.web.guard import current_actor, requires
from participation.web.pagination import PageIn, page_schema

blp: Final = Blueprint(
    "api_processes", __name__, url_prefix="/api/v1", description="Processes with their phases and fields"
)


@blp.route("/processes", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.arguments(PageIn, location="query")
@blp.response(200, page_schema(schemas.ProcessOut))
def list_processes(asked: dict[str, int]) -> Page[Process]:
    """List all processes, the newest first."""
    return processes_page(db.session(), page=asked["page"], per_page=asked["per_page"])


@blp.route("/processes", methods=["POST"])
@requires(Permission.PROCESS_EDIT)
@blp.arguments(schemas.ProcessIn)
@blp.response(201, schemas.ProcessOut)
def create_process(wanted: dict[str, Any]) -> Process:
    """Set up a process; only those whose rights reach beyond one process may."""
    languages = tuple(wanted.pop("languages"))
    with transaction() as session:
        return services.create_process(
            session, ProcessDraft(**wanted, languages=languages), actor=current_actor(), now=utcnow()
        )


@blp.route("/processes/<slug>", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.response(200, schemas.ProcessOut)
def show_process(slug: str) -> Process:
    """Show a process."""
    return process_by_slug(db.session(), slug)


@blp.route("/processes/<slug>", methods=["PATCH"])
@requires(Permission.PROCESS_EDIT)
@blp.arguments(schemas.ProcessChangesIn)
@blp.response(200, schemas.ProcessOut)
def edit_process(changes: dict[str, Any], slug: str) -> Process:
    """Change what is said about a process; words in languages that are left out stay."""
    with transaction() as session:
        draft = _changed(process_by_slug(session, slug), changes)
        return services.edit_process(session, slug, draft, actor=current_actor(), now=utcnow())


@blp.route("/processes/<slug>/phases", methods=["POST"])
@requires(Permission.PROCESS_EDIT)
@blp.arguments(schemas.PhaseIn)
@blp.response(201, schemas.PhaseOut)
def add_phase(wanted: dict[str, Any], slug: str) -> Phase:
    """Add a phase."""
    with transaction() as session:
        return services.add_phase(session, slug, _phase(wanted), actor=current_actor(), now=utcnow())


@blp.route("/processes/<slug>/phases/<code>", methods=["PUT"])
@requires(Permission.PROCESS_EDIT)
@blp.arguments(schemas.PhaseIn)
@blp.response(200, schemas.PhaseOut)
def edit_phase(wanted: dict[str, Any], slug: str, code: str) -> Phase:
    """Change a phase; its rounds do not move with it."""
    with transaction() as session:
        return services.edit_phase(session, slug, code, _phase(wanted), actor=current_actor(), now=utcnow())


@blp.route("/processes/<slug>/fields", methods=["POST"])
@requires(Permission.PROCESS_EDIT)
@blp.arguments(schemas.FieldIn)
@blp.response(201, schemas.FieldOut)
def add_field(wanted: dict[str, Any], slug: str) -> Field:
    """Add a field."""
    with transaction() as session:
        return services.add_field(session, slug, FieldDraft(**wanted), actor=current_actor(), now=utcnow())


@blp.route("/processes/<slug>/fields/<code>", methods=["PUT"])
@requires(Permission.PROCESS_EDIT)
@blp.arguments(schemas.FieldIn)
@blp.response(200, schemas.FieldOut)
def edit_field(wanted: dict[str, Any], slug: str, code: str) -> Field:
    """Change a field."""
    with transaction() as session:
        return services.edit_field(session, slug, code, FieldDraft(**wanted), actor=current_actor(), now=utcnow())


def _phase(wanted: dict[str, Any]) -> PhaseDraft:
    window = Window(wanted["opens_at"], wanted["closes_at"])
    return PhaseDraft(wanted["code"], wanted["titles"], window, wanted["position"])


def _changed(process: Process, changes: dict[str, Any]) -> ProcessDraft:
    """Return what the process says with the changes on top."""
    titles = {tag: said.body for tag, said in wordings(process.title).items()}
    summaries = {tag: said.body for tag, said in wordings(process.summary).items()} if process.summary else {}
    return ProcessDraft(
        city=changes.get("city", process.city),
        titles=titles | changes.get("titles", {}),
        summaries=summaries | changes.get("summaries", {}),
        time_zone=changes.get("time_zone", process.time_zone),
        languages=tuple(changes.get("languages", process.languages)),
        default_language=changes.get("default_language", process.default_language),
        currency=changes.get("currency", process.currency),
    )
