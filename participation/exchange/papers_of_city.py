"""The council paper of the example city: its committees, the paper with the plan's figures, and what came of it."""

from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from participation.core.actor import Actor
from participation.exchange.cast import official
from participation.exchange.city import Calendar, City, origins, papers
from participation.exchange.money_of_city import PLAN
from participation.papers.queries import whole_paper
from participation.papers.rules.consultations import Competence, Outcome
from participation.papers.rules.drafts import CommitteeDraft, OutcomeDraft, PaperDraft, StationDraft, Unit
from participation.papers.rules.papers import (
    ClimateImpact,
    FinancialImpact,
    Nature,
    PaperKind,
    YouthParticipation,
)
from participation.papers.sentences import figures_in_words
from participation.papers.services import (
    add_committee,
    add_station,
    issue_paper,
    note_outcome,
    paper_document,
    preview_hash,
    write_paper,
)

OFFICE: Final = "Birte"
FOUNDED_DAY: Final = -700
WRITTEN_DAY: Final = -70
ISSUED_DAY: Final = -60


def enter_papers(session: Session, process_slug: str, city: City, calendar: Calendar) -> None:
    """Enter the committees, write the paper, issue it, and note what each committee made of it."""
    office, told, marks = official(session, OFFICE), papers(), origins(city)
    for entry in city["committees"]:
        draft = CommitteeDraft(_code(entry["code"]), entry["title"], entry["public"])
        moment = calendar.noon(FOUNDED_DAY)
        add_committee(session, process_slug, draft, actor=office, now=moment, origins=marks)
    written = calendar.noon(WRITTEN_DAY)
    paper = write_paper(session, process_slug, _draft(told, written.date()), actor=office, now=written)
    stations = [
        add_station(
            session,
            process_slug,
            paper.slug,
            StationDraft(
                _code(entry["committee"]),
                Competence(entry["competence"]),
                _day(calendar, entry),
                agenda_number=entry.get("agenda_number", ""),
            ),
            actor=office,
            now=written,
        )
        for entry in told["stations"]
    ]
    _issue(session, process_slug, paper.slug, office, calendar)
    for station, entry in zip(stations, told["stations"], strict=True):
        note_outcome(
            session,
            process_slug,
            paper.slug,
            station.id,
            OutcomeDraft(Outcome(entry["outcome"]), text=entry.get("text", "")),
            based_on=station.revision,
            actor=office,
            now=calendar.noon(entry["day"] + 1),
        )


def _issue(session: Session, process_slug: str, slug: str, office: Actor, calendar: Calendar) -> None:
    document = paper_document(session, whole_paper(session, process_slug, slug), figures_in_words)
    issue_paper(
        session,
        process_slug,
        slug,
        seen=preview_hash(document),
        fill_in=figures_in_words,
        actor=office,
        now=calendar.noon(ISSUED_DAY),
    )


def _draft(told: dict[str, Any], written: date) -> PaperDraft:
    paper = told["paper"]
    return PaperDraft(
        number=f"VO/{written.year}/{paper['count']}",
        kind=PaperKind(paper["kind"]),
        language=told["language"],
        subject=paper["subject"],
        lead_unit=paper["lead_unit"],
        dated_on=written,
        person_in_charge=paper["person_in_charge"],
        occasion=paper["occasion"],
        plan=PLAN,
        youth=YouthParticipation(paper["youth"]),
        youth_text=paper["youth_text"],
        measure_is=frozenset(Nature(value) for value in paper["measure_is"]),
        financial_impact=FinancialImpact(paper["financial_impact"]),
        financial_text=paper["financial_text"],
        climate_impact=ClimateImpact(paper["climate_impact"]),
        reasons=paper["reasons"],
        decisions=tuple(paper["decisions"]),
        units=tuple(Unit(unit["name"], unit["result"]) for unit in paper["units"]),
    )


def _code(code: str) -> str:
    """Return a code of the file as it can stand in an address."""
    return code.replace("_", "-")


def _day(calendar: Calendar, entry: dict[str, Any]) -> date:
    return calendar.midnight(entry["day"]).date()
