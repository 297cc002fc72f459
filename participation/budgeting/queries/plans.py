"""Reading plans."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
    """Return the plan that counts now, the last one settled; None where none is."""
    return next(iter(settled_plans(session, process_id)), None)


def decisions_that_count(decisions: Iterable[PlanDecision]) -> list[PlanDecision]:
    """Return the last decision about each measure, in the order in which they were made; none taken back."""
    last = {one.measure: one for one in sorted(decisions, key=lambda one: one.number)}
    return sorted((one for one in last.values() if one.choice is not Choice.BY_THE_RANKING), key=lambda one: one.number)


@dataclass(frozen=True, slots=True)
class Station:
    """What the plan that counts says about one measure; `row` is its row in the plan's document."""

    plan: Plan
    row: Mapping[str, Any]
    document: Mapping[str, Any]

    @property
    def status(self) -> str:
        """Return covered, starts, later, out or apart."""
        return str(self.row["status"])

    @property
    def start_year(self) -> int | None:
        """Return the year in which it starts."""
        year: int | None = self.row["start_year"]
        return year


def station_of(session: Session, process_id: str, code: str) -> Station | None:
    """Return what the plan that counts says about a measure, None where there is no plan or it is not in it."""
    plan = latest_settled(session, process_id)
    if plan is None or plan.snapshot is None:
        return None
    row = next((row for row in plan.snapshot["measures"] if row["code"] == code), None)
    return Station(plan, row, plan.snapshot) if row else None
