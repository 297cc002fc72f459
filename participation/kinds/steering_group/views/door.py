"""The steering group's door: where its round stands, its sessions, and which proposals wait for a decision."""

from flask import render_template

from participation.ballots.booth import options_at_door, spent_in_words
from participation.ballots.guard import key_store
from participation.ballots.queries import has_voted
from participation.core.permissions import Permission, may
from participation.extensions import db
from participation.kinds.steering_group.queries import sessions_of, waiting_proposals
from participation.kinds.steering_group.views.blueprint import bp
from participation.proposals.queries import spelt_alike, support_of
from participation.rounds.doors import next_step, standing_at
from participation.rounds.kinds import KindName
from participation.web.guard import current_actor, requires
from participation.web.pagination import PER_PAGE, asked_page, page_links


@bp.get("/<slug>")
@requires(Permission.ROUND_READ)
def door(slug: str) -> str:
    """Show where the round stands for this visitor, what comes next, and to those who decide what waits for them."""
    standing = standing_at(slug, KindName.STEERING_GROUP)
    session, round_, actor = db.session(), standing.round, current_actor()
    me = standing.participant
    voted = me is not None and has_voted(session, round_.id, me)
    spent = spent_in_words(session, standing, key_store(), has_voted=voted)
    sessions = sessions_of(session, round_.process_id, standing.now)
    waiting = waiting_proposals(session, round_.process_id, sessions.ahead, page=asked_page(), per_page=PER_PAGE)
    decides = may(actor, Permission.PROPOSAL_DECIDE, round_)
    return render_template(
        "steering_group/door.html",
        standing=standing,
        step=next_step(standing, has_voted=voted, spent=spent),
        options=options_at_door(session, round_),
        has_voted=voted,
        is_spent=spent is not None,
        decides=decides,
        takes_notes=may(actor, Permission.GATHERING_NOTE, round_),
        sets_agenda=may(actor, Permission.GATHERING_MANAGE, round_),
        sessions=sessions,
        waiting=waiting,
        href_for=page_links(),
        support=support_of(session, waiting.shown),
        alike=spelt_alike(session, waiting.shown) if decides else {},
    )
