"""The citizens' workshop takes part with participation codes."""

from flask import Blueprint, render_template

from participation.ballots.booth import options_at_door, spent_in_words
from participation.ballots.guard import key_store
from participation.ballots.queries import has_voted
from participation.core.permissions import Permission, may
from participation.extensions import db
from participation.gatherings.queries import assisted_numbers, gatherings_of, workshops_with_tables
from participation.gatherings.rules import GatheringKind
from participation.rounds.doors import next_step, standing_at
from participation.rounds.kinds import KindName
from participation.web.guard import current_actor, requires

bp = Blueprint("citizens", __name__, url_prefix="/citizens")


@bp.get("/<slug>")
@requires(Permission.ROUND_READ)
def door(slug: str) -> str:
    """Show where the round stands, where and when people meet, and to facilitators their tables."""
    standing = standing_at(slug, KindName.CITIZENS)
    session, round_, now = db.session(), standing.round, standing.now
    me = standing.participant
    voted = me is not None and has_voted(session, round_.id, me)
    spent = spent_in_words(session, standing, key_store(), has_voted=voted)
    takes_notes = may(current_actor(), Permission.GATHERING_NOTE, round_)
    workshops = workshops_with_tables(session, round_)
    assisted = gatherings_of(session, round_.process_id, {GatheringKind.ASSISTED}, round_id=round_.id)
    return render_template(
        "citizens/door.html",
        standing=standing,
        step=next_step(standing, has_voted=voted, spent=spent),
        options=options_at_door(session, round_),
        has_voted=voted,
        is_spent=spent is not None,
        ahead=sorted(
            (one for one in (*workshops, *assisted) if now < one.ends_at), key=lambda one: (one.starts_at, one.number)
        ),
        been=[one for one in reversed(workshops) if one.ends_at <= now],
        open_days=[one for one in workshops if one.tables and not one.is_approved],
        numbers=assisted_numbers(session, round_, in_full=takes_notes),
        takes_notes=takes_notes,
        watches=may(current_actor(), Permission.ROUND_WATCH, round_),
    )
