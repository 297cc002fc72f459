"""What the council made of the office's plans: which one is in force, and which one still waits for a decision."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from participation.budgeting.models import Plan
from participation.budgeting.queries import CouncilDecision, CouncilOnPlans, settled_plans
from participation.budgeting.rules.plans import PlanOrigin
from participation.papers.models import Consultation, CouncilPaper
from participation.papers.rules.consultations import ADOPTED, FINAL, Competence, Outcome, result_is_public
from participation.papers.rules.papers import PaperState


def council_on_plans(session: Session, process_id: str) -> CouncilOnPlans:
    """Return the plan in force, the office's proposal, and what was decided about each settled plan.

    It is read from the results as they stand now, so that one that is corrected or taken back changes what is in force:

    - A decision is the result of a station that was to decide: adopted (unchanged or as amended) or rejected. Reports,
      preliminary talks, and what was deferred, noted or referred decide nothing.
    - It counts as long as its paper stands, also where a further version of that was issued since, which has a decision
      of its own before it; that of a withdrawn paper counts no more. One behind closed doors counts once its result is
      public, or a plan was published that came of it, which names it.
    - The last adoption puts a plan in force: that of its paper, or where bodies that decide changed that one, the last
      plan that came of it. Adopting a plan once more takes no change back that was decided before.
    - A rejection puts nothing out of force. What was rejected is proposed no more, unless a paper lies before the
      council again that rests on it.
    - The proposal is the plan that the office settled last, if nothing was decided about it and it came after the one
      that lay before the council.
    """
    settled = settled_plans(session, process_id)
    if not settled:
        return CouncilOnPlans()
    stations = _to_decide(session, process_id)
    plans = {plan.id: plan for plan in settled}
    decisions: dict[str, CouncilDecision] = {}
    made_by_council: set[str] = set()
    adopted: set[str] = set()
    in_force = laid_before = None
    for station in sorted((one for one in stations if _counts(one)), key=_in_time):
        given = plans[station.paper.plan_id or ""]
        if station.outcome in ADOPTED:
            made_by_council |= _made_by(station)
            adopted.add(given.id)
            in_force, laid_before = _as_changed(given, settled, made_by_council, plans), given
            decisions[in_force.id] = _decision(station)
        elif given.id not in decisions or not decisions[given.id].is_adopted:
            decisions[given.id] = _decision(station)
    for plan_id in _waiting(stations):
        if plan_id in decisions and not decisions[plan_id].is_adopted:
            del decisions[plan_id]
    last = next((one for one in settled if one.origin is PlanOrigin.PLANNED), None)
    is_open = last is not None and last.id not in decisions.keys() | adopted and _is_later(last, laid_before)
    return CouncilOnPlans(in_force, last if is_open else None, decisions)


_TO_DECIDE: Final = (
    CouncilPaper.state == PaperState.ISSUED,
    CouncilPaper.plan_id.is_not(None),
    Consultation.competence == Competence.DECISION,
    Consultation.removed_at.is_(None),
)


def _to_decide(session: Session, process_id: str) -> Sequence[Consultation]:
    """Return the stations that decide about papers with a plan, whether they have a result or not."""
    return session.scalars(
        select(Consultation)
        .join(CouncilPaper, CouncilPaper.id == Consultation.paper_id)
        .where(Consultation.process_id == process_id, *_TO_DECIDE)
        .options(
            joinedload(Consultation.paper).selectinload(CouncilPaper.further_versions),
            selectinload(Consultation.amendments),
        )
    ).all()


def _counts(station: Consultation) -> bool:
    is_told = result_is_public(station) or (station.outcome in ADOPTED and bool(_made_by(station)))
    return station.outcome in FINAL and is_told


def _in_time(station: Consultation) -> tuple[object, ...]:
    """Sort by the day of the decision; on one day by the papers as they were issued, and their stations."""
    return station.decided_on, station.paper.issued_at, station.paper.number, station.position


def _made_by(station: Consultation) -> set[str]:
    return {one.plan_id for one in station.amendments if one.plan_id is not None}


def _as_changed(given: Plan, settled: Sequence[Plan], made: set[str], plans: Mapping[str, Plan]) -> Plan:
    """Return the last plan that the council made of one that it was given, that one itself where it made none."""
    return next((one for one in settled if one.id in made and _rests_on(one, given, plans)), given)


def _rests_on(plan: Plan, given: Plan, plans: Mapping[str, Plan]) -> bool:
    while plan.id != given.id and plan.origin is PlanOrigin.AMENDED and plan.based_on_id is not None:
        plan = plans[plan.based_on_id]
    return plan.id == given.id


def _decision(station: Consultation) -> CouncilDecision:
    if station.decided_on is None:
        raise AssertionError("A result without a day is refused by the database.")
    return CouncilDecision(
        station.committee.name,
        station.decided_on,
        station.paper.number,
        station.paper.slug,
        is_adopted=station.outcome is not Outcome.REJECTED,
    )


def _waiting(stations: Sequence[Consultation]) -> set[str]:
    """Return the plans about which somebody has yet to decide; of a paper's versions the last one says so.

    Who deferred or noted a paper that others then decided about is not waited for.
    """
    decided = {one.paper_id for one in stations if _counts(one)}
    return {
        one.paper.plan_id
        for one in stations
        if one.paper.plan_id is not None
        and not _counts(one)
        and (one.outcome is None or one.paper_id not in decided)
        and not any(version.state is PaperState.ISSUED for version in one.paper.further_versions)
    }


def _is_later(plan: Plan, laid_before: Plan | None) -> bool:
    """Say whether a plan was settled after the one that lay before the council."""
    if plan.settled_at is None:
        return False
    return laid_before is None or laid_before.settled_at is None or plan.settled_at > laid_before.settled_at
