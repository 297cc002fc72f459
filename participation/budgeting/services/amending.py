"""What the council changed in a plan becomes a plan of its own, and says that it was the council."""

import re
from collections.abc import Mapping
from datetime import datetime
from itertools import count
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.budgeting.models import Plan, PlanDecision
from participation.budgeting.queries import envelope_document, granting, plan_document
from participation.budgeting.rules.amendments import amended_document, check_changes
from participation.budgeting.rules.plans import Choice, PlanOrigin
from participation.budgeting.services.plans import PlanDraft, copied, new_plan, record_plan, take_over
from participation.budgeting.services.settling import freeze
from participation.core.actor import Actor
from participation.core.errors import Conflict
from participation.core.permissions import Permission, authorise
from participation.core.wording import REASON, TITLE
from participation.processes.queries import lock_process
from participation.processes.rules import MAX_SLUG
from participation.results.queries import text_document
from participation.results.rules.joint_snapshot import score_from_text
from participation.results.rules.round_snapshot import moment_text
from participation.texts.services import write_text

_AMENDED: Final = re.compile(r"-amended(-[0-9]+)?$")
_ROOM: Final = len("-amended-9999")
"""Kept behind a long address, so that it is cut alike for every number and the numbers count on."""


def amend_plan(
    session: Session,
    plan: Plan,
    changes: Mapping[str, int | None],
    reason: str,
    provenance: str,
    *,
    actor: Actor,
    now: datetime,
    language: str | None = None,
) -> Plan:
    """Store what the council changed as a settled plan that is based on the one it had before it, and return that.

    `changes` name the year in which a measure starts, None for one that does not. `provenance` names the consultation.
    Everything that was not changed stays as it was: the costs that the council read, and every year in which a measure
    starts. The money is that of the envelopes of now, so that what the council granted in the same breath counts once
    it is entered. Raises Conflict `plan_is_a_draft`, Invalid and Conflict as decide_by_hand does, and
    `decision_does_not_fit` if the changes together cost more than there is.
    """
    authorise(actor, Permission.PLAN_EDIT, plan)
    lock_process(session, plan.process_id)
    if not plan.is_settled:
        raise Conflict("plan_is_a_draft", plan=plan.slug)
    before = plan_document(session, plan)
    check_changes(before, changes)
    spoken = language or plan.process.default_language
    title = copied(session, before["title"], TITLE.field, actor=actor, now=now)
    draft = PlanDraft(
        slug=_free_slug(session, plan),
        titles={},
        ranking=plan.ranking.slug,
        first_year=plan.first_year,
        last_year=plan.last_year,
        minimum=score_from_text(plan.minimum),
    )
    amended = new_plan(session, plan.process, draft, plan.ranking, title=title, now=now)
    amended.origin = PlanOrigin.AMENDED
    amended.consultation = provenance
    amended.based_on = plan
    take_over(session, amended, plan, actor=actor, now=now)
    for number, (measure, year) in enumerate(changes.items(), start=len(amended.decisions) + 1):
        amended.decisions.append(
            PlanDecision(
                number=number,
                measure=measure,
                choice=Choice.OUT if year is None else Choice.STARTS,
                start_year=year,
                reason=write_text(session, reason, language=spoken, shape=REASON, actor=actor, now=now),
                consultation=provenance,
                decided_at=now,
                decided_by=actor.id or actor.kind.value,
            )
        )
    session.flush()
    decided = text_document(amended.decisions[-1].reason)
    document = amended_document(
        before,
        changes,
        envelopes=[envelope_document(one) for one in granting(session, plan.process_id)],
        grants=[one.grant for one in granting(session, plan.process_id)],
        about=_about(amended, plan),
        decided={
            "reason": decided,
            "decided_at": moment_text(now),
            "consultation": provenance,
        },
    )
    freeze(session, amended, document, actor=actor, now=now)
    record_plan(session, "plan.amended", amended, actor, now, based_on=plan.slug, measures=sorted(changes))
    return amended


def _about(amended: Plan, before: Plan) -> dict[str, Any]:
    return {
        "plan": amended.slug,
        "title": text_document(amended.title),
        "revision": amended.revision,
        "origin": amended.origin.value,
        "consultation": amended.consultation,
        "based_on": before.slug,
    }


def _free_slug(session: Session, plan: Plan) -> str:
    """Return the address of the plan after this one: its own with the next number that nobody has.

    What an earlier change added is taken off first and a long one is cut in front of the number, never in it: else
    every number would give the same address, and the search would go on for ever while the process is locked.
    """
    taken = set(session.scalars(select(Plan.slug).where(Plan.process_id == plan.process_id)))
    root = _AMENDED.sub("", plan.slug)
    addresses = (_numbered(root, number) for number in count(1))
    return next(slug for slug in addresses if slug not in taken)


def _numbered(root: str, number: int) -> str:
    suffix = f"-amended-{number}"
    return root[: MAX_SLUG - max(_ROOM, len(suffix))].rstrip("-") + suffix
