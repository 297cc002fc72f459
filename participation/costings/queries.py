"""Reading costings."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from participation.costings.models import Costing, Cover
from participation.proposals.models import Proposal
from participation.proposals.queries import with_words
from participation.proposals.rules import ProposalKind, ProposalState


def current_costings(session: Session, proposal_ids: Collection[str]) -> dict[str, Costing]:
    """Return the highest revision of each proposal's costing, by proposal id; those without one are missing."""
    highest = (
        select(Costing.proposal_id, func.max(Costing.revision).label("revision"))
        .where(Costing.proposal_id.in_(set(proposal_ids)))
        .group_by(Costing.proposal_id)
        .subquery()
    )
    rows = session.scalars(
        select(Costing).join(
            highest, (Costing.proposal_id == highest.c.proposal_id) & (Costing.revision == highest.c.revision)
        )
    )
    return {costing.proposal_id: costing for costing in rows}


def open_measures(session: Session, process_id: str) -> Sequence[Proposal]:
    """Return the admitted measures whose present costing says that nothing covers them yet."""
    highest = select(Costing.proposal_id, func.max(Costing.revision).label("revision")).group_by(Costing.proposal_id)
    latest = highest.subquery()
    return session.scalars(
        with_words(
            select(Proposal)
            .join(Costing, Costing.proposal_id == Proposal.id)
            .join(latest, (Costing.proposal_id == latest.c.proposal_id) & (Costing.revision == latest.c.revision))
            .where(
                Proposal.process_id == process_id,
                Proposal.kind == ProposalKind.MEASURE,
                Proposal.state == ProposalState.ADMITTED,
                Costing.cover == Cover.OPEN,
            )
            .order_by(Proposal.position, Proposal.id)
        )
    ).all()
