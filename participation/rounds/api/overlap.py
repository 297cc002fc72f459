"""Whether a person may vote in several rounds of a phase, in JSON."""

from typing import Any

from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.processes.models import Process
from participation.processes.queries import process_by_slug
from participation.rounds import schemas
from participation.rounds.api.blueprint import blp
from participation.rounds.queries import overlap_is_settled
from participation.rounds.services import settle_overlap
from participation.web.guard import current_actor, requires


@blp.route("/processes/<slug>/overlap", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.response(200, schemas.OverlapOut)
def show_overlap(slug: str) -> dict[str, Any]:
    """Say whether a person may vote in several rounds of a phase that ask the same."""
    return _described(process_by_slug(db.session(), slug))


@blp.route("/processes/<slug>/overlap", methods=["PUT"])
@requires(Permission.PROCESS_EDIT)
@blp.arguments(schemas.OverlapIn)
@blp.response(200, schemas.OverlapOut)
def settle(wanted: dict[str, bool], slug: str) -> dict[str, Any]:
    """Decide it, before the first round of the process is opened."""
    with transaction() as session:
        process = settle_overlap(session, slug, forbids=wanted["forbids_overlap"], actor=current_actor(), now=utcnow())
        return _described(process)


def _described(process: Process) -> dict[str, Any]:
    return {
        "forbids_overlap": process.forbids_overlap,
        "settled": overlap_is_settled(db.session(), process),
    }
