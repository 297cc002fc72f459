"""What lies on the desk of those who write council papers: a draft, an issued paper, committees, a file, a template."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from participation.core.actor import SYSTEM
from participation.papers import services
from participation.papers.models import CouncilPaper
from participation.papers.queries import whole_paper
from participation.papers.rules.consultations import Competence, Outcome
from participation.papers.rules.drafts import CommitteeDraft, OutcomeDraft, PaperDraft, StationDraft
from participation.papers.rules.files import FileKind, SnapshotKind
from participation.papers.rules.papers import PaperKind
from participation.processes.models import Process

DRAFT = "vo-2026-00001"
ISSUED = "vo-2026-00002"


def make_papers(session: Session, process: Process, things: dict[str, str], now: datetime) -> None:
    """Enter two committees, a draft with a station, and an issued paper whose station has a result."""
    slug = process.slug
    for code in ("rat", "sozial"):
        committee = CommitteeDraft(code, {"de": f"Gremium {code}"}, is_public=True)
        services.add_committee(session, slug, committee, actor=SYSTEM, now=now)
    for number in ("VO/2026/00001", "VO/2026/00002"):
        draft = PaperDraft(number, PaperKind.REPORT, "de", "Bericht", "Stabsstelle")
        services.write_paper(session, slug, draft, actor=SYSTEM, now=now)
    stations = [
        services.add_station(
            session, slug, paper, StationDraft("rat", Competence.DECISION, now.date()), actor=SYSTEM, now=now
        )
        for paper in (DRAFT, ISSUED)
    ]
    issued = issue(session, slug, ISSUED, now)
    services.note_outcome(
        session,
        slug,
        ISSUED,
        stations[1].id,
        OutcomeDraft(Outcome.ADOPTED_AMENDED, date(2026, 1, 5)),
        based_on=stations[1].revision,
        actor=SYSTEM,
        now=now,
    )
    assert issued.snapshot is not None
    file = services.request_file(session, issued.snapshot, FileKind.PDF, "tr", now=now)
    services.note_failure(session, file.id, "document_cannot_be_set", now=now)
    services.set_template(session, slug, SnapshotKind.PAPER, b"a template", actor=SYSTEM, now=now)
    things["draft_station"], things["issued_station"] = stations[0].id, stations[1].id
    things["draft_station_revision"] = str(stations[0].revision)
    things["issued_station_revision"] = str(stations[1].revision)
    things["issued_revision"] = str(issued.revision)
    things["draft_revision"] = str(whole_paper(session, slug, DRAFT).revision)
    things["file"] = file.id


def issue(session: Session, process: str, slug: str, now: datetime) -> CouncilPaper:
    """Issue a paper as it stands."""
    paper = whole_paper(session, process, slug)
    seen = services.preview_hash(services.paper_document(session, paper, lambda *_figures: {}))
    return services.issue_paper(session, process, slug, seen=seen, fill_in=lambda *_figures: {}, actor=SYSTEM, now=now)
