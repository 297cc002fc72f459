"""Settling a plan: from then on it is public, and nothing of it changes."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from participation.budgeting.models import Plan
from participation.budgeting.queries.documents import draft_document
from participation.budgeting.rules.plans import PlanAction, PlanState
from participation.budgeting.services.comparing import Comparison, compare
from participation.budgeting.services.plans import held_plan, record_plan
from participation.core.actor import Actor
from participation.core.errors import Conflict
from participation.results.rules.documents import document_hash
from participation.results.rules.round_snapshot import moment_text


def settle_plan(
    session: Session,
    process_slug: str,
    slug: str,
    *,
    based_on: int,
    seen: str,
    actor: Actor,
    now: datetime,
    comparison: Comparison | None = None,
) -> Plan:
    """Freeze a draft with all costs, envelopes and decisions as they are now, and with what other rules would pay for.

    `seen` is the hash of the document that was on the screen (queries.plan_hash): envelopes and costs change without a
    further revision of the plan, and nobody settles figures that nobody has read. The comparison reads ballots, so it
    is best worked out beforehand, outside of this transaction. Where the figures of now are not those that were read or
    compared, Conflict `plan_changed`.

    Raises Conflict `plan_without_money` while no envelope grants anything in its years, and `decisions_do_not_fit`
    while something that was decided by hand cannot be carried out.
    """
    plan = held_plan(session, process_slug, slug, PlanAction.SETTLE, based_on=based_on, actor=actor)
    document = draft_document(session, plan)
    basis = document_hash(document)
    if basis != seen:
        raise Conflict("plan_changed", figures=True)
    if not any(year["granted_cents"] for year in document["by_year"]):
        raise Conflict("plan_without_money", first=plan.first_year, last=plan.last_year)
    stuck = [row["code"] for row in document["measures"] if row["reason"]["code"].startswith("by_hand_")]
    if stuck:
        raise Conflict("decisions_do_not_fit", measures=stuck)
    found = comparison or compare(session, plan)
    if found.basis != basis:
        raise Conflict("plan_changed", figures=True)
    freeze(session, plan, document | {"rules": found.rules}, actor=actor, now=now)
    return plan


def freeze(session: Session, plan: Plan, document: dict[str, Any], *, actor: Actor, now: datetime) -> None:
    """Store a plan's document; the database refuses every later change."""
    snapshot = document | {"state": PlanState.SETTLED.value, "settled_at": moment_text(now)}
    plan.snapshot = snapshot
    plan.snapshot_hash = document_hash(snapshot)
    plan.settled_at = now
    plan.settled_by = actor.id or actor.kind.value
    plan.state = PlanState.SETTLED
    session.flush()
    record_plan(session, "plan.settled", plan, actor, now, hash=plan.snapshot_hash)
