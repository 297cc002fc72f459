"""What proposals store about a person: drafts, what was handed in, and the steps on its way."""

from typing import Final

from sqlalchemy import select

from participation.accounts.models import Organisation
from participation.processes.models import Process
from participation.proposals.models import Proposal, ProposalEvent
from participation.rounds.models import Round
from participation.storage.holdings import Holding, the_person
from participation.texts.queries import original_body

STORED: Final = (
    Holding(
        "proposals",
        select(
            Process.slug.label("process"),
            Round.slug.label("round"),
            Proposal.code,
            Proposal.kind,
            Proposal.state.label("proposal_state"),
            Proposal.author_name,
            Organisation.name.label("organisation"),
            original_body(Proposal.title_id).label("title"),
            original_body(Proposal.body_id).label("body"),
            original_body(Proposal.target_group_id).label("target_group"),
            Proposal.created_at,
            Proposal.submitted_at,
        )
        .select_from(Proposal)
        .join(Process, Process.id == Proposal.process_id)
        .outerjoin(Round, Round.id == Proposal.round_id)
        .outerjoin(Organisation, Organisation.id == Proposal.organisation_id)
        .where(Proposal.author_id == the_person())
        .order_by(Proposal.created_at, Proposal.id),
    ),
    Holding(
        "stations",
        select(Proposal.code, ProposalEvent.action.label("station"), ProposalEvent.revision, ProposalEvent.at)
        .select_from(ProposalEvent)
        .join(Proposal, Proposal.id == ProposalEvent.proposal_id)
        .where(ProposalEvent.actor_id == the_person())
        .order_by(ProposalEvent.at, ProposalEvent.id),
    ),
)
