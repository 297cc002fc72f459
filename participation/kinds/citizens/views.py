"""The citizens' workshop takes part with participation codes."""

from flask import Blueprint, render_template

from participation.ballots.booth import options_at_door
from participation.ballots.queries import has_voted
from participation.core.permissions import Permission
from participation.extensions import db
from participation.rounds.doors import next_step, standing_at
from participation.rounds.kinds import KindName
from participation.web.guard import requires

bp = Blueprint("citizens", __name__, url_prefix="/citizens")


@bp.get("/<slug>")
@requires(Permission.ROUND_READ)
def door(slug: str) -> str:
    """Show where the round stands for this visitor and what they can do now."""
    standing = standing_at(slug, KindName.CITIZENS)
    session = db.session()
    me = standing.participant
    voted = me is not None and has_voted(session, standing.round.id, me)
    return render_template(
        "citizens/door.html",
        standing=standing,
        step=next_step(standing, has_voted=voted),
        options=options_at_door(session, standing.round),
        has_voted=voted,
    )
