"""Beginning a plan, changing what it rests on, throwing a draft away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from participation.audit.services import record
from participation.budgeting.models import Plan, PlanDecision
from participation.budgeting.queries import decisions_that_count, plan_by_slug
from participation.budgeting.queries.documents import ranking_result
from participation.budgeting.rules.envelopes import check_basis
from participation.budgeting.rules.plans import PlanAction, PlanOrigin, PlanState, check_plan, next_state
from participation.core.actor import Actor
from participation.core.errors import Conflict, Invalid
from participation.core.permissions import Permission, authorise
from participation.core.wording import REASON, TITLE
from participation.processes.models import Process
from participation.processes.queries import lock_process, process_by_slug
from participation.processes.rules import check_slug
from participation.results.models import JointRanking
from participation.results.queries import ranking_by_slug, text_document
from participation.rounds.kinds import Task
from participation.tally.exact import fraction_text
from participation.texts.models import Origin, Text
from participation.texts.services import revise_texts, write_texts


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """What a plan rests on: the ranking by its slug, the years, and the least joint score that starts, if any."""

    slug: str
    titles: Mapping[str, str]
    ranking: str
    first_year: int
    last_year: int
    minimum: Fraction | None = None


def begin_plan(
    session: Session,
    process_slug: str,
    draft: PlanDraft,
    *,
    actor: Actor,
    now: datetime,
    based_on: str | None = None,
    origins: Mapping[str, Origin] | None = None,
) -> Plan:
    """Begin a plan; one that is based on another takes over what was decided by hand there.

    Raises Conflict `ranking_not_concluded` for a ranking whose rounds are not all concluded, Invalid
    `ranking_of_goals` for one that says nothing about measures.
    """
    process = process_by_slug(session, process_slug)
    authorise(actor, Permission.PLAN_EDIT, process)
    lock_process(session, process.id)
    check_plan(draft.first_year, draft.last_year, draft.minimum)
    check_slug(draft.slug)
    ranking = _ranking(session, process, draft.ranking)
    before = plan_by_slug(session, process_slug, based_on) if based_on else None
    plan = new_plan(
        session,
        process,
        draft,
        ranking,
        title=write_texts(
            session,
            draft.titles,
            language=process.default_language,
            shape=TITLE,
            actor=actor,
            now=now,
            origins=origins,
        ),
        now=now,
    )
    if before is not None:
        plan.based_on = before
        take_over(session, plan, before, actor=actor, now=now)
    session.flush()
    record_plan(session, "plan.begun", plan, actor, now)
    return plan


def revise_plan(
    session: Session,
    process_slug: str,
    slug: str,
    draft: PlanDraft,
    *,
    based_on: int,
    actor: Actor,
    now: datetime,
) -> Plan:
    """Change what a draft rests on; its address stays."""
    plan = held_plan(session, process_slug, slug, PlanAction.EDIT, based_on=based_on, actor=actor)
    check_plan(draft.first_year, draft.last_year, draft.minimum)
    ranking = _ranking(session, plan.process, draft.ranking)
    revise_texts(session, plan.title, draft.titles, shape=TITLE, actor=actor, now=now)
    plan.ranking_id = ranking.id
    plan.first_year = draft.first_year
    plan.last_year = draft.last_year
    plan.minimum = None if draft.minimum is None else fraction_text(draft.minimum)
    plan.revision += 1
    session.flush()
    session.expire(plan, ["ranking"])
    record_plan(session, "plan.revised", plan, actor, now)
    return plan


def discard_plan(session: Session, process_slug: str, slug: str, *, based_on: int, actor: Actor, now: datetime) -> None:
    """Throw a draft away with what was decided in it.

    Raises Conflict `plan_has_successors`, and `plan_in_use` where something else names it, such as a council paper:
    what lies above plans is not known here, but the database refuses to lose what it points to.
    """
    plan = held_plan(session, process_slug, slug, PlanAction.DISCARD, based_on=based_on, actor=actor)
    if session.scalar(select(Plan.id).where(Plan.based_on_id == plan.id)) is not None:
        raise Conflict("plan_has_successors")
    record_plan(session, "plan.discarded", plan, actor, now)
    words = [plan.title, *(one.reason for one in plan.decisions)]
    try:
        with session.begin_nested():
            session.delete(plan)
            session.flush()
    except IntegrityError as reason:
        raise Conflict("plan_in_use", plan=slug) from reason
    for text in words:
        session.delete(text)
    session.flush()


def held_plan(
    session: Session, process_slug: str, slug: str, action: PlanAction, *, based_on: int, actor: Actor
) -> Plan:
    """Return a plan for an action on it, held; refuse if it is settled or changed since `based_on`."""
    found = plan_by_slug(session, process_slug, slug)
    authorise(actor, Permission.PLAN_EDIT, found)
    lock_process(session, found.process_id)
    plan = session.scalars(
        select(Plan).where(Plan.id == found.id).execution_options(populate_existing=True)
    ).one_or_none()
    if plan is None:
        return plan_by_slug(session, process_slug, slug)
    next_state(plan.state, action)
    check_basis("plan_changed", plan.revision, based_on)
    return plan


def new_plan(
    session: Session, process: Process, draft: PlanDraft, ranking: JointRanking, *, title: Text, now: datetime
) -> Plan:
    """Store a draft; raises Conflict `plan_slug_taken`."""
    taken = select(Plan.id).where(Plan.process_id == process.id, Plan.slug == draft.slug)
    if session.scalar(taken) is not None:  # plans of a process stand in line, see lock_process
        raise Conflict("plan_slug_taken", field="slug", slug=draft.slug)
    plan = Plan(
        process_id=process.id,
        process=process,
        slug=draft.slug,
        title=title,
        ranking_id=ranking.id,
        first_year=draft.first_year,
        last_year=draft.last_year,
        minimum=None if draft.minimum is None else fraction_text(draft.minimum),
        state=PlanState.DRAFT,
        revision=1,
        origin=PlanOrigin.PLANNED,
        created_at=now,
        decisions=[],
    )
    session.add(plan)
    session.flush()
    return plan


def take_over(session: Session, plan: Plan, before: Plan, *, actor: Actor, now: datetime) -> None:
    """Copy what counts of the decisions made by hand in another plan, with who decided and when."""
    for number, one in enumerate(decisions_that_count(before.decisions), start=1):
        plan.decisions.append(
            PlanDecision(
                number=number,
                measure=one.measure,
                choice=one.choice,
                start_year=one.start_year,
                reason=copied(session, text_document(one.reason), REASON.field, actor=actor, now=now),
                consultation=one.consultation,
                decided_at=one.decided_at,
                decided_by=one.decided_by,
            )
        )


def copied(session: Session, words: Mapping[str, Any], field: str, *, actor: Actor, now: datetime) -> Text:
    """Write a text once more from a document of it, with its translations and who made them."""
    shape = TITLE if field == TITLE.field else REASON
    bodies = {words["language"]: words["body"]} | {tag: one["body"] for tag, one in words["translations"].items()}
    origins = {tag: Origin(one["origin"]) for tag, one in words["translations"].items()}
    return write_texts(session, bodies, language=words["language"], shape=shape, actor=actor, now=now, origins=origins)


def _ranking(session: Session, process: Process, slug: str) -> JointRanking:
    if not slug:
        raise Invalid("ranking_missing", field="ranking")
    ranking = ranking_by_slug(session, process.slug, slug)
    if ranking.task is not Task.PRIORITISE_MEASURES:
        raise Invalid("ranking_of_goals", field="ranking", ranking=slug)
    ranking_result(session, ranking)
    return ranking


def record_plan(session: Session, action: str, plan: Plan, actor: Actor, now: datetime, **facts: object) -> None:
    """Note an act in the record."""
    record(
        session,
        action,
        actor=actor,
        now=now,
        subject_kind="plan",
        subject_id=plan.id,
        process_id=plan.process_id,
        facts={"plan": plan.slug, "revision": plan.revision, **facts},
    )
