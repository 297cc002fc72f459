"""Which costings a person entered."""

from typing import Final

from sqlalchemy import select

from participation.costings.models import Costing
from participation.proposals.models import Proposal
from participation.storage.holdings import Holding, the_person

STORED: Final = (
    Holding(
        "costings",
        select(
            Proposal.code,
            Costing.revision,
            Costing.once_cents,
            Costing.annual_cents,
            Costing.currency,
            Costing.written_at,
        )
        .select_from(Costing)
        .join(Proposal, Proposal.id == Costing.proposal_id)
        .where(Costing.written_by == the_person())
        .order_by(Costing.written_at, Costing.id),
    ),
)
