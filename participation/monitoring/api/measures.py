"""Where measures stand, in JSON."""

from collections.abc import Sequence
from typing import Any

from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.monitoring import schemas, services
from participation.monitoring.api.blueprint import blp
from participation.monitoring.models import MeasureStatus
from participation.monitoring.queries import Line, Wanted, board_of, narrowed, statuses_of
from participation.monitoring.rules import MeasureState
from participation.monitoring.services import Report
from participation.processes.queries import process_by_slug
from participation.proposals.models import Proposal
from participation.proposals.queries import readable_proposal
from participation.storage.pages import Page, page_of
from participation.web.guard import current_actor, requires
from participation.web.pagination import page_schema


@blp.route("/processes/<process>/measures", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.arguments(schemas.FollowedUpMeasuresIn, location="query")
@blp.response(200, page_schema(schemas.FollowedUpMeasureOut))
def list_measures(asked: dict[str, Any], process: str) -> Page[Line]:
    """List the admitted measures of a process and where they stand."""
    session = db.session()
    status = asked["status"]
    wanted = Wanted(
        state=MeasureState(status) if status not in {"", "none"} else None,
        silent=status == "none",
        field=asked["field"],
        department=asked["department"],
        search=asked["search"],
    )
    board = narrowed(board_of(session, process_by_slug(session, process).id), wanted)
    return page_of(board.lines, page=asked["page"], per_page=asked["per_page"])


@blp.route("/processes/<process>/measures/counts", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.response(200, schemas.MeasureCountsOut)
def count_measures(process: str) -> dict[str, Any]:
    """Say how many admitted measures stand where."""
    session = db.session()
    board = board_of(session, process_by_slug(session, process).id)
    return {
        "total": len(board.lines),
        "silent": board.silent,
        "counts": {state.value: count for state, count in board.counts.items()},
    }


@blp.route("/processes/<process>/measures/<code>/statuses", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.response(200, schemas.MeasureStatusOut(many=True))
def list_statuses(process: str, code: str) -> Sequence[MeasureStatus]:
    """List everything that was reported of a measure, the present status first."""
    return statuses_of(db.session(), _proposal(process, code).id)


@blp.route("/processes/<process>/measures/<code>/statuses", methods=["POST"])
@requires(Permission.MEASURE_TRACK)
@blp.arguments(schemas.MeasureStatusIn)
@blp.response(201, schemas.MeasureStatusOut)
def report_status(wanted: dict[str, Any], process: str, code: str) -> MeasureStatus:
    """Report where a measure stands: departments for those for which they answer, the office for any."""
    proposal_id = _proposal(process, code).id
    with transaction() as session:
        return services.report_status(
            session,
            proposal_id,
            Report(wanted["status"], wanted["since"], wanted["reasons"]),
            based_on=wanted["based_on"],
            actor=current_actor(),
            now=utcnow(),
        )


def _proposal(process: str, code: str) -> Proposal:
    session = db.session()
    return readable_proposal(session, process_by_slug(session, process), code, actor=current_actor(), now=utcnow())
