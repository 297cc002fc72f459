"""The JSON side of imports, and of processes that are made from a template or as a copy."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.exchange import schemas, services
from participation.exchange.blueprints import all_blueprints, blueprint_by_name
from participation.exchange.plans import Plan, draft_of, make_process, plan_copy, plan_from_template
from participation.exchange.rehearsing import rehearsed
from participation.exchange.sheets import read_records
from participation.exchange.shown_plans import plan_out
from participation.extensions import db, transaction
from participation.processes.queries import process_by_slug
from participation.processes.services import ProcessDraft
from participation.web.guard import current_actor, requires
from participation.workbooks.reading import MAX_BYTES

blp = Blueprint("api_exchange", __name__, url_prefix="/api/v1", description="Imports, templates and copies")


@blp.route("/processes/<slug>/imports", methods=["POST"])
@requires(Permission.IMPORT_RUN)
@blp.arguments(schemas.ImportFiles, location="files")
@blp.arguments(schemas.ImportQuery, location="query")
@blp.response(200, schemas.ImportOut)
def import_proposals(files: dict[str, Any], query: dict[str, Any], slug: str) -> dict[str, Any]:
    """Import goals and measures from a file: all of them, or none and a list of every place at fault."""
    upload = files["file"]
    records = read_records(upload.filename or "", upload.stream.read(MAX_BYTES + 1))
    if query["check_only"]:
        process = process_by_slug(db.session(), slug)
        report = services.check_import(db.session(), process, records, actor=current_actor())
    else:
        with transaction() as session:
            process = process_by_slug(session, slug)
            report = services.import_proposals(session, process, records, actor=current_actor(), now=utcnow())
    return {
        "imported": not query["check_only"],
        "goals": report.goals,
        "sub_goals": report.sub_goals,
        "measures": report.measures,
        "costings": report.costings,
    }


@blp.route("/process-templates", methods=["GET"])
@requires(Permission.PROCESS_EDIT, everywhere=True)
@blp.response(200, schemas.TemplatesOut)
def list_templates() -> dict[str, Any]:
    """List the templates from which processes can be made."""
    return {"items": [{"name": one["name"], "titles": one["title"], "about": one["about"]} for one in all_blueprints()]}


@blp.route("/process-templates/<name>/processes", methods=["POST"])
@requires(Permission.PROCESS_EDIT, everywhere=True)
@blp.arguments(schemas.FromTemplateIn)
@blp.arguments(schemas.ImportQuery, location="query")
@blp.response(201, schemas.PlanOut)
def make_from_template(wanted: dict[str, Any], query: dict[str, Any], name: str) -> dict[str, Any]:
    """Make a process from a template, rounds as drafts; with `check_only` nothing is written."""
    blueprint_by_name(name)
    starts_on, languages = wanted.pop("starts_on"), tuple(wanted.pop("languages"))
    draft = ProcessDraft(**wanted, languages=languages)
    return _made(lambda _session: plan_from_template(name, draft, starts_on, now=utcnow()), query)


@blp.route("/processes/<slug>/copies", methods=["POST"])
@requires(Permission.PROCESS_EDIT, everywhere=True)
@blp.arguments(schemas.CopyIn)
@blp.arguments(schemas.ImportQuery, location="query")
@blp.response(201, schemas.PlanOut)
def copy_process(wanted: dict[str, Any], query: dict[str, Any], slug: str) -> dict[str, Any]:
    """Copy a process without people, proposals, ballots and results; with `check_only` nothing is written."""

    def plan(session: Session) -> Plan:
        source = process_by_slug(session, slug)
        return plan_copy(
            session,
            source,
            replace(draft_of(source), titles=wanted["titles"], slug=wanted["slug"]),
            wanted["starts_on"],
            with_organisations=wanted["organisations"],
            actor=current_actor(),
            now=utcnow(),
        )

    return _made(plan, query)


def _made(plan: Callable[[Session], Plan], query: Mapping[str, Any]) -> dict[str, Any]:
    if query["check_only"]:
        return plan_out(rehearsed(plan, actor=current_actor(), now=utcnow()), None)
    with transaction() as session:
        wanted = plan(session)
        return plan_out(wanted, make_process(session, wanted, actor=current_actor(), now=utcnow()).slug)
