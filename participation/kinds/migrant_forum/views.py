"""Organisations propose, sign together, word a statement and vote through their delegates."""

from flask import Blueprint, render_template

from participation.accounts.queries import admitted_organisations
from participation.ballots.booth import options_at_door
from participation.core.permissions import Permission
from participation.extensions import db
from participation.gatherings.queries import may_word, readable_statement
from participation.kinds.migrant_forum.queries import own_organisation, signed_together
from participation.proposals.queries import support_of
from participation.rounds.doors import next_step, standing_at
from participation.rounds.kinds import KindName
from participation.rounds.rules import RoundState
from participation.web.guard import current_actor, requires

bp = Blueprint("migrant_forum", __name__, url_prefix="/migrant-forum")


@bp.get("/<slug>")
@requires(Permission.ROUND_READ)
def door(slug: str) -> str:
    """Show where the round stands for this visitor; delegates see their mandate and their organisation's ballot."""
    standing = standing_at(slug, KindName.MIGRANT_FORUM)
    session, round_, me, actor = db.session(), standing.round, standing.participant, current_actor()
    own = own_organisation(session, round_, me, actor, standing.now) if me else None
    statement = readable_statement(session, round_, actor, standing.now)
    signatures = statement.signatures if statement else ()
    to_sign = signed_together(session, round_.process_id)
    return render_template(
        "migrant_forum/door.html",
        standing=standing,
        step=next_step(standing, has_voted=own is not None and own.voted_on is not None),
        options=options_at_door(session, round_),
        own=own,
        organisations=admitted_organisations(session, round_.process_id),
        statement=statement,
        signed_by={one.organisation_id for one in signatures if not one.is_of_earlier_wording},
        may_word=round_.state is not RoundState.DRAFT and may_word(session, round_, actor, standing.now),
        to_sign=to_sign,
        support=support_of(session, to_sign),
    )
