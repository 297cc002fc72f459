"""The steering group's door: where its round stands, and which proposals wait for a decision."""

from flask import render_template

from participation.ballots.booth import options_at_door
from participation.ballots.queries import has_voted
from participation.core.permissions import Permission, may
from participation.extensions import db
from participation.kinds.steering_group.views.blueprint import bp
from participation.proposals.queries import Wanted, listed, spelt_alike
from participation.proposals.rules import ProposalState
from participation.rounds.doors import next_step, standing_at
from participation.rounds.kinds import KindName
from participation.storage.pages import read_page
from participation.web.guard import current_actor, requires
from participation.web.pagination import PER_PAGE, asked_page, page_links


@bp.get("/<slug>")
@requires(Permission.ROUND_READ)
def door(slug: str) -> str:
    """Show where the round stands for this visitor, and to those who decide what waits for them."""
    standing = standing_at(slug, KindName.STEERING_GROUP)
    session, round_ = db.session(), standing.round
    me = standing.participant
    voted = me is not None and has_voted(session, round_.id, me)
    waiting = listed(round_.process_id, Wanted(state=ProposalState.SUBMITTED))
    page_of = read_page(session, waiting, page=asked_page(), per_page=PER_PAGE)
    decides = may(current_actor(), Permission.PROPOSAL_DECIDE, round_)
    return render_template(
        "steering_group/door.html",
        standing=standing,
        step=next_step(standing, has_voted=voted),
        options=options_at_door(session, round_),
        has_voted=voted,
        decides=decides,
        page_of=page_of,
        href_for=page_links(),
        alike=spelt_alike(session, page_of.items) if decides else {},
    )
