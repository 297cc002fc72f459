"""Being told by mail, in JSON."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.monitoring import schemas, services
from participation.monitoring.api.blueprint import blp
from participation.monitoring.models import Follower
from participation.monitoring.queries import followers_of, following_of
from participation.processes.queries import process_by_slug
from participation.proposals.models import Proposal
from participation.proposals.queries import readable_proposal
from participation.web.guard import current_actor, requires


@blp.route("/account/following", methods=["GET"])
@requires(Permission.FOLLOW_SELF)
@blp.response(200, schemas.FollowedOut(many=True))
def list_following() -> Sequence[Follower]:
    """List everything of which one is told by mail."""
    return followers_of(db.session(), current_actor().id)


@blp.route("/account/following", methods=["DELETE"])
@requires(Permission.FOLLOW_SELF)
@blp.response(204)
def stop_following() -> None:
    """Be told nothing more, of any process."""
    with transaction() as session:
        services.stop_all_news(session, current_actor().id)


@blp.route("/processes/<process>/following", methods=["GET"])
@requires(Permission.FOLLOW_SELF)
@blp.response(200, schemas.FollowingOut)
def show_following(process: str) -> dict[str, bool]:
    """Say whether one is told what becomes of a process as a whole."""
    session = db.session()
    found = following_of(session, current_actor(), process_by_slug(session, process).id)
    return {"wanted": found.whole}


@blp.route("/processes/<process>/following", methods=["PUT"])
@requires(Permission.FOLLOW_SELF)
@blp.arguments(schemas.FollowingIn)
@blp.response(200, schemas.FollowingOut)
def change_following(wanted: dict[str, Any], process: str) -> dict[str, bool]:
    """Be told what becomes of a process as a whole from now on, or no longer."""
    with transaction() as session:
        _change(session, process_by_slug(session, process).id, None, wanted=wanted["wanted"])
    return {"wanted": wanted["wanted"]}


@blp.route("/processes/<process>/proposals/<code>/following", methods=["GET"])
@requires(Permission.FOLLOW_SELF)
@blp.response(200, schemas.FollowingOut)
def show_following_of_proposal(process: str, code: str) -> dict[str, bool]:
    """Say whether one is told what becomes of a proposal by itself."""
    session = db.session()
    proposal = _readable(session, process, code)
    return {"wanted": following_of(session, current_actor(), proposal.process_id, proposal.id).single}


@blp.route("/processes/<process>/proposals/<code>/following", methods=["PUT"])
@requires(Permission.FOLLOW_SELF)
@blp.arguments(schemas.FollowingIn)
@blp.response(200, schemas.FollowingOut)
def change_following_of_proposal(wanted: dict[str, Any], process: str, code: str) -> dict[str, bool]:
    """Be told what becomes of a proposal from now on, or no longer."""
    with transaction() as session:
        proposal = _readable(session, process, code)
        _change(session, proposal.process_id, proposal.id, wanted=wanted["wanted"])
    return {"wanted": wanted["wanted"]}


def _readable(session: Session, process: str, code: str) -> Proposal:
    found = process_by_slug(session, process)
    return readable_proposal(session, found, code, actor=current_actor(), now=utcnow())


def _change(session: Session, process_id: str, proposal_id: str | None, *, wanted: bool) -> None:
    if wanted:
        services.follow(session, process_id, proposal_id, actor=current_actor(), now=utcnow())
    else:
        services.unfollow(session, process_id, proposal_id, actor=current_actor())
