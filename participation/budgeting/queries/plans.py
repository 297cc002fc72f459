"""Reading plans."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.budgeting.models import Plan, PlanDecision
from participation.budgeting.rules.plans import Choice, PlanState
from participation.core.actor import Actor
from participation.core.errors import NotFound
from participation.core.permissions import Permission, may
from participation.processes.models import Process


def plan_by_slug(session: Session, process_slug: str, slug: str) -> Plan:
    """Return a plan, settled or not, or raise NotFound; whether somebody may read a draft is asked elsewhere."""
    found = session.scalar(
        select(Plan).join(Process, Process.id == Plan.process_id).where(Process.slug == process_slug, Plan.slug == slug)
    )
    if found is None:
        raise NotFound("no_such_plan", plan=slug)
    return found


def readable_plan(session: Session, process_slug: str, slug: str, *, actor: Actor) -> Plan:
    """Return a plan that somebody may read: a settled one, or as one of its authors a draft; else raise NotFound."""
    plan = plan_by_slug(session, process_slug, slug)
    if not plan.is_settled and not may(actor, Permission.PLAN_EDIT, plan):
        raise NotFound("no_such_plan", plan=slug)
    return plan


def plans_of(session: Session, process_id: str) -> Sequence[Plan]:
    """Return a process's plans in the order in which they were begun, drafts among them."""
    return session.scalars(select(Plan).where(Plan.process_id == process_id).order_by(Plan.created_at, Plan.slug)).all()


def settled_plans(session: Session, process_id: str) -> Sequence[Plan]:
    """Return the settled plans of a process, the last one settled first."""
    return session.scalars(
        select(Plan)
        .where(Plan.process_id == process_id, Plan.state == PlanState.SETTLED)
        .order_by(Plan.settled_at.desc(), Plan.created_at.desc(), Plan.slug)
    ).all()


def latest_settled(session: Session, process_id: str) -> Plan | None:
    """Return the plan that was settled last, whatever the council made of it; None where none is."""
    return next(iter(settled_plans(session, process_id)), None)


def decisions_that_count(decisions: Iterable[PlanDecision]) -> list[PlanDecision]:
    """Return the last decision about each measure, in the order in which they were made; none taken back."""
    last = {one.measure: one for one in sorted(decisions, key=lambda one: one.number)}
    return sorted((one for one in last.values() if one.choice is not Choice.BY_THE_RANKING), key=lambda one: one.number)
