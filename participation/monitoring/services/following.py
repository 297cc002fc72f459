"""Wanting to be told what becomes of a process or of a proposal, and wanting it no more."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from participation.accounts.queries import account_by_id
from participation.core.actor import Actor
from participation.core.errors import Conflict, Forbidden, NotFound
from participation.core.ids import new_id
from participation.core.permissions import Permission, authorise
from participation.monitoring.models import FollowedProposal, Follower
from participation.monitoring.queries import follower_in, hold_follower, last_news
from participation.monitoring.rules import MOST_FOLLOWED
from participation.proposals.models import Proposal

_INSERT: Final[Mapping[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def follow(
    session: Session, process_id: str, proposal_id: str | None = None, *, actor: Actor, now: datetime
) -> Follower:
    """Tell somebody by mail what becomes of a process from now on, or of one of its proposals.

    Pressed twice it is the same wish, whatever races. Raises Forbidden `news_need_address` for an account without a
    mail address, NotFound for a draft, and Conflict `too_many_followed`.
    """
    authorise(actor, Permission.FOLLOW_SELF)
    if account_by_id(session, actor.id).email is None:
        raise Forbidden("news_need_address")
    if proposal_id is not None:
        _check_proposal(session, process_id, proposal_id)
    follower = _hold_own(session, process_id, actor, now)
    number = last_news(session, process_id)
    if proposal_id is None:
        follower.whole_since = number if follower.whole_since is None else follower.whole_since
        session.flush()
        return follower
    if session.get(FollowedProposal, (follower.id, proposal_id)) is not None:
        return follower
    followed = select(func.count()).where(FollowedProposal.follower_id == follower.id)
    if (session.scalar(followed) or 0) >= MOST_FOLLOWED:
        raise Conflict("too_many_followed", highest=MOST_FOLLOWED)
    new = _INSERT[session.get_bind().dialect.name](FollowedProposal).values(
        follower_id=follower.id, proposal_id=proposal_id, since=number, began_at=now
    )
    session.execute(new.on_conflict_do_nothing())
    session.expire(follower, ["proposals"])
    return follower


def unfollow(session: Session, process_id: str, proposal_id: str | None = None, *, actor: Actor) -> None:
    """Tell somebody no more of a process as a whole, or of one of its proposals; who follows nothing is forgotten."""
    authorise(actor, Permission.FOLLOW_SELF)
    found = follower_in(session, actor.id, process_id)
    follower = hold_follower(session, found.id) if found else None
    if follower is None:
        return
    if proposal_id is None:
        follower.whole_since = None
    else:
        follower.proposals = [one for one in follower.proposals if one.proposal_id != proposal_id]
    session.flush()
    if follower.whole_since is None and not follower.proposals:
        session.delete(follower)
        session.flush()


def stop_all_news(session: Session, account_id: str) -> None:
    """Tell somebody nothing more, of any process.

    The entry point has seen that it is they who ask: signed in, or with the link that only their mails hold.
    """
    session.execute(
        delete(Follower).where(Follower.account_id == account_id).execution_options(synchronize_session=False)
    )
    session.expire_all()


def _check_proposal(session: Session, process_id: str, proposal_id: str) -> None:
    """Refuse what is not public: a draft is its author's alone."""
    public = select(Proposal.id).where(
        Proposal.id == proposal_id, Proposal.process_id == process_id, Proposal.submitted_at.is_not(None)
    )
    if session.scalar(public) is None:
        raise NotFound("no_such_proposal", proposal=proposal_id)


def _hold_own(session: Session, process_id: str, actor: Actor, now: datetime) -> Follower:
    """Return what the actor follows in a process, begun if there is nothing yet, held until the transaction ends."""
    new = _INSERT[session.get_bind().dialect.name](Follower).values(
        id=new_id(), account_id=actor.id, process_id=process_id, began_at=now, told=last_news(session, process_id)
    )
    # A change of nothing holds the row that is there, which could be deleted between the two statements otherwise.
    same = {"process_id": new.excluded.process_id}
    session.execute(new.on_conflict_do_update(index_elements=[Follower.account_id, Follower.process_id], set_=same))
    return session.scalars(
        select(Follower)
        .where(Follower.account_id == actor.id, Follower.process_id == process_id)
        .with_for_update(of=Follower)
        .execution_options(populate_existing=True)
    ).one()
