"""The concept of the example city: with whom measures are carried out, principles, sections, and two versions."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from participation.exchange.cast import official
from participation.exchange.city import Calendar, City, concept, origins
from participation.exchange.sheets import Record
from participation.papers.queries.concept import latest_number, section_by_code
from participation.papers.queries.concept_content import concept_content
from participation.papers.rules.concept import ConceptPlace, PrincipleDraft, SectionDraft, draft_mark
from participation.papers.services.concept import add_principle, add_section, change_section
from participation.papers.services.concept_versions import publish_concept
from participation.processes.models import Process
from participation.texts.models import Origin, TextVersion
from participation.texts.queries import wordings
from participation.workbooks.reading import Cell

EDITOR: Final = "Birte"
DRAFTED_DAY: Final = -250


def fill_in_partners(records: Sequence[Record]) -> None:
    """Add to some measures' records with whom they are carried out."""
    partners: Mapping[str, Mapping[str, str]] = concept()["partners"]
    for record in records:
        said = partners.get(record.get("code").value, {})
        if said:
            record.wordings["partners"] = {tag: Cell(words, record.row, "partners") for tag, words in said.items()}


def enter_concept(session: Session, process: Process, city: City, calendar: Calendar) -> None:
    """Enter the draft as it was worded before the first version."""
    actor, now, marks = official(session, EDITOR), calendar.noon(DRAFTED_DAY), origins(city)
    for entry in city["principles"]:
        draft = PrincipleDraft(entry["title"])
        add_principle(session, process.slug, draft, code=entry["code"], actor=actor, now=now, origins=marks)
    for entry in concept()["sections"]:
        section = SectionDraft(entry["title"], entry["body"], ConceptPlace(entry["place"]))
        add_section(session, process.slug, section, code=entry["code"], actor=actor, now=now, origins=marks)


def publish_version(session: Session, process: Process, number: int, city: City, calendar: Calendar) -> None:
    """Publish a version on its day, after what was reworded for it."""
    told: Mapping[str, Any] = concept()["versions"][number - 1]
    actor, now = official(session, EDITOR), calendar.noon(told["day"])
    for code, bodies in told.get("changes", {}).items():
        section = section_by_code(session, process.id, code)
        titles = {tag: said.body for tag, said in wordings(section.title).items()}
        draft = SectionDraft(titles, bodies, section.place)
        change_section(
            session,
            process.slug,
            code,
            draft,
            based_on=section.revision,
            actor=actor,
            now=now,
        )
        _mark_origins(session, bodies, origins(city))
    mark = draft_mark(concept_content(session, process), latest_number(session, process.id))
    publish_concept(session, process.slug, told["note"], based_on=mark, actor=actor, now=now, origins=origins(city))


def _mark_origins(session: Session, bodies: Mapping[str, str], marks: Mapping[str, Origin]) -> None:
    """Say of each language who worded it; the service takes every translation by an official for a human's."""
    for tag, body in bodies.items():
        wording = TextVersion.language == tag, TextVersion.body == body
        session.execute(update(TextVersion).where(*wording).values(origin=marks[tag]))
    session.expire_all()
