"""The words that OParl puts out, in German: the language of the specification's own values and of its readers.

They are values of an exchange format, not sentences of a page; a program compares them with those of other cities.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from participation.core.languages import reading_order
from participation.papers.rules.consultations import Competence, Outcome
from participation.papers.rules.papers import PaperKind

READING: Final = reading_order("de")
"""In which order of languages a title is looked for; where there is none of them, its author's own."""

PAPER_TYPES: Final[Mapping[PaperKind, str]] = {
    PaperKind.DECISION_PAPER: "Beschlussvorlage",
    PaperKind.REPORT: "Bericht",
    PaperKind.MOTION: "Antrag",
    PaperKind.AMENDMENT: "Änderungsantrag",
    PaperKind.INQUIRY: "Anfrage",
    PaperKind.INFORMATION: "Mitteilung",
    PaperKind.STATEMENT: "Stellungnahme",
}
ROLES: Final[Mapping[Competence, str]] = {
    Competence.SENATE: "Senatsberatung",
    Competence.PRELIMINARY: "Vorberatung",
    Competence.INFORMATION: "Kenntnisnahme",
    Competence.DECISION: "Entscheidung",
}
RESULTS: Final[Mapping[Outcome, str]] = {
    Outcome.ADOPTED_UNCHANGED: "Unverändert beschlossen",
    Outcome.ADOPTED_AMENDED: "Geändert beschlossen",
    Outcome.REJECTED: "Abgelehnt",
    Outcome.DEFERRED: "Zurückgestellt",
    Outcome.NOTED: "Zur Kenntnis genommen",
    Outcome.REFERRED: "Verwiesen",
    Outcome.WITHDRAWN: "Zurückgezogen",
}

COMMITTEE: Final = "Gremium"
ADMINISTRATION: Final = "Verwaltungsbereich"

PLANNED: Final = "terminiert"
INVITED: Final = "eingeladen"
HELD: Final = "durchgeführt"

TAKEN_BACK: Final = "zurückgezogen"
EXAMPLE: Final = "Beispieldaten"
"""What no council has ever discussed; whoever collects papers of many cities must be able to tell."""

_PARTS: Final = re.compile(r"[0-9]+|[^0-9]+")


def meeting_name(committee: str, day: date) -> str:
    """Return what a meeting is called of which only the committee and the day are known."""
    return f"{committee}, {day:%d.%m.%Y}"


def meeting_state(day: date, today: date, *, has_results: bool) -> str:
    """Return where a meeting stands: results of all its items are known only once it was held."""
    if has_results:
        return HELD
    return PLANNED if today < day else INVITED


def agenda_order(number: str | None) -> tuple[bool, tuple[tuple[int, str], ...]]:
    """Return what agenda items are ordered by: 9.3 before 9.10, and those without a number last."""
    parts = _PARTS.findall(number or "")
    return number is None, tuple((int(part), "") if part.isdecimal() else (-1, part) for part in parts)
