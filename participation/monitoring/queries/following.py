"""Who follows what, and where what they follow has gone."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from participation.core.actor import Actor
from participation.monitoring.models import FollowedProposal, Follower, News
from participation.monitoring.rules import goes_on_in
from participation.proposals.models import Proposal


@dataclass(frozen=True, slots=True)
class Following:
    """Whether somebody follows a process as a whole, and whether they follow a proposal of it by itself."""

    whole: bool
    single: bool


NOTHING: Final = Following(whole=False, single=False)


def following_of(session: Session, actor: Actor, process_id: str, proposal_id: str | None = None) -> Following:
    """Say what the actor follows here."""
    if not actor.is_account:
        return NOTHING
    row = session.execute(
        select(Follower.whole_since, FollowedProposal.proposal_id)
        .outerjoin(
            FollowedProposal,
            (FollowedProposal.follower_id == Follower.id) & (FollowedProposal.proposal_id == proposal_id),
        )
        .where(Follower.account_id == actor.id, Follower.process_id == process_id)
    ).one_or_none()
    return NOTHING if row is None else Following(row[0] is not None, row[1] is not None)


def follower_in(session: Session, account_id: str, process_id: str) -> Follower | None:
    """Return what somebody follows in a process."""
    return session.scalar(
        select(Follower)
        .where(Follower.account_id == account_id, Follower.process_id == process_id)
        .options(selectinload(Follower.proposals).selectinload(FollowedProposal.proposal))
        .execution_options(populate_existing=True)
    )


def hold_follower(session: Session, follower_id: str) -> Follower | None:
    """Return what somebody follows in a process, held until the transaction ends; None if they no longer do."""
    return session.scalar(
        select(Follower)
        .where(Follower.id == follower_id)
        .options(selectinload(Follower.proposals))
        .with_for_update(of=Follower)
        .execution_options(populate_existing=True)
    )


def followers_of(session: Session, account_id: str) -> Sequence[Follower]:
    """Return everything that somebody follows, by process, with the proposals."""
    return session.scalars(
        select(Follower)
        .where(Follower.account_id == account_id)
        .order_by(Follower.began_at, Follower.id)
        .options(
            selectinload(Follower.process), selectinload(Follower.proposals).selectinload(FollowedProposal.proposal)
        )
        .execution_options(populate_existing=True)
    ).all()


def last_news(session: Session, process_id: str) -> int:
    """Return the number of the last news of a process, 0 if there is none."""
    return session.scalar(select(func.max(News.number)).where(News.process_id == process_id)) or 0


def carriers_of(session: Session, process_id: str) -> dict[str, frozenset[str]]:
    """Return for each merged or split proposal in which proposals it lives on, itself among them, by id."""
    merged: dict[str, str] = {}
    parts: defaultdict[str, list[str]] = defaultdict(list)
    rows = session.execute(
        select(Proposal.id, Proposal.merged_into_id, Proposal.split_from_id).where(
            Proposal.process_id == process_id,
            Proposal.merged_into_id.is_not(None) | Proposal.split_from_id.is_not(None),
        )
    )
    for proposal_id, into, came_from in rows:
        if into is not None:
            merged[proposal_id] = into
        if came_from is not None:
            parts[came_from].append(proposal_id)
    return {one: goes_on_in(merged, parts, one) for one in (*merged, *parts)}
