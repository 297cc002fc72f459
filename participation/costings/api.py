"""The JSON side of costings."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.costings import schemas, services
from participation.costings.models import Costing, Costs
from participation.costings.queries import costings_of, sheet
from participation.costings.rules import post_is_needed
from participation.extensions import db, transaction
from participation.processes.queries import process_by_slug
from participation.proposals.models import Proposal
from participation.proposals.queries import readable_proposal
from participation.storage.pages import Page, page_of
from participation.web.guard import current_actor, requires
from participation.web.pagination import PageIn, page_schema

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
        "owed": [line.proposal.code for line in whole.owed],
        "lines": [
            {
                "code": line.proposal.code,
                "department": line.proposal.department.code if line.proposal.department else None,
                "costing": _costing(line.costing) if line.costing else None,
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
    return page_of([_costing(one) for one in costings_of(session, _proposal(session, process, code).id)], **asked)


@blp.route("/processes/<process>/proposals/<code>/costings", methods=["POST"])
@requires(Permission.COSTING_ENTER)
@blp.arguments(schemas.CostingIn)
@blp.response(201, schemas.CostingOut)
def enter_costing(wanted: dict[str, Any], process: str, code: str) -> dict[str, Any]:
    """State what a measure costs; what was stated before stays readable."""
    based_on, slug = wanted.pop("based_on"), wanted.pop("round")
    wanted["needs_post"] = post_is_needed(wanted["posts_hundredths"], stated=wanted["needs_post"])
    with transaction() as session:
        entered = services.enter_costing(
            session,
            _proposal(session, process, code).id,
            Costs(**wanted),
            based_on=based_on,
            slug=slug,
            actor=current_actor(),
            now=utcnow(),
        )
        return _costing(entered)


def _proposal(session: Session, process: str, code: str) -> Proposal:
    return readable_proposal(session, process_by_slug(session, process), code, actor=current_actor(), now=utcnow())


def _costing(costing: Costing) -> dict[str, Any]:
    return {
        "revision": costing.revision,
        "once_cents": costing.once_cents,
        "annual_cents": costing.annual_cents,
        "volume_cents": costing.volume.cents,
        "low_cents": costing.low_cents,
        "high_cents": costing.high_cents,
        "currency": costing.currency,
        "quality": costing.quality,
        "cover": costing.cover,
        "cover_source": costing.cover_source,
        "needs_post": costing.needs_post,
        "note": costing.note,
        "years": costing.years,
        "whole_cents": costing.whole_cents,
        "posts_hundredths": costing.posts_hundredths,
        "feasibility": costing.feasibility,
        "statement": costing.statement,
        "first_month": costing.first_month,
        "last_month": costing.last_month,
        "department": costing.department.code if costing.department else None,
        "written_at": costing.written_at,
    }
