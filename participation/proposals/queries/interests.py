"""Interests declared on proposals, and as what somebody may declare one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.accounts.models import Department, Organisation
from participation.core.actor import Actor
from participation.core.permissions import Permission, Role, may
from participation.proposals.models import Proposal, ProposalInterest
from participation.proposals.rules import Capacity
from participation.rounds.queries import departments_acted_for, organisations_spoken_for


@dataclass(frozen=True, slots=True)
class StandingFor:
    """As what somebody speaks: for themselves, for an organisation, for a department, or as one who decides."""

    capacity: Capacity
    organisation: Organisation | None = None
    department: Department | None = None

    @property
    def key(self) -> str:
        """Return what a form calls it."""
        thing = self.organisation or self.department
        return f"{self.capacity.value}:{thing.code}" if thing else self.capacity.value


def capacities_of(session: Session, proposal: Proposal, actor: Actor, now: datetime) -> list[StandingFor]:
    """Return as what the actor may declare an interest on a proposal: none for whoever only reads it."""
    if not actor.is_account:
        return []
    found = []
    if proposal.organisation_id is None and proposal.author_id == actor.id:
        found.append(StandingFor(Capacity.AUTHOR))
    organisations = organisations_spoken_for(session, proposal.process, actor, now)
    found += [StandingFor(Capacity.ORGANISATION, organisation=one) for one in organisations]
    departments = departments_acted_for(session, proposal.process_id, actor)
    found += [StandingFor(Capacity.DEPARTMENT, department=one) for one in departments]
    if any(grant.role == Role.STEERING and grant.process_id in {None, proposal.process_id} for grant in actor.grants):
        found.append(StandingFor(Capacity.STEERING))
    if may(actor, Permission.PROPOSAL_EDIT, proposal):
        found.append(StandingFor(Capacity.OFFICE))
    return found


def interests_of(session: Session, proposals: Sequence[Proposal]) -> Sequence[ProposalInterest]:
    """Return the interests declared on proposals, the earliest first.

    Where proposals were merged, those on the merged ones count for what they went into: ask for all of them.
    """
    return session.scalars(
        select(ProposalInterest)
        .where(ProposalInterest.proposal_id.in_([proposal.id for proposal in proposals]))
        .order_by(ProposalInterest.declared_at, ProposalInterest.id)
    ).all()


def own_interest(session: Session, proposal: Proposal, actor: Actor) -> ProposalInterest | None:
    """Return the interest that the actor has declared on a proposal."""
    if not actor.is_account:
        return None
    return session.scalar(
        select(ProposalInterest).where(
            ProposalInterest.proposal_id == proposal.id, ProposalInterest.account_id == actor.id
        )
    )
