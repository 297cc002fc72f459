"""The steps that follow the decision, in JSON."""

from typing import Any

from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.monitoring import schemas, services
from participation.monitoring.api.blueprint import blp
from participation.monitoring.queries import StepOnRoad, roadmap_of, step_of
from participation.monitoring.services import StepDraft
from participation.processes.queries import process_by_slug
from participation.web.guard import current_actor, requires


@blp.route("/processes/<process>/roadmap", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.response(200, schemas.RoadmapStepOut(many=True))
def list_steps(process: str) -> list[StepOnRoad]:
    """List the steps that follow the decision, in their order."""
    session = db.session()
    return roadmap_of(session, process_by_slug(session, process).id)


@blp.route("/processes/<process>/roadmap", methods=["POST"])
@requires(Permission.ROADMAP_EDIT)
@blp.arguments(schemas.RoadmapStepIn)
@blp.response(201, schemas.RoadmapStepOut)
def add_step(wanted: dict[str, Any], process: str) -> StepOnRoad:
    """Add a step at the end of the roadmap."""
    with transaction() as session:
        found = process_by_slug(session, process)
        step = services.add_step(session, found, StepDraft(**wanted), actor=current_actor(), now=utcnow())
        return step_of(session, found.id, step.id)


@blp.route("/processes/<process>/roadmap/<step>", methods=["PUT"])
@requires(Permission.ROADMAP_EDIT)
@blp.arguments(schemas.ChangedRoadmapStepIn)
@blp.response(200, schemas.RoadmapStepOut)
def change_step(wanted: dict[str, Any], process: str, step: str) -> StepOnRoad:
    """Change what a step says, how often it comes round or when it is due."""
    based_on = wanted.pop("based_on")
    with transaction() as session:
        found = process_by_slug(session, process)
        services.change_step(
            session, found, step, StepDraft(**wanted), based_on=based_on, actor=current_actor(), now=utcnow()
        )
        return step_of(session, found.id, step)


@blp.route("/processes/<process>/roadmap/<step>", methods=["DELETE"])
@requires(Permission.ROADMAP_EDIT)
@blp.response(204)
def remove_step(process: str, step: str) -> None:
    """Take a step off the roadmap, unless it was done already."""
    with transaction() as session:
        found = process_by_slug(session, process)
        services.remove_step(session, found, step, actor=current_actor(), now=utcnow())


@blp.route("/processes/<process>/roadmap/<step>/move", methods=["POST"])
@requires(Permission.ROADMAP_EDIT)
@blp.arguments(schemas.StepMoveIn)
@blp.response(200, schemas.RoadmapStepOut(many=True))
def move_step(wanted: dict[str, Any], process: str, step: str) -> list[StepOnRoad]:
    """Let a step change places with its neighbour."""
    earlier = wanted["direction"] == "earlier"
    with transaction() as session:
        found = process_by_slug(session, process)
        services.move_step(session, found, step, earlier=earlier, actor=current_actor(), now=utcnow())
        return roadmap_of(session, found.id)


@blp.route("/processes/<process>/roadmap/<step>/times", methods=["POST"])
@requires(Permission.ROADMAP_EDIT)
@blp.arguments(schemas.StepDoneIn)
@blp.response(201, schemas.RoadmapStepOut)
def note_done(wanted: dict[str, Any], process: str, step: str) -> StepOnRoad:
    """Note that a step was done; one that comes round is due again from then on."""
    with transaction() as session:
        found = process_by_slug(session, process)
        services.note_done(session, found, step, **wanted, actor=current_actor(), now=utcnow())
        return step_of(session, found.id, step)


@blp.route("/processes/<process>/roadmap/<step>/take-back", methods=["POST"])
@requires(Permission.ROADMAP_EDIT)
@blp.arguments(schemas.StepTakenBackIn)
@blp.response(200, schemas.RoadmapStepOut)
def take_back_done(wanted: dict[str, Any], process: str, step: str) -> StepOnRoad:
    """Take back that a step was done the last time."""
    with transaction() as session:
        found = process_by_slug(session, process)
        services.take_back_done(session, found, step, **wanted, actor=current_actor(), now=utcnow())
        return step_of(session, found.id, step)
