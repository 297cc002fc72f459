"""What is done about money and plans."""

from participation.budgeting.services.amending import amend_plan
from participation.budgeting.services.comparing import Comparison, compare
from participation.budgeting.services.decisions import HandDecision, decide_by_hand
from participation.budgeting.services.envelopes import (
    EnvelopeDraft,
    enter_envelope,
    revise_envelope,
    withdraw_envelope,
)
from participation.budgeting.services.plans import PlanDraft, begin_plan, discard_plan, revise_plan
from participation.budgeting.services.settling import settle_plan

__all__ = [
    "Comparison",
    "EnvelopeDraft",
    "HandDecision",
    "PlanDraft",
    "amend_plan",
    "begin_plan",
    "compare",
    "decide_by_hand",
    "discard_plan",
    "enter_envelope",
    "revise_envelope",
    "revise_plan",
    "settle_plan",
    "withdraw_envelope",
]
