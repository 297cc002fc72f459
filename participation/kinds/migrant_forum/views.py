"""Organisations propose and vote through their delegates."""

from flask import Blueprint, render_template

from participation.ballots.booth import options_at_door
from participation.core.permissions import Permission
from participation.extensions import db
from participation.kinds.migrant_forum.queries import admitted_organisations, own_organisation
from participation.rounds.doors import next_step, standing_at
from participation.rounds.kinds import KindName
from participation.web.guard import current_actor, requires

bp = Blueprint("migrant_forum", __name__, url_prefix="/migrant-forum")


@bp.get("/<slug>")
@requires(Permission.ROUND_READ)
def door(slug: str) -> str:
    """Show where the round stands for this visitor; delegates see their mandate and their organisation's ballot."""
    standing = standing_at(slug, KindName.MIGRANT_FORUM)
    session, round_, me = db.session(), standing.round, standing.participant
    own = own_organisation(session, round_, me, current_actor(), standing.now) if me else None
    return render_template(
        "migrant_forum/door.html",
        standing=standing,
        step=next_step(standing, has_voted=own is not None and own.voted_on is not None),
        options=options_at_door(session, round_),
        own=own,
        organisations=admitted_organisations(session, round_.process_id),
    )
