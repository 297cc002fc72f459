"""The steps that follow the decision: setting them up, noting them done, and taking that back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from participation.audit.services import record
from participation.core.actor import Actor
from participation.core.days import check_day
from participation.core.errors import Conflict
from participation.core.permissions import Permission, authorise
from participation.core.windows import local_at
from participation.core.wording import REASON, TITLE, TextShape
from participation.monitoring.models import RoadmapStep, RoadmapTime
from participation.monitoring.queries import hold_step, roadmap_of
from participation.monitoring.rules import MAX_STEPS, Repeat, check_can_be_done
from participation.processes.models import Process
from participation.processes.queries import lock_process
from participation.texts.models import Origin
from participation.texts.services import original_language, revise_texts, write_texts

NOTE: Final[TextShape] = replace(REASON, field="note", required=False)


@dataclass(frozen=True, slots=True)
class StepDraft:
    """A step: its title by language, how often it comes round, and when it is due, the first time if it does."""

    titles: Mapping[str, str]
    repeat: Repeat = Repeat.ONCE
    first_due_on: date | None = None


def add_step(
    session: Session,
    process: Process,
    draft: StepDraft,
    *,
    actor: Actor,
    now: datetime,
    origins: Mapping[str, Origin] | None = None,
) -> RoadmapStep:
    """Add a step at the end of the roadmap."""
    authorise(actor, Permission.ROADMAP_EDIT, process)
    _check_due(draft)
    lock_process(session, process.id)
    steps = roadmap_of(session, process.id)
    if len(steps) >= MAX_STEPS:
        raise Conflict("too_many_steps", highest=MAX_STEPS)
    language = original_language(draft.titles, process.default_language)
    step = RoadmapStep(
        process_id=process.id,
        process=process,
        position=max((one.step.position for one in steps), default=0) + 1,
        title=write_texts(session, draft.titles, language=language, shape=TITLE, actor=actor, now=now, origins=origins),
        repeat=draft.repeat,
        first_due_on=draft.first_due_on,
        revision=1,
        times=[],
    )
    session.add(step)
    session.flush()
    _record(session, "added", step, actor, now, {"repeat": draft.repeat.value})
    return step


def change_step(
    session: Session,
    process: Process,
    step_id: str,
    draft: StepDraft,
    *,
    based_on: int,
    actor: Actor,
    now: datetime,
) -> RoadmapStep:
    """Change what a step says, how often it comes round or when it is due.

    Raises Conflict `step_changed` if somebody changed it since it was read, and `step_done_more_than_once` where it
    would come round only once and was done more often.
    """
    authorise(actor, Permission.ROADMAP_EDIT, process)
    _check_due(draft)
    step = hold_step(session, process.id, step_id).step
    if step.revision != based_on:
        raise Conflict("step_changed", revision=step.revision, based_on=based_on)
    if draft.repeat is Repeat.ONCE and len(step.times) > 1:
        raise Conflict("step_done_more_than_once", field="repeat")
    titles = dict(draft.titles)
    revise_texts(session, step.title, titles, shape=TITLE, actor=actor, now=now)
    step.repeat = draft.repeat
    step.first_due_on = draft.first_due_on
    step.revision += 1
    session.flush()
    _record(session, "changed", step, actor, now, {"repeat": draft.repeat.value})
    return step


def move_step(
    session: Session, process: Process, step_id: str, *, earlier: bool, actor: Actor, now: datetime
) -> RoadmapStep:
    """Let a step change places with the one before or after it; at the end of the list it stays where it is."""
    authorise(actor, Permission.ROADMAP_EDIT, process)
    step = hold_step(session, process.id, step_id).step
    order = [one.step for one in roadmap_of(session, process.id)]
    place = order.index(step)
    other = place + (-1 if earlier else 1)
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
        for position, one in enumerate(order, start=1):
            one.position = position
        session.flush()
        _record(session, "moved", step, actor, now, {"position": step.position})
    return step


def remove_step(session: Session, process: Process, step_id: str, *, actor: Actor, now: datetime) -> None:
    """Take a step off the roadmap; one that was done stays, since it is part of what happened."""
    authorise(actor, Permission.ROADMAP_EDIT, process)
    step = hold_step(session, process.id, step_id).step
    if step.times:
        raise Conflict("step_was_done")
    title = step.title
    session.delete(step)
    session.flush()
    session.delete(title)
    session.flush()
    _record(session, "removed", step, actor, now)


def note_done(
    session: Session,
    process: Process,
    step_id: str,
    *,
    done_on: date,
    notes: Mapping[str, str],
    based_on: int,
    actor: Actor,
    now: datetime,
) -> RoadmapTime:
    """Note that a step was done on a day; one that comes round is due again from then on.

    `based_on` says how often it had been done when that was read: two people who press at once note one time. Raises
    Conflict `step_done` and `step_noted_meanwhile`, Invalid for a day ahead or not after the last time.
    """
    authorise(actor, Permission.ROADMAP_EDIT, process)
    held = hold_step(session, process.id, step_id)
    step, done = held.step, len(held.step.times)
    last_on = held.last.done_on if held.last else None
    if done != based_on:
        raise Conflict("step_noted_meanwhile", times=done, based_on=based_on)
    check_can_be_done(step.repeat, done, done_on, last_on, local_at(now, process.time_zone).date())
    filled = {tag: words for tag, words in notes.items() if words.strip()}
    language = original_language(filled, process.default_language)
    time = RoadmapTime(
        number=done + 1,
        due_on=held.due_on,
        done_on=done_on,
        note=write_texts(session, filled, language=language, shape=NOTE, actor=actor, now=now) if filled else None,
        noted_at=now,
        noted_by=actor.id or actor.kind.value,
    )
    step.times.append(time)
    session.flush()
    _record(session, "done", step, actor, now, {"number": time.number, "day": done_on.isoformat()})
    return time


def take_back_done(
    session: Session, process: Process, step_id: str, *, based_on: int, actor: Actor, now: datetime
) -> RoadmapStep:
    """Take back that a step was done the last time, which was noted by mistake; the record of acts keeps both."""
    authorise(actor, Permission.ROADMAP_EDIT, process)
    held = hold_step(session, process.id, step_id)
    step = held.step
    if held.last is None or len(step.times) != based_on:
        raise Conflict("step_noted_meanwhile", times=len(step.times), based_on=based_on)
    number, note = held.last.number, held.last.note
    step.times.remove(held.last)
    session.flush()
    if note is not None:
        session.delete(note)
        session.flush()
    _record(session, "taken_back", step, actor, now, {"number": number})
    return step


def _check_due(draft: StepDraft) -> None:
    if draft.first_due_on is not None:
        check_day(draft.first_due_on, field="first_due_on")


def _record(
    session: Session, what: str, step: RoadmapStep, actor: Actor, now: datetime, facts: Mapping[str, Any] | None = None
) -> None:
    record(
        session,
        f"roadmap.{what}",
        actor=actor,
        now=now,
        subject_kind="roadmap_step",
        subject_id=step.id,
        process_id=step.process_id,
        facts=facts,
    )
