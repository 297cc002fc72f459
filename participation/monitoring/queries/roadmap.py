"""The steps that follow the decision."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from participation.core.errors import NotFound
from participation.core.windows import local_at
from participation.monitoring.models import RoadmapStep, RoadmapTime
from participation.monitoring.rules import Done, Repeat, due_day, is_over
from participation.processes.queries import lock_process


@dataclass(frozen=True, slots=True)
class StepOnRoad:
    """A step, when it is due next and after that, and the last time that it was done."""

    step: RoadmapStep
    due_on: date | None
    due_after: date | None
    last: RoadmapTime | None
    is_over: bool

    def is_late(self, today: date) -> bool:
        """Say whether it should have been done by now."""
        return self.due_on is not None and self.due_on < today

    def due_by(self, repeat: Repeat) -> date | None:
        """Return when it would be due next if it came round so."""
        return due_day(self.step.first_due_on, repeat, _done(self.last))


def roadmap_of(session: Session, process_id: str) -> list[StepOnRoad]:
    """Return the steps of a process in their order."""
    steps: Sequence[RoadmapStep] = session.scalars(
        select(RoadmapStep).where(RoadmapStep.process_id == process_id).order_by(RoadmapStep.position, RoadmapStep.id)
    ).all()
    return [_on_road(step) for step in steps]


def due_steps(session: Session, process_ids: Collection[str], now: datetime) -> dict[str, int]:
    """Return how many steps are due today or were before, where they are, by process; none is left out."""
    steps = session.scalars(
        select(RoadmapStep)
        .where(RoadmapStep.process_id.in_(process_ids), RoadmapStep.first_due_on <= now.date() + timedelta(days=1))
        .options(joinedload(RoadmapStep.process))
    ).all()
    due = Counter(
        step.process_id
        for step in steps
        if (day := _on_road(step).due_on) and day <= local_at(now, step.process.time_zone).date()
    )
    return {process_id: due[process_id] for process_id in process_ids}


def _on_road(step: RoadmapStep) -> StepOnRoad:
    last = step.times[-1] if step.times else None
    due_on = due_day(step.first_due_on, step.repeat, _done(last))
    due_after = due_day(step.first_due_on, step.repeat, Done(due_on, due_on)) if due_on else None
    return StepOnRoad(step, due_on, due_after, last, is_over(step.repeat, len(step.times)))


def _done(time: RoadmapTime | None) -> Done | None:
    return Done(time.due_on, time.done_on) if time is not None else None


def step_of(session: Session, process_id: str, step_id: str) -> StepOnRoad:
    """Return a step of a process or raise NotFound."""
    found = session.scalar(
        select(RoadmapStep)
        .where(RoadmapStep.id == step_id, RoadmapStep.process_id == process_id)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("no_such_step", step=step_id)
    return _on_road(found)


def hold_step(session: Session, process_id: str, step_id: str) -> StepOnRoad:
    """Return a step while its process is held: steps stand in one order, so their changes stand in line."""
    lock_process(session, process_id)
    return step_of(session, process_id, step_id)
