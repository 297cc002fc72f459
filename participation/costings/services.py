"""Entering what a measure costs. A costing is never changed: a new statement is a further revision."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from participation.audit.services import record
from participation.core.actor import Actor
from participation.core.errors import Conflict, DomainError, Faults, Forbidden, Invalid
from participation.core.permissions import Permission, authorise, may
from participation.core.wording import REASON, TextShape, clean_text
from participation.costings.models import Costing, Costs, Cover, Feasibility
from participation.costings.queries import current_costings
from participation.costings.rules import (
    amount_faults,
    check_may_be_costed,
    month_faults,
    post_faults,
    running_faults,
)
from participation.processes.services import fix_currency
from participation.proposals.models import Proposal
from participation.proposals.queries import hold_proposal, process_of
from participation.rounds.kinds import Task
from participation.rounds.models import Round
from participation.rounds.queries import departments_acted_for, enter_round, lock_round, round_by_slug, rounds_to_enter
from participation.rounds.rules import check_takes_part
from participation.texts.models import Text
from participation.texts.services import write_text

COVER_SOURCE: Final = TextShape("cover_source", 500, one_line=True, required=False)
NOTE: Final = replace(REASON, field="note", required=False)
STATEMENT: Final = replace(REASON, field="statement", required=False)


def enter_costing(
    session: Session,
    proposal_id: str,
    costs: Costs,
    *,
    based_on: int,
    actor: Actor,
    now: datetime,
    slug: str | None = None,
) -> Costing:
    """State what a measure costs; what was stated before stays readable.

    A department does so for its own measures in an open round that asks for costs (`slug`, or the first such
    round); the office does so for any measure at any time. `based_on` is the revision that was on the screen, 0
    for none. The same statement sent twice is one.
    """
    process_id = process_of(session, proposal_id)
    round_ = _authorise(session, process_id, slug, actor, now)
    currency = fix_currency(session, process_id)
    proposal = hold_proposal(session, proposal_id)
    _check_own(session, proposal, actor)
    check_may_be_costed(proposal.kind, proposal.state)
    costs = checked_costs(costs)
    latest = current_costings(session, [proposal.id]).get(proposal.id)
    if latest is not None and says_the_same(latest, costs):
        return latest
    revision = latest.revision if latest else 0
    if based_on != revision:
        raise Conflict("costing_changed", revision=revision, based_on=based_on)

    def written(typed: str, shape: TextShape) -> Text | None:
        return write_text(session, typed, language=costs.language, shape=shape, actor=actor, now=now) if typed else None

    costing = Costing(
        proposal_id=proposal.id,
        proposal=proposal,
        revision=revision + 1,
        once_cents=costs.once_cents,
        annual_cents=costs.annual_cents,
        low_cents=costs.low_cents,
        high_cents=costs.high_cents,
        currency=currency,
        quality=costs.quality,
        cover=costs.cover,
        cover_source=written(costs.cover_source, COVER_SOURCE),
        needs_post=costs.needs_post,
        note=written(costs.note, NOTE),
        years=costs.years,
        posts_hundredths=costs.posts_hundredths,
        feasibility=costs.feasibility,
        statement=written(costs.statement, STATEMENT),
        first_month=costs.first_month,
        last_month=costs.last_month,
        department_id=_unit(session, proposal, actor),
        round_id=round_.id if round_ else None,
        written_at=now,
        written_by=actor.id or actor.kind.value,
    )
    session.add(costing)
    session.flush()
    record(
        session,
        "costing_entered",
        actor=actor,
        now=now,
        subject_kind="proposal",
        subject_id=proposal.id,
        process_id=proposal.process_id,
        facts={
            "code": proposal.code,
            "revision": costing.revision,
            "once_cents": costs.once_cents,
            "annual_cents": costs.annual_cents,
            "cover": costs.cover.value,
        },
    )
    return costing


def checked_costs(costs: Costs) -> Costs:
    """Return what was said with its texts in their stored form; every fault is named, each with its input."""
    faults = [
        *amount_faults(costs.once_cents, costs.annual_cents, costs.low_cents, costs.high_cents),
        *running_faults(costs.annual_cents, costs.years),
        *post_faults(costs.posts_hundredths, needs_post=costs.needs_post),
        *month_faults(costs.first_month, costs.last_month),
    ]

    def clean(typed: str, shape: TextShape) -> str:
        try:
            return clean_text(typed, shape)
        except Invalid as fault:
            faults.append(fault)
            return ""

    source, statement = clean(costs.cover_source, COVER_SOURCE), clean(costs.statement, STATEMENT)
    note = clean(costs.note, NOTE)
    if costs.cover is Cover.OPEN and source:
        faults.append(Invalid("open_cover_has_no_source", field=COVER_SOURCE.field))
    faults += _unexplained(costs, statement)
    Faults.refuse(faults)
    return replace(costs, cover_source=source, statement=statement, note=note)


def _unexplained(costs: Costs, statement: str) -> list[DomainError]:
    """Return what is wrong between feasibility and its statement: conditions are named, a refusal has reasons."""
    if costs.feasibility is None:
        return [Invalid("statement_without_feasibility", field="feasibility")] if statement else []
    if costs.feasibility is Feasibility.FEASIBLE or costs.statement.strip():
        return []
    return [Invalid("statement_missing", field=STATEMENT.field)]


def says_the_same(costing: Costing, costs: Costs) -> bool:
    """Say whether a stored statement says what is to be stated, in whichever language."""
    return replace(costing.costs, language="") == replace(costs, language="")


def check_may_enter(session: Session, proposal: Proposal, slug: str | None, *, actor: Actor, now: datetime) -> None:
    """Refuse whoever could not enter the measure's costs now, before they type them."""
    _authorise(session, proposal.process_id, slug, actor, now)
    _check_own(session, proposal, actor)


def check_may_enter_in(session: Session, process_id: str, slug: str | None, *, actor: Actor, now: datetime) -> None:
    """Refuse whoever could not enter costs of any measure of a process now."""
    _authorise(session, process_id, slug, actor, now)


def _authorise(session: Session, process_id: str, slug: str | None, actor: Actor, now: datetime) -> Round | None:
    authorise(actor, Permission.COSTING_ENTER, process_id)
    if may(actor, Permission.COSTING_ENTER_ANY, process_id):
        return round_asking_for_costs(session, slug, now) if slug else None
    if slug is None:
        running = rounds_to_enter(session, process_id, Task.COST, actor=actor, now=now)
        if not running:
            raise Conflict("no_round_for_costs")
        slug = running[0][0].slug
    round_, _participant = enter_round(session, slug, Task.COST, actor=actor, now=now)
    if round_.process_id != process_id:
        raise Forbidden("not_your_department")
    return round_


def _check_own(session: Session, proposal: Proposal, actor: Actor) -> None:
    if may(actor, Permission.COSTING_ENTER_ANY, proposal):
        return
    if _unit(session, proposal, actor) is None:
        raise Forbidden("not_your_department")


def _unit(session: Session, proposal: Proposal, actor: Actor) -> str | None:
    """Return the department for which the actor speaks about the measure, None for the office."""
    mine = {department.id for department in departments_acted_for(session, proposal.process_id, actor)}
    return proposal.department_id if proposal.department_id in mine else None


def round_asking_for_costs(session: Session, slug: str, now: datetime) -> Round:
    """Return a round that asks for costs now, held shared; raises the Conflict that says why it does not."""
    round_ = lock_round(session, round_by_slug(session, slug).id, shared=True)
    check_takes_part(
        Task.COST,
        round_.tasks,
        round_.state,
        round_.window,
        now,
        round_.process.time_zone,
        is_suspended=round_.is_suspended,
    )
    return round_
