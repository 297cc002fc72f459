"""The concept as it stands: everything that a version says, as plain values, put together from the rooms below."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from participation.budgeting.models import Plan
from participation.budgeting.queries import CouncilOnPlans
from participation.costings.models import Costing
from participation.costings.queries import costings_at, current_costings
from participation.papers.models.concept import ConceptSection
from participation.papers.queries.concept import principles_of, sections_of
from participation.papers.queries.plans import council_on_plans
from participation.papers.rules.concept import FORMAT
from participation.papers.rules.concept_sums import sums_of
from participation.processes.models import Process
from participation.proposals.models import Proposal
from participation.proposals.queries import admitted
from participation.proposals.rules import ProposalKind
from participation.results.models import JointRanking
from participation.results.queries import bundle_of, joint_result_of, rankings_of, text_document
from participation.rounds.kinds import Task
from participation.texts.models import Text

Document = dict[str, Any]


def concept_content(session: Session, process: Process, measures: Sequence[Proposal] | None = None) -> Document:
    """Return what the concept says now: a draft until it is published as a version.

    `measures` are the admitted ones, where somebody has loaded them already.
    """
    goals = admitted(session, process.id, ProposalKind.GOAL)
    if measures is None:
        measures = admitted(session, process.id, ProposalKind.MEASURE)
    costings = current_costings(session, [measure.id for measure in measures])
    rankings = {task: _ranking(session, process.id, task) for task in (Task.PRIORITISE_GOALS, Task.PRIORITISE_MEASURES)}
    council = council_on_plans(session, process.id)
    plan = council.told
    rows = {row["code"]: row for row in plan.snapshot["measures"]} if plan and plan.snapshot else {}
    told = [
        _measure(measure, costings.get(measure.id), rankings[Task.PRIORITISE_MEASURES].get(measure.code))
        | {"plan": _planned(rows.get(measure.code))}
        for measure in measures
    ]
    return {
        "format": FORMAT,
        "process": _process(process),
        "principles": [
            {"code": one.code, "sentence": text_document(one.sentence)} for one in principles_of(session, process.id)
        ],
        "sections": [_section(one) for one in sections_of(session, process.id)],
        "fields": _fields(process, goals, measures, rankings[Task.PRIORITISE_GOALS]),
        "measures": told,
        "sums": sums_of(told),
        "goals_ranking": rankings[Task.PRIORITISE_GOALS].about,
        "measures_ranking": rankings[Task.PRIORITISE_MEASURES].about,
        "plan": plan and _plan(plan, council),
        "proposed_plan": council.beside and _plan(council.beside, council),
    }


def _plan(plan: Plan, council: CouncilOnPlans) -> Document:
    """Return which plan the concept tells of, how it stands with the council, and who adopted it."""
    decision = council.decision_about(plan)
    return {
        "slug": plan.slug,
        "title": text_document(plan.title),
        "sha256": plan.snapshot_hash,
        "standing": council.standing_of(plan).value,
        "decision": decision
        and {
            "committee": text_document(decision.committee),
            "decided_on": decision.decided_on.isoformat(),
            "paper": decision.paper,
            "is_adopted": decision.is_adopted,
        },
    }


def sheets_content(session: Session, process: Process, plan: Mapping[str, Any], ranking: Mapping[str, Any]) -> Document:
    """Return what the measure sheets of a plan show, in the plan's order: {"fields", "measures"} as in a concept.

    Costs are those with which the plan reckons, places those of its ranking, so that plan and sheets agree. A measure
    that is not admitted any more has no sheet.
    """
    standing = {one.code: one for one in admitted(session, process.id, ProposalKind.MEASURE)}
    rows = {row["code"]: row for row in plan["measures"] if row["code"] in standing}
    costings = costings_at(
        session, {standing[code].id: row["costing"]["revision"] for code, row in rows.items() if row["costing"]}
    )
    places = {one["code"]: one["rank"] for one in ranking["options"] if one["rank"] is not None}
    ranked = _Ranking(None, places)
    goals = admitted(session, process.id, ProposalKind.GOAL)
    return {
        "fields": _named_fields(process, goals),
        "measures": [
            _measure(standing[code], costings.get(standing[code].id), ranked.get(code)) | {"plan": _planned(row)}
            for code, row in rows.items()
        ],
    }


def _named_fields(process: Process, goals: Sequence[Proposal]) -> list[Document]:
    """Return fields and goals with nothing but their names, for the codes on the sheets."""
    named = [{"code": goal.code, "title": text_document(goal.title), "sub_goals": []} for goal in goals]
    fields = [{"code": field.code, "title": text_document(field.title), "goals": []} for field in process.fields]
    return [*fields, {"code": "", "title": None, "goals": named}]


class _Ranking:
    """The places of a joint ranking, and what is told about it; nothing where none has come to a result."""

    def __init__(self, about: Document | None, places: Mapping[str, int]) -> None:
        self.about = about
        self._places = places

    def get(self, code: str) -> Document | None:
        place = self._places.get(code)
        return None if place is None else {"rank": place, "of": len(self._places)}


def _ranking(session: Session, process_id: str, task: Task) -> _Ranking:
    """Return the joint ranking of a task that was declared last among those that have come to a result."""
    for ranking in reversed([one for one in rankings_of(session, process_id) if one.task is task]):
        result = joint_result_of(session, ranking.id)
        if result is not None:
            places = {one["code"]: one["rank"] for one in result.snapshot["options"] if one["rank"] is not None}
            return _Ranking(_about(session, ranking, result.snapshot), places)
    return _Ranking(None, {})


def _about(session: Session, ranking: JointRanking, snapshot: Mapping[str, Any]) -> Document:
    bundle = bundle_of(session, ranking_id=ranking.id)
    return {
        "slug": ranking.slug,
        "title": text_document(ranking.title),
        "ballots": snapshot["ballots"],
        "inputs_hash": snapshot["inputs_hash"],
        "fingerprint": bundle.fingerprint if bundle else None,
        "rounds": [
            {"slug": one["round"], "title": one["title"], "kind": one["kind"], "weight": one["weight"]}
            for one in snapshot["rounds"]
        ],
    }


def _process(process: Process) -> Document:
    return {
        "slug": process.slug,
        "city": process.city,
        "title": text_document(process.title),
        "summary": _text(process.summary),
        "currency": process.currency,
        "time_zone": process.time_zone,
        "default_language": process.default_language,
        "languages": list(process.languages),
        "is_example": process.is_example,
    }


def _section(one: ConceptSection) -> Document:
    return {
        "code": one.code,
        "place": one.place.value,
        "title": text_document(one.title),
        "body": text_document(one.body),
    }


def _fields(process: Process, goals: Sequence[Proposal], measures: Sequence[Proposal], ranking: _Ranking) -> list[Any]:
    """Return the fields with their goals, those with their sub-goals, and those with the codes of what serves them.

    Goals without a field stand last, in one without code and title.
    """
    serving: dict[str, list[str]] = defaultdict(list)
    for measure in measures:
        for goal in measure.serves:
            serving[goal.id].append(measure.code)
    children: dict[str, list[Proposal]] = defaultdict(list)
    for goal in goals:
        if goal.parent_id:
            children[goal.parent_id].append(goal)
    mains: dict[str | None, list[Document]] = defaultdict(list)
    for goal in goals:
        if goal.parent_id is None:
            mains[goal.field_id].append(
                _goal(goal, serving, ranking)
                | {"sub_goals": [_goal(child, serving, ranking) for child in children[goal.id]]}
            )
    fields = [
        {"code": field.code, "title": text_document(field.title), "goals": mains[field.id]} for field in process.fields
    ]
    return [*fields, {"code": "", "title": None, "goals": mains[None]}] if mains[None] else fields


def _goal(goal: Proposal, serving: Mapping[str, Iterable[str]], ranking: _Ranking) -> Document:
    return {
        "code": goal.code,
        "title": text_document(goal.title),
        "body": _text(goal.body),
        "priority": ranking.get(goal.code),
        "measures": list(serving.get(goal.id, ())),
    }


def _measure(measure: Proposal, costing: Costing | None, place: Document | None) -> Document:
    return {
        "code": measure.code,
        "title": text_document(measure.title),
        "body": _text(measure.body),
        "target_group": _text(measure.target_group),
        "partners": _text(measure.partners),
        "field": measure.field.code if measure.field else None,
        "serves": [goal.code for goal in measure.serves],
        "department": measure.department
        and {"code": measure.department.code, "title": text_document(measure.department.title)},
        "unit": measure.unit,
        "costing": costing and costing_document(costing),
        "priority": place,
    }


def _planned(row: Mapping[str, Any] | None) -> Document | None:
    """Return what the settled plan says about a measure: as much as the sentence about it needs."""
    return None if row is None else {name: row[name] for name in ("status", "start_year", "reason", "by_hand")}


def costing_document(costing: Costing) -> Document:
    """Return a statement of costs as documents carry it; amounts are cents."""
    return {
        "revision": costing.revision,
        "once_cents": costing.once_cents,
        "annual_cents": costing.annual_cents,
        "low_cents": costing.low_cents,
        "high_cents": costing.high_cents,
        "currency": costing.currency,
        "years": costing.years,
        "quality": costing.quality.value,
        "cover": costing.cover.value,
        "cover_source": _text(costing.cover_source),
        "needs_post": costing.needs_post,
        "posts_hundredths": costing.posts_hundredths,
        "feasibility": costing.feasibility.value if costing.feasibility else None,
        "statement": _text(costing.statement),
        "note": _text(costing.note),
        "first_month": costing.first_month,
        "last_month": costing.last_month,
    }


def _text(text: Text | None) -> Document | None:
    return None if text is None else text_document(text)
