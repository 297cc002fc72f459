"""How plans stand with the council: the shape in which the room of council papers tells it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from participation.budgeting.models import Plan
from participation.budgeting.rules.plans import PlanStanding
from participation.texts.models import Text


@dataclass(frozen=True, slots=True)
class CouncilDecision:
    """Which committee adopted or rejected a plan, on which day, and upon which paper."""

    committee: Text
    decided_on: date
    paper: str
    paper_slug: str
    is_adopted: bool


@dataclass(frozen=True, slots=True)
class CouncilOnPlans:
    """The plan in force, the office's proposal that waits for a decision, and the last decision by the ids of plans."""

    in_force: Plan | None = None
    proposed: Plan | None = None
    decisions: Mapping[str, CouncilDecision] = field(default_factory=dict)

    @property
    def told(self) -> Plan | None:
        """Return the plan of which pages tell: the one in force, before the first decision the office's proposal."""
        return self.in_force or self.proposed

    @property
    def beside(self) -> Plan | None:
        """Return the proposal that stands beside a plan in force."""
        return self.proposed if self.in_force else None

    def decision_about(self, plan: Plan | None) -> CouncilDecision | None:
        """Return the last decision about a plan."""
        return None if plan is None else self.decisions.get(plan.id)

    def standing_of(self, plan: Plan) -> PlanStanding:
        """Return how a plan of the process stands."""
        decision = self.decision_about(plan)
        if not plan.is_settled:
            return PlanStanding.DRAFT
        if self.in_force is not None and plan.id == self.in_force.id:
            return PlanStanding.IN_FORCE
        if self.proposed is not None and plan.id == self.proposed.id:
            return PlanStanding.PROPOSED
        if decision is None:
            return PlanStanding.EARLIER
        return PlanStanding.REPLACED if decision.is_adopted else PlanStanding.REJECTED
