"""Writing a council paper, changing it, discarding a draft, and beginning its next version."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from participation.budgeting.models import Plan
from participation.budgeting.queries import latest_settled, plan_by_slug
from participation.budgeting.rules.plans import PlanOrigin
from participation.core.actor import Actor
from participation.core.days import check_day
from participation.core.errors import Conflict, Invalid, NotFound
from participation.core.languages import language as known_language
from participation.core.permissions import Permission, authorise
from participation.core.wording import TextShape, clean_text
from participation.papers.models import Amendment, Consultation, CouncilPaper, InvolvedUnit, ProposedDecision
from participation.papers.queries import numbers_of
from participation.papers.rules import drafts
from participation.papers.rules.consultations import ADOPTED
from participation.papers.rules.drafts import PaperDraft, Unit
from participation.papers.rules.figures import check_names
from participation.papers.rules.papers import (
    MAX_DECISIONS,
    MAX_UNITS,
    Nature,
    PaperState,
    check_natures,
    check_number,
    next_version,
    slug_of,
)
from participation.papers.rules.plan_figures import FIGURES
from participation.papers.services.participation import concluded_rounds
from participation.papers.services.records import at_hand, draft_at_hand, keep, record_act, worded
from participation.processes.models import Process
from participation.processes.queries import lock_process, process_by_slug
from participation.texts.models import Text
from participation.texts.queries import original
from participation.texts.services import write_text

MAX_PAPERS = 500
"""Papers of one process, versions and drafts among them."""


def write_paper(session: Session, process: str, draft: PaperDraft, *, actor: Actor, now: datetime) -> CouncilPaper:
    """Begin a paper as a draft. Raises Conflict `number_taken` and what `_apply` refuses."""
    found = lock_process(session, process_by_slug(session, process).id)
    authorise(actor, Permission.COUNCIL_PAPER_EDIT, found)
    return _written(session, found, draft, None, actor, now)


def revise_paper(
    session: Session, process: str, slug: str, draft: PaperDraft, *, based_on: int, actor: Actor, now: datetime
) -> CouncilPaper:
    """Change what a draft states. Its number may change as long as nobody has been given the paper.

    Raises Conflict `paper_issued`, `paper_changed`, `number_taken`, Invalid `paper_language_stays`.
    """
    paper = draft_at_hand(session, process, slug, actor=actor, based_on=based_on)
    lock_process(session, paper.process_id)
    if draft.language != paper.language:
        raise Invalid("paper_language_stays", field="language")
    number = _free_number(session, paper.process, draft.number, own=paper.number)
    paper.number, paper.slug = number, slug_of(number)
    _apply(session, paper, draft, actor, now)
    keep(session, "paper.changed", paper, actor, now, {"number": number})
    return paper


def discard_paper(session: Session, process: str, slug: str, *, based_on: int, actor: Actor, now: datetime) -> None:
    """Throw a draft away; that it was there stays in the record of acts."""
    paper = draft_at_hand(session, process, slug, actor=actor, based_on=based_on)
    words = [
        *(paper.subject, paper.occasion, paper.youth_text, paper.prescribed_by, paper.financial_text),
        *(paper.climate_text, paper.reasons),
        *(decision.body for decision in paper.decisions),
    ]
    record_act(session, "paper.discarded", paper, actor, now, {"number": paper.number})
    session.delete(paper)
    session.flush()
    for text in words:
        if text is not None:
            session.delete(text)
    session.flush()


def begin_next_version(session: Session, process: str, slug: str, *, actor: Actor, now: datetime) -> CouncilPaper:
    """Begin the next version of a paper that was issued, as a draft with everything that the paper states.

    Its number follows the last one that is taken; stations that have not answered yet come along. Where a later plan
    was settled on the basis of the paper's own, the draft takes that one. Raises Conflict `paper_not_issued`, and
    `version_begun` while a draft of the next version lies there: a second press of the button makes no second one.
    """
    earlier = at_hand(session, process, slug, actor=actor)
    lock_process(session, earlier.process_id)
    if earlier.state is PaperState.DRAFT:
        raise Conflict("paper_not_issued", number=earlier.number)
    begun = session.scalar(
        select(CouncilPaper.number)
        .where(CouncilPaper.supersedes_id == earlier.id, CouncilPaper.state == PaperState.DRAFT)
        .limit(1)
    )
    if begun is not None:
        raise Conflict("version_begun", number=begun)
    number = next_version(numbers_of(session, earlier.process_id), earlier.number)
    draft = replace(stated(earlier), number=number, dated_on=None)
    paper = _written(session, earlier.process, draft, earlier, actor, now)
    plan = latest_plan(session, earlier.plan)
    paper.plan = plan
    for position, station in enumerate((one for one in earlier.stations if one.outcome is None), start=1):
        paper.consultations.append(
            Consultation(
                process_id=paper.process_id,
                committee=station.committee,
                position=position,
                held_on=station.held_on,
                is_public=station.is_public,
                competence=station.competence,
                agenda_number=station.agenda_number,
                revision=1,
                created_at=now,
                modified_at=now,
            )
        )
    session.flush()
    return paper


def stated(paper: CouncilPaper) -> PaperDraft:
    """Return what a paper states, as it could be stated again."""
    return PaperDraft(
        number=paper.number,
        kind=paper.kind,
        language=paper.language,
        subject=_words(paper.subject),
        lead_unit=paper.lead_unit,
        dated_on=paper.dated_on,
        person_in_charge=paper.person_in_charge,
        occasion=_words(paper.occasion),
        plan=paper.plan.slug if paper.plan else "",
        rounds=tuple(paper.rounds or ()),
        youth=paper.youth,
        youth_text=_words(paper.youth_text),
        measure_is=None if paper.natures is None else frozenset(paper.natures),
        prescribed_by=_words(paper.prescribed_by),
        financial_impact=paper.financial_impact,
        financial_text=_words(paper.financial_text),
        climate_impact=paper.climate_impact,
        climate_text=_words(paper.climate_text),
        reasons=_words(paper.reasons),
        decisions=tuple(_words(decision.body) for decision in paper.decisions),
        units=tuple(Unit(unit.name, unit.result) for unit in paper.units),
    )


def latest_plan(session: Session, plan: Plan | None) -> Plan | None:
    """Return the last plan that was settled on the basis of a plan, the plan itself where there is none."""
    while plan is not None:
        later = _next_plan(session, plan)
        if later is None:
            break
        plan = later
    return plan


@dataclass(frozen=True, slots=True)
class Amendable:
    """On which plan a change of the council rests, and the plan that was settled later on another basis, if one was."""

    plan: Plan | None
    overtaken_by: Plan | None = None


_AMENDED_FOR_GOOD: Final = (
    select(Amendment.plan_id)
    .join(Consultation, Consultation.id == Amendment.consultation_id)
    .join(CouncilPaper, CouncilPaper.id == Consultation.paper_id)
    .where(CouncilPaper.state == PaperState.ISSUED, Consultation.outcome.in_(ADOPTED), Amendment.plan_id.is_not(None))
)


def amendable_plan(session: Session, plan: Plan | None) -> Amendable:
    """Return the last plan that the council made of the one that it was given, and what has overtaken that.

    What came of a paper that was withdrawn, or of a result that was corrected since, is no longer the council's.
    """
    while plan is not None:
        amended = _next_plan(session, plan, Plan.origin == PlanOrigin.AMENDED, Plan.id.in_(_AMENDED_FOR_GOOD))
        if amended is None:
            break
        plan = amended
    if plan is None or plan.settled_at is None:
        return Amendable(plan)
    last = latest_settled(session, plan.process_id)
    is_overtaken = last is not None and last.settled_at is not None and last.settled_at > plan.settled_at
    return Amendable(plan, last if is_overtaken else None)


def _next_plan(session: Session, plan: Plan, *which: ColumnElement[bool]) -> Plan | None:
    return session.scalar(
        select(Plan)
        .where(Plan.based_on_id == plan.id, Plan.settled_at.is_not(None), *which)
        .order_by(Plan.settled_at.desc(), Plan.id)
        .limit(1)
    )


def _written(
    session: Session, process: Process, draft: PaperDraft, earlier: CouncilPaper | None, actor: Actor, now: datetime
) -> CouncilPaper:
    known_language(draft.language, field="language")
    count = session.scalar(select(func.count()).where(CouncilPaper.process_id == process.id)) or 0
    if count >= MAX_PAPERS:
        raise Conflict("too_many_papers", highest=MAX_PAPERS)
    number = _free_number(session, process, draft.number, own=None)
    paper = CouncilPaper(
        process_id=process.id,
        process=process,
        number=number,
        slug=slug_of(number),
        kind=draft.kind,
        state=PaperState.DRAFT,
        revision=1,
        language=draft.language,
        supersedes_id=earlier.id if earlier else None,
        created_at=now,
        modified_at=now,
        decisions=[],
        units=[],
        consultations=[],
    )
    _apply(session, paper, draft, actor, now)
    session.add(paper)
    session.flush()
    record_act(session, "paper.written", paper, actor, now, {"number": number, "kind": draft.kind.value})
    return paper


def _free_number(session: Session, process: Process, typed: str, *, own: str | None) -> str:
    number = check_number(typed)
    if number != own and number in numbers_of(session, process.id):
        raise Conflict("number_taken", field="number", number=number)
    return number


def _apply(session: Session, paper: CouncilPaper, draft: PaperDraft, actor: Actor, now: datetime) -> None:
    """Write down what a draft states; whatever stood there before and is stated no more is gone."""
    if draft.prescribed_by.strip() and Nature.PRESCRIBED not in (draft.measure_is or ()):
        raise Invalid("prescribed_by_without_box", field="prescribed_by")
    paper.kind = draft.kind
    paper.dated_on = None if draft.dated_on is None else check_day(draft.dated_on, field="dated_on")
    paper.lead_unit = clean_text(draft.lead_unit, drafts.LEAD_UNIT)
    paper.person_in_charge = clean_text(draft.person_in_charge, drafts.PERSON)
    paper.plan = _plan(session, paper.process, draft.plan)
    paper.rounds = _rounds(session, paper.process, draft)
    paper.youth = draft.youth
    paper.measure_is = check_natures(draft.measure_is)
    paper.financial_impact = draft.financial_impact
    paper.climate_impact = draft.climate_impact

    def words(text: Text | None, body: str, shape: TextShape) -> Text | None:
        return worded(session, text, body, language=paper.language, shape=shape, actor=actor, now=now)

    subject = words(paper.subject, draft.subject, drafts.SUBJECT)
    if subject is None:
        raise Invalid("text_missing", field="subject")
    paper.subject = subject
    paper.occasion = words(paper.occasion, draft.occasion, drafts.OCCASION)
    paper.youth_text = words(paper.youth_text, draft.youth_text, drafts.YOUTH)
    paper.prescribed_by = words(paper.prescribed_by, draft.prescribed_by, drafts.PRESCRIBED_BY)
    paper.financial_text = words(paper.financial_text, draft.financial_text, drafts.FINANCIAL)
    paper.climate_text = words(paper.climate_text, draft.climate_text, drafts.CLIMATE)
    paper.reasons = words(paper.reasons, draft.reasons, drafts.REASONS)
    _apply_decisions(session, paper, draft.decisions, actor, now)
    _apply_units(paper, draft.units)


def _apply_decisions(session: Session, paper: CouncilPaper, typed: Sequence[str], actor: Actor, now: datetime) -> None:
    """Write the proposed decisions in their order: those that are there are reworded, so that their history stays."""
    bodies = [body for body in typed if body.strip()]
    if len(bodies) > MAX_DECISIONS:
        raise Invalid("too_many_decisions", field="decisions", highest=MAX_DECISIONS)
    if check_names(bodies, FIGURES) and paper.plan is None:
        raise Invalid("figure_without_plan", field="decisions")
    dropped = paper.decisions[len(bodies) :]
    del paper.decisions[len(bodies) :]
    session.flush()
    for decision in dropped:
        session.delete(decision.body)
    for position, body in enumerate(bodies, start=1):
        if position <= len(paper.decisions):
            standing = paper.decisions[position - 1]
            worded(
                session,
                standing.body,
                body,
                language=paper.language,
                shape=drafts.DECISION,
                actor=actor,
                now=now,
            )
        else:
            written = write_text(session, body, language=paper.language, shape=drafts.DECISION, actor=actor, now=now)
            paper.decisions.append(ProposedDecision(position=position, body=written))


def _apply_units(paper: CouncilPaper, typed: Sequence[Unit]) -> None:
    units = [unit for unit in typed if unit.name.strip() or (unit.result or "").strip()]
    if len(units) > MAX_UNITS:
        raise Invalid("too_many_units", field="units", highest=MAX_UNITS)
    del paper.units[len(units) :]
    for position, unit in enumerate(units, start=1):
        name = clean_text(unit.name, drafts.UNIT)
        result = clean_text(unit.result or "", drafts.UNIT_RESULT) or None
        if position <= len(paper.units):
            standing = paper.units[position - 1]
            standing.name, standing.result = name, result
        else:
            paper.units.append(InvolvedUnit(position=position, name=name, result=result))


def _plan(session: Session, process: Process, slug: str) -> Plan | None:
    if not slug:
        return None
    try:
        return plan_by_slug(session, process.slug, slug)
    except NotFound as missing:
        raise Invalid(missing.code, field="plan", **missing.facts) from missing


def _rounds(session: Session, process: Process, draft: PaperDraft) -> list[str] | None:
    """Return the rounds on which a paper reports, in the order of the process; None for none."""
    if draft.rounds and draft.plan:
        raise Invalid("rounds_come_with_plan", field="rounds")
    concluded = [one.slug for one in concluded_rounds(session, process.id)]
    for slug in draft.rounds:
        if slug not in concluded:
            raise Invalid("round_not_concluded", field="rounds", round=slug)
    return [slug for slug in concluded if slug in draft.rounds] or None


def _words(text: Text | None) -> str:
    return original(text).body if text else ""
