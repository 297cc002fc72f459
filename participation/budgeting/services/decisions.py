"""Deciding something in a plan by hand, always with a reason that stays visible."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from participation.budgeting.models import Plan, PlanDecision
from participation.budgeting.queries.documents import basis_of
from participation.budgeting.rules import planning
from participation.budgeting.rules.measures import Candidate
from participation.budgeting.rules.planning import Basis
from participation.budgeting.rules.plans import Choice, PlanAction
from participation.budgeting.services.plans import held_plan, record_plan
from participation.core.actor import Actor
from participation.core.errors import Conflict, DomainError, Faults, Invalid
from participation.core.wording import REASON, clean_text
from participation.texts.services import write_text


@dataclass(frozen=True, slots=True)
class HandDecision:
    """What is decided about a measure, and why, in one language."""

    measure: str
    choice: Choice
    reason: str
    language: str
    start_year: int | None = None


def decide_by_hand(
    session: Session,
    process_slug: str,
    slug: str,
    decision: HandDecision,
    *,
    based_on: int,
    actor: Actor,
    now: datetime,
) -> PlanDecision:
    """Decide about one measure of a draft, or take back what was decided; both stay readable.

    Raises Invalid `unknown_measure_of_plan`, `start_year_missing`, `start_year_outside`, `text_missing`, Conflict
    `measure_has_cover`, `measure_without_costs`, `measure_not_admitted_any_more` and `decision_does_not_fit`, which
    says how much is missing in which year.
    """
    plan = held_plan(session, process_slug, slug, PlanAction.EDIT, based_on=based_on, actor=actor)
    check_decision(plan, basis_of(session, plan), decision)
    made = PlanDecision(
        number=len(plan.decisions) + 1,
        measure=decision.measure,
        choice=decision.choice,
        start_year=decision.start_year,
        reason=write_text(session, decision.reason, language=decision.language, shape=REASON, actor=actor, now=now),
        decided_at=now,
        decided_by=actor.id or actor.kind.value,
    )
    plan.decisions.append(made)
    plan.revision += 1
    session.flush()
    check_it_fits(basis_of(session, plan), decision.measure, plan.process.currency)
    record_plan(
        session,
        "plan.decided_by_hand",
        plan,
        actor,
        now,
        measure=decision.measure,
        choice=decision.choice.value,
        start_year=decision.start_year,
    )
    return made


def check_decision(plan: Plan, basis: Basis, decision: HandDecision) -> None:
    """Refuse what cannot be decided about a measure, every fault with its input."""
    faults: list[DomainError] = []
    found = next((one for one in basis.candidates if one.code == decision.measure), None)
    if not decision.measure:
        faults.append(Invalid("measure_missing", field="measure"))
    elif found is None:
        faults.append(Invalid("unknown_measure_of_plan", field="measure", measure=decision.measure))
    faults += _year_faults(plan, decision)
    try:
        clean_text(decision.reason, REASON)
    except Invalid as fault:
        faults.append(fault)
    Faults.refuse(faults)
    if found is not None and decision.choice is not Choice.BY_THE_RANKING:
        _check_money_can_move_it(found)


def _year_faults(plan: Plan, decision: HandDecision) -> list[DomainError]:
    """Return what is wrong with the year: whatever starts has one of the plan's, and nothing else has any."""
    year, starts = decision.start_year, decision.choice is Choice.STARTS
    if starts and year is None:
        return [Invalid("start_year_missing", field="start_year")]
    if starts and year not in plan.years:
        return [Invalid("start_year_outside", field="start_year", first=plan.first_year, last=plan.last_year)]
    return [Invalid("start_year_without_start", field="start_year")] if year is not None and not starts else []


def _check_money_can_move_it(found: Candidate) -> None:
    """Refuse to decide about what money does not move: withdrawn, not costed, or paid for already."""
    if not found.admitted:
        raise Conflict("measure_not_admitted_any_more", field="measure", measure=found.code)
    if found.costing is None:
        raise Conflict("measure_without_costs", field="measure", measure=found.code)
    if found.is_covered:
        raise Conflict("measure_has_cover", field="measure", measure=found.code)


def check_it_fits(basis: Basis, measure: str, currency: str) -> None:
    """Refuse a decision for which there is not the money, with what is missing; nothing of it is kept."""
    unworkable = planning.plan(basis).unworkable
    if measure in unworkable:
        _code, facts = unworkable[measure]
        raise Conflict("decision_does_not_fit", field="start_year", measure=measure, currency=currency, **facts)
