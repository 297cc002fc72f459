"""The blueprint of the JSON side of council papers, and how it tells them."""

from typing import Any, Final

from flask import url_for
from flask_smorest import Blueprint

from participation.core.permissions import Permission, may
from participation.extensions import db
from participation.papers.models import Consultation, CouncilPaper, RenderedFile
from participation.papers.queries import files_of
from participation.papers.rules.consultations import result_is_public
from participation.papers.rules.files import FileState
from participation.papers.rules.papers import PaperState
from participation.papers.sentences import figures_in_words
from participation.papers.services import changes_since, preview_hash, shown_document
from participation.web.guard import current_actor

blp: Final = Blueprint(
    "api_papers", __name__, url_prefix="/api/v1", description="Council papers, committees, consultations and files"
)


def brief(paper: CouncilPaper) -> dict[str, Any]:
    """Return what a list tells of a paper."""
    return {
        "number": paper.number,
        "slug": paper.slug,
        "kind": paper.kind,
        "state": paper.state,
        "revision": paper.revision,
        "subject": paper.subject,
        "dated_on": paper.dated_on,
        "lead_unit": paper.lead_unit,
        "issued_at": paper.issued_at,
    }


def whole(paper: CouncilPaper) -> dict[str, Any]:
    """Return everything that a paper says, and where it stands."""
    session = db.session()
    writes = may(current_actor(), Permission.COUNCIL_PAPER_EDIT, paper)
    document = shown_document(session, paper, figures_in_words)
    is_draft, is_withdrawn = paper.state is PaperState.DRAFT, paper.state is PaperState.WITHDRAWN
    files = files_of(session, paper.snapshot_id) if paper.snapshot_id else []
    return brief(paper) | {
        "document": document,
        "sha256": paper.snapshot.sha256 if paper.snapshot else None,
        "preview_hash": preview_hash(document) if is_draft else None,
        "stations": [station_as_data(one, with_result=writes or result_is_public(one)) for one in paper.stations],
        "changes": [] if is_withdrawn else changes_since(session, paper, document),
        "files": [file_as_data(file) for file in files],
        "withdrawal_reason": paper.withdrawal_reason,
        "further_versions": [one.number for one in paper.further_versions if one.is_public],
    }


def station_as_data(station: Consultation, *, with_result: bool = True) -> dict[str, Any]:
    """Return a station with what came of it, unless the reader may not know that."""
    return {
        "id": station.id,
        "revision": station.revision,
        "committee": station.committee,
        "held_on": station.held_on,
        "is_public": station.is_public,
        "competence": station.competence,
        "agenda_number": station.agenda_number,
        "outcome": station.outcome if with_result else None,
        "outcome_text": station.outcome_text if with_result else None,
        "decided_on": station.decided_on if with_result else None,
        "amendments": [
            {
                "text": one.body,
                "changes": one.changes,
                "plan": one.plan.slug if one.plan else None,
                "made_at": one.made_at,
            }
            for one in (station.amendments if with_result else ())
        ],
    }


def file_as_data(file: RenderedFile) -> dict[str, Any]:
    """Return a file with the address of its content once there is one."""
    is_ready = file.state is FileState.READY
    return {
        "id": file.id,
        "kind": file.kind,
        "language": file.language,
        "state": file.state,
        "done": file.done,
        "steps": file.steps,
        "fault": file.fault,
        "sha256": file.sha256,
        "size": file.size,
        "content": url_for("api_papers.fetch_file", file=file.id) if is_ready else None,
    }
