"""A paper on its way: entered, issued, made into files by the worker, and read by other programs."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participation.core.actor import SYSTEM
from participation.core.windows import utcnow
from participation.extensions import transaction
from participation.outbox.worker import run_due_jobs, run_ticks
from participation.papers import services
from participation.papers.rules.consultations import Competence
from participation.papers.rules.drafts import CommitteeDraft, PaperDraft, StationDraft
from participation.papers.rules.papers import PaperKind
from tests.factories.city import lindenhafen
from tests.factories.council_papers import issue

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
LOCAL = "http://localhost"


@pytest.fixture
def slug(app: Flask) -> str:
    """Return the process of a paper that was issued and whose files were made."""
    now = utcnow()
    with app.app_context(), transaction() as session:
        process = lindenhafen(session, now)
        council = CommitteeDraft("council", {"de": "Stadtrat"}, is_public=True)
        services.add_committee(session, process.slug, council, actor=SYSTEM, now=now)
        draft = PaperDraft(
            "VO/2026/00007",
            PaperKind.DECISION_PAPER,
            "de",
            "Integrationskonzept",
            "2.000.2 – Stabsstelle Integration",
            reasons="Der Stadtrat stellt 460.000 EUR in Aussicht.",
        )
        paper = services.write_paper(session, process.slug, draft, actor=SYSTEM, now=now)
        station = StationDraft("council", Competence.DECISION, date(2027, 1, 14), agenda_number="Ö 9.3")
        services.add_station(session, process.slug, paper.slug, station, actor=SYSTEM, now=now)
        issue(session, process.slug, paper.slug, now)
        made = process.slug
    run_due_jobs(app)
    run_ticks(app)
    return made


def test_what_is_printed_can_be_read_and_searched(client: FlaskClient, slug: str) -> None:
    body = client.get("/oparl/v1.1/bodies").get_json()["data"][0]
    (paper,) = client.get(body["paper"].removeprefix(LOCAL)).get_json()["data"]
    assert paper["paperType"] == "Beschlussvorlage"
    main = paper["mainFile"]
    assert client.get(main["accessUrl"].removeprefix(LOCAL)).data.startswith(b"%PDF-")
    for said in ("VO/2026/00007", "Integrationskonzept", "Der Stadtrat stellt 460.000 EUR in Aussicht.", "Stadtrat"):
        assert said in main["text"]


def test_what_leads_to_pages_leads_to_pages(client: FlaskClient, slug: str) -> None:
    body = client.get("/oparl/v1.1/bodies").get_json()["data"][0]
    pages = {
        one["web"]
        for name in ("paper", "organization", "consultation", "agendaItem")
        for one in client.get(body[name].removeprefix(LOCAL)).get_json()["data"]
        if "web" in one
    }
    assert pages == {f"{LOCAL}/processes/{slug}/committees", f"{LOCAL}/processes/{slug}/papers/vo-2026-00007"}
    assert {client.get(page.removeprefix(LOCAL)).status_code for page in pages} == {200}
