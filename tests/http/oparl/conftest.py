"""A city with papers as other programs see it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from participation.extensions import db, transaction
from participation.oparl.publishing import renew
from participation.papers.models import Committee, CouncilPaper
from participation.papers.rules.consultations import Competence, Outcome
from participation.papers.rules.files import FileKind
from participation.papers.rules.papers import PaperState
from participation.processes.models import Process
from tests.factories.city import lindenhafen
from tests.factories.council import Stop, add_file, committee, paper

NOW = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
DAY = date(2026, 12, 3)
SITE = {
    "site_name": "Lindenhafen beteiligt",
    "operator": "Stadt Lindenhafen\nAm Markt 1",
    "oparl_contact": "ris@lindenhafen.example",
    "oparl_licence": "https://licence.example/by",
}


@dataclass
class Council:
    """What was entered, for tests that change it."""

    process: Process
    concept: CouncilPaper
    report: CouncilPaper
    draft: CouncilPaper
    social: Committee
    council: Committee


def look(app: Flask, now: datetime) -> None:
    """Let the program look at what is public, as its worker does."""
    with app.app_context():
        renew(db.session(), lambda: now)


@pytest.fixture
def council(app: Flask) -> Council:
    """Return committees, one behind closed doors, and papers: with files, a draft, one taken back."""
    with app.app_context(), transaction() as session:
        process = lindenhafen(session, NOW)
        senate = committee(session, process, "senate", "Magistrat", now=NOW)
        social = committee(session, process, "social", "Ausschuss für Soziales", now=NOW)
        council = committee(session, process, "council", "Stadtrat", now=NOW)
        stops = [
            Stop(senate, DAY - timedelta(days=20), public=False, competence=Competence.SENATE, outcome=Outcome.NOTED),
            Stop(social, DAY - timedelta(days=9), agenda_number="Ö 4.10", outcome=Outcome.DEFERRED, text="Offen"),
            Stop(social, DAY - timedelta(days=2), competence=Competence.PRELIMINARY),
            Stop(council, DAY, competence=Competence.DECISION, agenda_number="Ö 9.3"),
            Stop(council, None, competence=Competence.DECISION),
        ]
        concept = paper(session, process, "VO/2026/00123", "Integrationskonzept", stops, now=NOW, dated_on=DAY)
        for kind, content in ((FileKind.PDF, b"%PDF-1.7 460.000"), (FileKind.JSON, b'{"covered": 37}')):
            add_file(session, concept, kind, content, now=NOW)
        add_file(session, concept, FileKind.PDF, b"%PDF-1.7 tr", now=NOW, language="tr")
        first = [Stop(social, DAY - timedelta(days=9), agenda_number="Ö 4.2")]
        report = paper(session, process, "VO/2026/00099", "Bericht", first, now=NOW, supersedes_id=concept.id)
        draft = paper(session, process, "VO/2026/00200", "Entwurf", stops[:2], now=NOW, state=PaperState.DRAFT)
        paper(
            session,
            process,
            "VO/2026/00201",
            "Zurück",
            stops[3:4],
            now=NOW,
            state=PaperState.WITHDRAWN,
            withdrawn_at=NOW,
            withdrawn_by="system",
            withdrawal_reason_id=report.subject_id,
        )
        made = Council(process, concept, report, draft, social, council)
    look(app, NOW)
    return made
