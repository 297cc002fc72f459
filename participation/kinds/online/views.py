"""Anybody joins by mail link."""

from flask import Blueprint, render_template

from participation.ballots.booth import options_at_door, spent_in_words
from participation.ballots.guard import key_store
from participation.ballots.queries import has_voted
from participation.ballots.reminders import wants_reminder
from participation.core.permissions import Permission
from participation.extensions import db
from participation.rounds.doors import next_step, standing_at
from participation.rounds.kinds import KindName
from participation.web.guard import current_actor, requires

bp = Blueprint("online", __name__, url_prefix="/online")


@bp.get("/<slug>")
@requires(Permission.ROUND_READ)
def door(slug: str) -> str:
    """Show where the round stands for this visitor and what they can do now."""
    standing = standing_at(slug, KindName.ONLINE)
    session = db.session()
    me = standing.participant
    voted = me is not None and has_voted(session, standing.round.id, me)
    spent = spent_in_words(session, standing, key_store(), has_voted=voted)
    return render_template(
        "online/door.html",
        standing=standing,
        step=next_step(standing, has_voted=voted, spent=spent),
        options=options_at_door(session, standing.round),
        has_voted=voted,
        is_spent=spent is not None,
        reminded=wants_reminder(session, standing.round, current_actor()) if me and not voted else None,
    )
