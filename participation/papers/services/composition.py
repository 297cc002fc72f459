"""What a paper says as a whole, put together from the plan, the ranking, the rounds and what was written.

The same function makes the preview of a draft and the document that is frozen at the issue, so that nobody issues
anything else than what they saw. Its shape, `participation/paper/1`:

    schema, process {slug, title, city, currency, time_zone, is_example, default_language}
    number, slug, kind, language, supersedes (a number | null)
    subject, lead_unit, person_in_charge, dated_on | null, occasion | null
    units           [{name, result | null}]
    decisions       [{position, written, text}]: as written with names of figures in braces, and with the figures
    figures         {name: {kind "count" | "money" | "year", value}}: what the plan fills in, cents for money
    youth           {answer "done" | "not_done" | null, text | null}
    measure_is      ["new", ...] | null where nobody knows;  prescribed_by | null
    financial_impact, climate_impact    {answer | null, text | null}
    reasons | null
    consultations   [{held_on | null, committee {code, name}, is_public, competence, agenda_number | null}] in order
    plan            budgeting's document (participation/plan/1) | null;  plan_hash | null
    ranking         | null; see papers.services.participation
    rounds          every round that has begun, without a plan those that the author chose; see there
    sheets          what the measure sheets show: {fields, measures} as in a concept (papers.queries.concept_content) |
                    null without a plan; papers issued before there was this annex do not have it
    statements      [{round, title, body, finalised_at, signatures [{organisation, of_earlier_wording}]}]
    annexes         [{key, sha256}]
    issued_at, issued_on    only once it is frozen

Texts are {"language", "body", "translations": {tag: {"body", "origin", "stale"}}}; days ISO 8601, moments RFC 3339.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from participation.budgeting.models import Plan
from participation.budgeting.queries import plan_document
from participation.gatherings.models import Statement
from participation.gatherings.queries import final_statements
from participation.papers.models import Consultation, CouncilPaper
from participation.papers.queries.concept_content import sheets_content
from participation.papers.rules.figures import filled
from participation.papers.rules.plan_figures import figures_of
from participation.papers.services.participation import chosen_rounds_document, ranking_document, rounds_document
from participation.results.queries import text_document
from participation.results.rules.documents import document_hash
from participation.results.rules.round_snapshot import moment_text
from participation.texts.models import Text

SCHEMA: Final = "participation/paper/1"

Document = dict[str, Any]
FillIn = Callable[[Mapping[str, Mapping[str, Any]], str, str], Mapping[str, str]]
"""Gives the words of figures (rules.plan_figures) in a currency and a language; sentences.figures_in_words is it."""


def paper_document(session: Session, paper: CouncilPaper, fill_in: FillIn) -> Document:
    """Return what a paper says now; `fill_in` puts figures into words."""
    plan = plan_document(session, paper.plan) if paper.plan else None
    figures = figures_of(plan) if plan else {}
    ranking = ranking_document(session, paper.plan.ranking_id) if paper.plan else None
    words = fill_in(figures, paper.process.currency, paper.language)
    document: Document = {
        "schema": SCHEMA,
        "process": _process(paper),
        "number": paper.number,
        "slug": paper.slug,
        "kind": paper.kind.value,
        "language": paper.language,
        "supersedes": paper.supersedes.number if paper.supersedes else None,
        "subject": text_document(paper.subject),
        "lead_unit": paper.lead_unit,
        "person_in_charge": paper.person_in_charge,
        "dated_on": _day(paper.dated_on),
        "occasion": _text(paper.occasion),
        "units": [{"name": unit.name, "result": unit.result} for unit in paper.units],
        "decisions": [_decision(one.position, text_document(one.body), words) for one in paper.decisions],
        "figures": figures,
        "youth": {"answer": paper.youth.value if paper.youth else None, "text": _text(paper.youth_text)},
        "measure_is": paper.measure_is,
        "prescribed_by": _text(paper.prescribed_by),
        "financial_impact": {
            "answer": paper.financial_impact.value if paper.financial_impact else None,
            "text": _text(paper.financial_text),
        },
        "climate_impact": {
            "answer": paper.climate_impact.value if paper.climate_impact else None,
            "text": _text(paper.climate_text),
        },
        "reasons": _text(paper.reasons),
        "consultations": [_station(station) for station in paper.stations],
        "plan": plan,
        "plan_hash": paper.plan.snapshot_hash if paper.plan else None,
        "ranking": ranking,
        "sheets": sheets_content(session, paper.process, plan, ranking) if plan and ranking else None,
        # A paper that rests on no plan names the rounds itself: a report of years ago keeps today's out.
        "rounds": rounds_document(session, paper.process_id, paper.dated_on)
        if plan
        else chosen_rounds_document(session, paper.process_id, paper.rounds or ()),
        "statements": statements_document(session, paper.process_id) if plan else [],
    }
    return {**document, "annexes": _annexes(document)}


def statements_document(session: Session, process_id: str) -> list[Document]:
    """Return the statements that go to the council with every paper of a process."""
    return [_statement(one) for one in final_statements(session, process_id)]


def plan_is_open(plan: Plan | None) -> bool:
    """Say whether a paper rests on a plan that can still change."""
    return plan is not None and not plan.is_settled


def _process(paper: CouncilPaper) -> Document:
    process = paper.process
    return {
        "slug": process.slug,
        "title": text_document(process.title),
        "city": process.city,
        "currency": process.currency,
        "time_zone": process.time_zone,
        "is_example": process.is_example,
        "default_language": process.default_language,
    }


def _decision(position: int, written: Document, words: Mapping[str, str]) -> Document:
    """Return a point of the proposal. Where the plan does not have a figure, its name stays to be seen in a preview."""
    known = _Named(words)
    said = {
        **written,
        "body": filled(written["body"], known),
        "translations": {
            tag: {**one, "body": filled(one["body"], known)} for tag, one in written["translations"].items()
        },
    }
    return {"position": position, "written": written, "text": said}


class _Named(dict[str, str]):
    """Words by name; a name without words stands for itself."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def _station(station: Consultation) -> Document:
    return {
        "held_on": _day(station.held_on),
        "committee": {"code": station.committee.code, "name": text_document(station.committee.name)},
        "is_public": station.is_public,
        "competence": station.competence.value,
        "agenda_number": station.agenda_number,
    }


def _statement(one: Statement) -> Document:
    return {
        "round": one.round.slug,
        "title": text_document(one.title),
        "body": text_document(one.body),
        "finalised_at": moment_text(one.finalised_at) if one.finalised_at else None,
        "signatures": [
            {"organisation": signed.organisation.name, "of_earlier_wording": signed.is_of_earlier_wording}
            for signed in one.signatures
        ],
    }


def _annexes(document: Document) -> list[Document]:
    """Return what goes with the paper, each with the hash by which a change is noticed."""
    annexes = []
    if document["ranking"] is not None:
        annexes.append({"key": "ranking", "sha256": document["ranking"]["inputs_hash"]})
    if document["plan"] is not None:
        annexes.append({"key": "plan", "sha256": document["plan_hash"] or document_hash(document["plan"])})
    if document["sheets"] is not None:
        annexes.append({"key": "sheets", "sha256": document_hash(document["sheets"])})
    if document["statements"]:
        annexes.append({"key": "statements", "sha256": document_hash(document["statements"])})
    return annexes


def _text(text: Text | None) -> Document | None:
    return None if text is None else text_document(text)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
