"""What the example city's costings say beside money: when, for how many years, with which posts, and whether at all."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from participation.core.actor import SYSTEM
from participation.costings.queries import current_costings
from participation.costings.services import STATEMENT
from participation.exchange.city import Calendar, City, costing_sheets, origins
from participation.exchange.sheets import Record
from participation.processes.models import Process
from participation.proposals.queries import proposal_by_code
from participation.texts.services import translate_text
from participation.workbooks.reading import Cell


def fill_in_sheets(records: Sequence[Record], city: City, calendar: Calendar) -> None:
    """Add to each measure's record the months in which it runs, and what is said of it beside money."""
    measures = {measure["code"]: measure for measure in city["measures"]}
    for record in records:
        measure = measures.get(record.get("code").value)
        if measure is None:
            continue
        said = costing_sheets().get(measure["code"], {})
        cells = {
            "first_month": calendar.month(measure["start_month"]),
            "last_month": calendar.month(measure["end_month"]),
            "years": str(said.get("years", "")),
            "posts": str(said.get("posts", "")),
            "feasibility": said.get("feasibility", ""),
            "statement": _in_german(said),
        }
        record.cells.update({name: Cell(value, record.row, name) for name, value in cells.items() if value})


def translate_statements(session: Session, process: Process, city: City, *, now: datetime) -> None:
    """Add the statements in the other languages, each with its origin."""
    marks = origins(city)
    for code, said in costing_sheets().items():
        measure = proposal_by_code(session, process.id, code)
        statement = current_costings(session, [measure.id])[measure.id].statement
        for tag, words in said.get("statement", {}).items():
            if statement is not None and tag != statement.language:
                translate_text(
                    session,
                    statement,
                    words,
                    language=tag,
                    origin=marks[tag],
                    shape=STATEMENT,
                    actor=SYSTEM,
                    now=now,
                )


def _in_german(said: Mapping[str, Any]) -> str:
    words: str = said.get("statement", {}).get("de", "")
    return words
