"""Council papers in JSON: writing, reading, issuing and withdrawing them."""

from typing import Any

from participation.core.permissions import Permission, may
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.papers import schemas, services
from participation.papers.api.blueprint import blp, brief, whole
from participation.papers.models import CouncilPaper
from participation.papers.queries import papers_page, readable_paper, whole_paper
from participation.papers.rules.drafts import PaperDraft, Unit
from participation.papers.sentences import figures_in_words
from participation.processes.queries import process_by_slug
from participation.storage.pages import Page
from participation.web.guard import current_actor, requires
from participation.web.pagination import page_schema


@blp.route("/processes/<process>/papers", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.arguments(schemas.CouncilPapersIn, location="query")
@blp.response(200, page_schema(schemas.CouncilPaperOut))
def list_papers(asked: dict[str, Any], process: str) -> Page[dict[str, Any]]:
    """List the papers of a process, the latest number first; drafts are for those who write them."""
    session = db.session()
    found = process_by_slug(session, process)
    writes = may(current_actor(), Permission.COUNCIL_PAPER_EDIT, found)
    page = papers_page(session, found.id, with_drafts=writes, **asked)
    return Page([brief(paper) for paper in page.items], page.page, page.pages, page.total)


@blp.route("/processes/<process>/papers", methods=["POST"])
@requires(Permission.COUNCIL_PAPER_EDIT)
@blp.arguments(schemas.CouncilPaperIn)
@blp.response(201, schemas.WholeCouncilPaperOut)
def write_paper(wanted: dict[str, Any], process: str) -> dict[str, Any]:
    """Begin a paper as a draft."""
    with transaction() as session:
        made = services.write_paper(session, process, _draft(wanted), actor=current_actor(), now=utcnow())
    return _whole(process, made)


@blp.route("/processes/<process>/papers/<slug>", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.response(200, schemas.WholeCouncilPaperOut)
def show_paper(process: str, slug: str) -> dict[str, Any]:
    """Show a paper with everything that it says; of a draft what would be issued now."""
    return whole(readable_paper(db.session(), process, slug, current_actor()))


@blp.route("/processes/<process>/papers/<slug>", methods=["PUT"])
@requires(Permission.COUNCIL_PAPER_EDIT)
@blp.arguments(schemas.RevisedCouncilPaperIn)
@blp.response(200, schemas.WholeCouncilPaperOut)
def revise_paper(wanted: dict[str, Any], process: str, slug: str) -> dict[str, Any]:
    """Change what a draft states."""
    basis = wanted.pop("based_on")
    with transaction() as session:
        made = services.revise_paper(
            session, process, slug, _draft(wanted), based_on=basis, actor=current_actor(), now=utcnow()
        )
    return _whole(process, made)


@blp.route("/processes/<process>/papers/<slug>/discard", methods=["POST"])
@requires(Permission.COUNCIL_PAPER_EDIT)
@blp.arguments(schemas.BasedOnIn)
@blp.response(204)
def discard_paper(wanted: dict[str, Any], process: str, slug: str) -> None:
    """Throw a draft away."""
    with transaction() as session:
        services.discard_paper(session, process, slug, **wanted, actor=current_actor(), now=utcnow())


@blp.route("/processes/<process>/papers/<slug>/issue", methods=["POST"])
@requires(Permission.COUNCIL_PAPER_EDIT, fresh=True)
@blp.arguments(schemas.IssuingIn)
@blp.response(200, schemas.WholeCouncilPaperOut)
def issue_paper(wanted: dict[str, Any], process: str, slug: str) -> dict[str, Any]:
    """Give a paper to the council as it was previewed; its files are made afterwards."""
    with transaction() as session:
        made = services.issue_paper(
            session,
            process,
            slug,
            seen=wanted["seen"],
            fill_in=figures_in_words,
            actor=current_actor(),
            now=utcnow(),
        )
    return _whole(process, made)


@blp.route("/processes/<process>/papers/<slug>/withdraw", methods=["POST"])
@requires(Permission.COUNCIL_PAPER_EDIT, fresh=True)
@blp.arguments(schemas.WithdrawalIn)
@blp.response(200, schemas.WholeCouncilPaperOut)
def withdraw_paper(wanted: dict[str, Any], process: str, slug: str) -> dict[str, Any]:
    """Take an issued paper back; it stays readable and says why."""
    with transaction() as session:
        made = services.withdraw_paper(
            session,
            process,
            slug,
            wanted["reason"],
            based_on=wanted["based_on"],
            actor=current_actor(),
            now=utcnow(),
        )
    return _whole(process, made)


@blp.route("/processes/<process>/papers/<slug>/next-version", methods=["POST"])
@requires(Permission.COUNCIL_PAPER_EDIT)
@blp.response(201, schemas.WholeCouncilPaperOut)
def begin_next_version(process: str, slug: str) -> dict[str, Any]:
    """Begin the next version of an issued paper, as a draft."""
    with transaction() as session:
        made = services.begin_next_version(session, process, slug, actor=current_actor(), now=utcnow())
    return _whole(process, made)


def _whole(process: str, paper: CouncilPaper) -> dict[str, Any]:
    return whole(whole_paper(db.session(), process, paper.slug))


def _draft(wanted: dict[str, Any]) -> PaperDraft:
    lists = {"decisions", "rounds", "units", "measure_is"}
    said = {name: value for name, value in wanted.items() if name not in lists}
    natures = wanted["measure_is"]
    return PaperDraft(
        **said,
        decisions=tuple(wanted["decisions"]),
        rounds=tuple(wanted["rounds"]),
        units=tuple(Unit(**unit) for unit in wanted["units"]),
        measure_is=frozenset(natures) if natures else None,
    )
