"""What the forum's door shows of organisations and their delegates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from participation.accounts.models import Mandate, Organisation
from participation.accounts.queries import mandates_in_force
from participation.ballots.queries import voted_on
from participation.core.actor import Actor
from participation.core.windows import local_at
from participation.proposals.models import Proposal, ProposalSupport
from participation.proposals.queries import with_relatives
from participation.proposals.rules import LIVE
from participation.rounds.models import Round
from participation.rounds.queries import Participant


@dataclass(frozen=True, slots=True)
class OwnOrganisation:
    """The organisation for which somebody acts: its delegates today, one's own mandate, the day of its ballot."""

    organisation: Organisation
    mandates: Sequence[Mandate]
    own: Mandate
    voted_on: date | None


def own_organisation(
    session: Session, round_: Round, participant: Participant, actor: Actor, now: datetime
) -> OwnOrganisation | None:
    """Return what a delegate sees of the organisation for which they act in the round."""
    today = local_at(now, round_.process.time_zone).date()
    mandates = mandates_in_force(session, participant.organisation_id or "", today)
    own = next((mandate for mandate in mandates if mandate.account_id == actor.id), None)
    if own is None:
        return None
    return OwnOrganisation(own.organisation, mandates, own, voted_on(session, round_.id, participant))


def signed_together(session: Session, process_id: str, *, most: int = 5) -> Sequence[Proposal]:
    """Return the live proposals that organisations signed, those with the most signatures first."""
    signatures = func.count(ProposalSupport.id)
    signed = session.scalars(
        select(ProposalSupport.proposal_id)
        .join(Proposal, Proposal.id == ProposalSupport.proposal_id)
        .where(
            Proposal.process_id == process_id,
            Proposal.state.in_(LIVE),
            ProposalSupport.organisation_id.is_not(None),
        )
        .group_by(ProposalSupport.proposal_id, Proposal.position)
        .order_by(signatures.desc(), Proposal.position, ProposalSupport.proposal_id)
        .limit(most)
    ).all()
    found = session.scalars(with_relatives(select(Proposal).where(Proposal.id.in_(signed)))).all()
    return sorted(found, key=lambda proposal: signed.index(proposal.id))
