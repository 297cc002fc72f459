"""The JSON side of costings."""

from typing import Any, Final

from flask import Response
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.costings import schemas, services
from participation.costings.files import costing_sheet
from participation.costings.models import Cover
from participation.costings.queries import Sheet, costings_of, sheet
from participation.costings.reminders import remind_departments
from participation.costings.round_trip import apply_costings, measures_to_fill_in, preview_costings
from participation.costings.transcripts import costing_out, costs_in, judged_out, stated_rows
from participation.costings.uploads import read_sheet
from participation.extensions import db, transaction
from participation.processes.queries import process_by_slug
from participation.proposals.models import Proposal
from participation.proposals.queries import readable_proposal
from participation.storage.pages import Page, page_of
from participation.web.guard import current_actor, requires
from participation.web.pagination import PageIn, page_schema
from participation.workbooks.reading import MAX_BYTES
from participation.workbooks.writing import MIMETYPE

WORKBOOK: Final = {"type": "string", "format": "binary"}

blp = Blueprint("api_costings", __name__, url_prefix="/api/v1", description="What measures cost")


@blp.route("/processes/<process>/costs", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.response(200, schemas.SheetOut)
def show_sheet(process: str) -> dict[str, Any]:
    """Show what all admitted measures cost, and whose costs nobody has stated."""
    found = process_by_slug(db.session(), process)
    whole = sheet(db.session(), found.id)
    return {
        "currency": found.currency,
        "once_cents": whole.once_cents,
        "annual_cents": whole.annual_cents,
        "volume_cents": whole.volume_cents,
        "ending_cents": whole.ending_cents,
        "posts_hundredths": whole.posts_hundredths,
        "uncounted_posts": whole.uncounted_posts,
        "covered_cents": whole.covered_cents,
        "open_cents": whole.open_cents,
        **{cover.value: _sums(whole.of_cover(cover)) for cover in Cover},
        "owed": [line.proposal.code for line in whole.owed],
        "lines": [
            {
                "code": line.proposal.code,
                "department": line.proposal.department.code if line.proposal.department else None,
                "costing": costing_out(line.costing) if line.costing else None,
                "running_cents": line.running_cents,
            }
            for line in whole.lines
        ],
    }


@blp.route("/processes/<process>/proposals/<code>/costings", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.arguments(PageIn, location="query")
@blp.response(200, page_schema(schemas.CostingOut))
def list_costings(asked: dict[str, int], process: str, code: str) -> Page[dict[str, Any]]:
    """List what was stated about a measure's cost, the present statement first."""
    session = db.session()
    return page_of([costing_out(one) for one in costings_of(session, _proposal(session, process, code).id)], **asked)


@blp.route("/processes/<process>/proposals/<code>/costings", methods=["POST"])
@requires(Permission.COSTING_ENTER)
@blp.arguments(schemas.CostingIn)
@blp.response(201, schemas.CostingOut)
def enter_costing(wanted: dict[str, Any], process: str, code: str) -> dict[str, Any]:
    """State what a measure costs; what was stated before stays readable."""
    based_on, slug = wanted.pop("based_on"), wanted.pop("round")
    with transaction() as session:
        entered = services.enter_costing(
            session,
            _proposal(session, process, code).id,
            costs_in(wanted),
            based_on=based_on,
            slug=slug,
            actor=current_actor(),
            now=utcnow(),
        )
        return costing_out(entered)


@blp.route("/processes/<process>/costs/sheet", methods=["GET"])
@requires(Permission.COSTING_ENTER)
@blp.response(200, WORKBOOK, content_type=MIMETYPE)
def give_costing_sheet(process: str) -> Response:
    """Give the sheet of one's own measures to fill in (XLSX), the office that of all."""
    found = process_by_slug(db.session(), process)
    measures = measures_to_fill_in(db.session(), found, actor=current_actor())
    return Response(costing_sheet(found, measures, at=utcnow()), mimetype=MIMETYPE)


@blp.route("/processes/<process>/costs/preview", methods=["POST"])
@requires(Permission.COSTING_ENTER)
@blp.arguments(schemas.CostingSheetFile, location="files")
@blp.arguments(schemas.CostingSheetQuery, location="query")
@blp.response(200, schemas.CostingPreviewOut)
def preview_costing_sheet(files: dict[str, Any], asked: dict[str, Any], process: str) -> dict[str, Any]:
    """Say what a filled-in sheet would change and what is wrong in it, cell by cell; nothing is written."""
    found = process_by_slug(db.session(), process)
    authorise(current_actor(), Permission.COSTING_ENTER, found)
    rows = read_sheet(files["file"].stream.read(MAX_BYTES + 1), found)
    judged = preview_costings(db.session(), found, rows, actor=current_actor(), now=utcnow(), slug=asked["round"])
    return {"rows": [judged_out(one) for one in judged]}


@blp.route("/processes/<process>/costs/apply", methods=["POST"])
@requires(Permission.COSTING_ENTER)
@blp.arguments(schemas.CostingRowsIn)
@blp.response(200, schemas.EnteredCostingsOut)
def apply_costing_rows(wanted: dict[str, Any], process: str) -> dict[str, Any]:
    """State the costs of several measures in one transaction: all of them, or none where one is stale or at fault."""
    rows = stated_rows(wanted["rows"])
    with transaction() as session:
        found = process_by_slug(session, process)
        entered = apply_costings(session, found, rows, actor=current_actor(), now=utcnow(), slug=wanted["round"])
        return {"entered": sorted(costing.proposal.code for costing in entered)}


@blp.route("/rounds/<slug>/costs/reminders", methods=["POST"])
@requires(Permission.COSTING_ENTER_ANY)
@blp.arguments(schemas.RemindOfCostsIn)
@blp.response(201, schemas.RemindedOfCostsOut)
def remind_of_costs(wanted: dict[str, Any], slug: str) -> dict[str, Any]:
    """Remind departments that owe costs by mail, each once a day at most."""
    with transaction() as session:
        sent = remind_departments(session, slug, wanted["departments"] or None, actor=current_actor(), now=utcnow())
        return {"reminded": [{"department": one.department.code, "letters": one.letters} for one in sent]}


def _sums(part: Sheet) -> dict[str, int]:
    return {
        "measures": len(part.costed),
        "once_cents": part.once_cents,
        "annual_cents": part.annual_cents,
        "volume_cents": part.volume_cents,
    }


def _proposal(session: Session, process: str, code: str) -> Proposal:
    return readable_proposal(session, process_by_slug(session, process), code, actor=current_actor(), now=utcnow())
