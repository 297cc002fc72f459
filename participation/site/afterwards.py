"""What a process came to after its votes, in one line each: concept, plan, council paper, where measures stand."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from participation.budgeting.models import Plan
from participation.budgeting.queries import CouncilOnPlans
from participation.monitoring.models import MeasureStatus
from participation.papers.models import CouncilPaper
from participation.papers.queries import concept, council_on_plans
from participation.papers.rules.papers import PaperState
from participation.proposals.models import Proposal
from participation.proposals.rules import ProposalState


@dataclass(frozen=True, slots=True)
class Money:
    """The plan of which pages tell, in the figures that a council asks for first; amounts are cents."""

    plan: Plan
    currency: str
    measures: int
    covered: int
    open: int
    open_cents: int
    starting: int


@dataclass(frozen=True, slots=True)
class Afterwards:
    """What there is; None or 0 for what is not there yet."""

    concept_version: int
    council: CouncilOnPlans
    money: Money | None
    paper: CouncilPaper | None
    reported: int
    """How many admitted measures somebody has said of where they stand."""


def afterwards_of(session: Session, process_id: str) -> Afterwards:
    """Return what became of a process, in a few statements and without a snapshot that is not needed."""
    council = council_on_plans(session, process_id)
    reported = (
        select(func.count(MeasureStatus.proposal_id.distinct()))
        .join(Proposal, Proposal.id == MeasureStatus.proposal_id)
        .where(Proposal.process_id == process_id, Proposal.state == ProposalState.ADMITTED)
    )
    return Afterwards(
        concept_version=concept.latest_number(session, process_id),
        council=council,
        money=_money(session, council.told) if council.told else None,
        paper=session.scalar(
            select(CouncilPaper)
            .where(CouncilPaper.process_id == process_id, CouncilPaper.state == PaperState.ISSUED)
            .order_by(CouncilPaper.issued_at.desc(), CouncilPaper.number.desc())
            .limit(1)
        ),
        reported=session.scalar(reported) or 0,
    )


def _money(session: Session, plan: Plan) -> Money:
    totals = Plan.snapshot["totals"]
    found = session.execute(
        select(
            Plan.snapshot["currency"].as_string(),
            totals["all"]["measures"].as_integer(),
            totals["covered"]["measures"].as_integer(),
            totals["open"]["measures"].as_integer(),
            totals["open"]["volume_cents"].as_integer(),
            totals["starting"]["measures"].as_integer(),
        ).where(Plan.id == plan.id)
    ).one()
    return Money(plan, *found)
