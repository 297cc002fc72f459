"""The roll of a round in JSON."""

from typing import Any

from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.rounds import schemas, services
from participation.rounds.api.blueprint import blp
from participation.rounds.queries import addresses_on_roll, round_by_slug
from participation.rounds.services import Seat
from participation.web.guard import current_actor, requires


@blp.route("/rounds/<slug>/roll", methods=["GET"])
@requires(Permission.ROUND_EDIT)
@blp.response(200, schemas.RollOut)
def show_roll(slug: str) -> dict[str, Any]:
    """Show who takes part by name, to those who keep the roll."""
    round_ = round_by_slug(db.session(), slug)
    authorise(current_actor(), Permission.ROUND_EDIT, round_)
    return _roll(round_.id)


@blp.route("/rounds/<slug>/roll", methods=["PUT"])
@requires(Permission.ROUND_EDIT)
@blp.arguments(schemas.RollIn)
@blp.response(200, schemas.RollOut)
def set_roll(wanted: dict[str, Any], slug: str) -> dict[str, Any]:
    """Make the roll exactly these people; once the round is open it only grows."""
    seats = [Seat(member["email"], member["seat"]) for member in wanted["members"]]
    with transaction() as session:
        services.set_roll(session, slug, seats, actor=current_actor(), now=utcnow())
        return _roll(round_by_slug(session, slug).id)


def _roll(round_id: str) -> dict[str, Any]:
    entries = addresses_on_roll(db.session(), round_id)
    return {"members": [{"email": address, "seat": entry.seat} for entry, address in entries]}
