"""What proposals store about a person: drafts, what was handed in, the steps on its way, support and interests."""

from typing import Final

from sqlalchemy import literal, select

from participation.accounts.models import Organisation
from participation.processes.models import Process
from participation.proposals.models import Proposal, ProposalEvent, ProposalInterest, ProposalSupport
from participation.rounds.models import Round
from participation.rounds.queries import account_key
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
            original_body(Proposal.partners_id).label("partners"),
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
    Holding(
        "supports",
        select(
            Process.slug.label("process"),
            Proposal.code,
            original_body(Proposal.title_id).label("title"),
            Round.slug.label("round"),
            ProposalSupport.revision,
            ProposalSupport.supported_at,
        )
        .select_from(ProposalSupport)
        .join(Proposal, Proposal.id == ProposalSupport.proposal_id)
        .join(Process, Process.id == Proposal.process_id)
        .join(Round, Round.id == ProposalSupport.round_id)
        .where(ProposalSupport.participant == literal(account_key("")).concat(the_person()))
        .order_by(ProposalSupport.supported_at, Proposal.code),
    ),
    Holding(
        "interests",
        select(
            Process.slug.label("process"),
            Proposal.code,
            original_body(ProposalInterest.words_id).label("body"),
            ProposalInterest.declared_at,
        )
        .select_from(ProposalInterest)
        .join(Proposal, Proposal.id == ProposalInterest.proposal_id)
        .join(Process, Process.id == Proposal.process_id)
        .where(ProposalInterest.account_id == the_person())
        .order_by(ProposalInterest.declared_at, Proposal.code),
    ),
)
