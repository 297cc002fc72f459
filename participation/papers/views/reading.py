"""Reading council papers: the list of a process, and each with its stations, its text and its files."""

from typing import Any

from flask import render_template, url_for

from participation.core.languages import INTERFACE_TAGS
from participation.core.permissions import Permission, may
from participation.extensions import db
from participation.papers.composing import compose_paper
from participation.papers.models import CouncilPaper
from participation.papers.queries import files_of, papers_page, readable_paper
from participation.papers.rules.files import FileKind, FileState
from participation.papers.rules.papers import PaperState
from participation.papers.sentences import figures_in_words
from participation.papers.services import changes_since, shown_document
from participation.papers.views.blueprint import bp
from participation.processes.queries import process_by_slug
from participation.proposals.queries import admitted_in_brief
from participation.proposals.rules import ProposalKind
from participation.web.guard import current_actor, requires
from participation.web.locale import current_language
from participation.web.pagination import PER_PAGE, asked_page, page_links


@bp.get("/processes/<process>/papers")
@requires(Permission.PROCESS_READ)
def index(process: str) -> str:
    """List the papers of a process; those who write them see drafts too."""
    session = db.session()
    found = process_by_slug(session, process)
    writes = may(current_actor(), Permission.COUNCIL_PAPER_EDIT, found)
    papers = papers_page(session, found.id, with_drafts=writes, page=asked_page(), per_page=PER_PAGE)
    return render_template("papers/index.html", process=found, papers=papers, writes=writes, href_for=page_links())


@bp.get("/processes/<process>/papers/<slug>")
@requires(Permission.PROCESS_READ)
def show(process: str, slug: str) -> str:
    """Show a paper: where it stands, what came of it, and everything that it says."""
    paper = readable_paper(db.session(), process, slug, current_actor())
    return render_template("papers/paper.html", **_about(paper))


def _about(paper: CouncilPaper) -> dict[str, Any]:
    session = db.session()
    document = shown_document(session, paper, figures_in_words)
    sha256 = paper.snapshot.sha256 if paper.snapshot else None
    composed = compose_paper(document, current_language().tag, sha256=sha256, day_of_draft=paper.modified_at.date())
    return {
        "process": paper.process,
        "paper": paper,
        "writes": may(current_actor(), Permission.COUNCIL_PAPER_EDIT, paper),
        "is_draft": paper.state is PaperState.DRAFT,
        "is_withdrawn": paper.state is PaperState.WITHDRAWN,
        "document": composed,
        "sections": [one for one in composed.sections if one.key != "consultations"],
        "measure_links": {
            measure.code: url_for("site.proposal", process=paper.process.slug, code=measure.code)
            for measure in admitted_in_brief(session, paper.process_id, ProposalKind.MEASURE)
        },
        "changes": [] if paper.state is PaperState.WITHDRAWN else changes_since(session, paper, document),
        "files": files_of(session, paper.snapshot_id) if paper.snapshot_id else [],
        "file_kinds": list(FileKind),
        "file_languages": INTERFACE_TAGS,
        "FileState": FileState,
    }
