"""Reading envelopes and plans."""

from participation.budgeting.queries.council import CouncilDecision, CouncilOnPlans
from participation.budgeting.queries.documents import candidates_of, freed_money, plan_document, plan_hash
from participation.budgeting.queries.envelopes import envelope_by_code, envelope_document, envelopes_of, granting
from participation.budgeting.queries.plans import (
    decisions_that_count,
    latest_settled,
    plan_by_slug,
    plans_of,
    readable_plan,
    settled_plans,
)

__all__ = [
    "CouncilDecision",
    "CouncilOnPlans",
    "candidates_of",
    "decisions_that_count",
    "envelope_by_code",
    "envelope_document",
    "envelopes_of",
    "freed_money",
    "granting",
    "latest_settled",
    "plan_by_slug",
    "plan_document",
    "plan_hash",
    "plans_of",
    "readable_plan",
    "settled_plans",
]
