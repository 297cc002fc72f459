"""Proposals in JSON: lists and single ones."""

from typing import Any

from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.extensions import db
from participation.processes.queries import process_by_slug
from participation.proposals import schemas
from participation.proposals.api.blueprint import blp, proposal_data, readable
from participation.proposals.queries import Wanted, drafts_of, listed, relatives_of, spelt_alike, support_of
from participation.proposals.rules import ProposalState
from participation.storage.pages import Page, page_of, read_page
from participation.texts.models import Text
from participation.web.guard import current_actor, requires
from participation.web.pagination import PageIn, page_schema


@blp.route("/processes/<process>/proposals", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.arguments(schemas.ProposalsIn, location="query")
@blp.response(200, page_schema(schemas.ListedProposalOut))
def list_proposals(asked: dict[str, Any], process: str) -> Page[dict[str, Any]]:
    """List what has been submitted in a process, in all languages together."""
    session = db.session()
    wanted = Wanted(asked["kind"], asked["state"], asked["field"], asked["language"], asked["q"])
    if wanted.state is ProposalState.DRAFT:
        return page_of([], page=asked["page"], per_page=asked["per_page"])
    found = read_page(
        session,
        listed(process_by_slug(session, process).id, wanted),
        page=asked["page"],
        per_page=asked["per_page"],
    )
    support = support_of(session, found.items)
    items = [proposal_data(one) | {"support": support[one.id]} for one in found.items]
    return Page(items, found.page, found.pages, found.total)


@blp.route("/processes/<process>/drafts", methods=["GET"])
@requires(Permission.PROPOSAL_WRITE)
@blp.arguments(PageIn, location="query")
@blp.response(200, page_schema(schemas.ProposalOut))
def list_drafts(asked: dict[str, int], process: str) -> Page[dict[str, Any]]:
    """List the drafts that the caller may go on with: their own and their organisation's."""
    session = db.session()
    found = drafts_of(session, process_by_slug(session, process), current_actor(), utcnow())
    return page_of([proposal_data(one) for one in found], **asked)


@blp.route("/processes/<process>/proposals/<code>", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.response(200, schemas.ProposalPageOut)
def show_proposal(process: str, code: str) -> dict[str, Any]:
    """Show a proposal with what stands around it and what became of it."""
    session = db.session()
    proposal = readable(session, process, code)
    relatives = relatives_of(session, proposal)
    return proposal_data(proposal) | {
        "support": support_of(session, [proposal])[proposal.id],
        "stations": [
            {
                "action": event.action,
                "at": event.at,
                "revision": event.revision,
                "other": event.other.code if event.other else None,
                "reason": event.reason,
            }
            for event in proposal.events
        ],
        "taken_in": [one.code for one in relatives.taken_in],
        "parts": [one.code for one in relatives.parts],
        "sub_goals": [one.code for one in relatives.sub_goals],
        "measures": [one.code for one in relatives.measures],
        "earlier_titles": _earlier(proposal.title),
        "earlier_bodies": _earlier(proposal.body) if proposal.body else [],
    }


@blp.route("/processes/<process>/proposals/<code>/alike", methods=["GET"])
@requires(Permission.PROPOSAL_DECIDE)
@blp.response(200, schemas.AlikesOut)
def list_alike(process: str, code: str) -> dict[str, Any]:
    """List proposals whose titles are spelt alike, for those who decide; this compares letters, not meaning."""
    session = db.session()
    proposal = readable(session, process, code)
    authorise(current_actor(), Permission.PROPOSAL_DECIDE, proposal)
    likeness = spelt_alike(session, [proposal])[proposal.id]
    return {
        "items": [
            {
                "code": one.proposal.code,
                "title": one.proposal.title,
                "percent": one.percent,
                "language": one.language,
                "translated": one.translated,
                "stale": one.is_stale,
            }
            for one in likeness.found
        ],
        "uncompared": likeness.uncompared,
    }


def _earlier(text: Text) -> list[dict[str, Any]]:
    own = [version for version in text.versions if version.language == text.language]
    return [
        {"revision": version.revision, "body": version.body, "written_at": version.written_at}
        for version in own
        if version.revision < text.revision
    ]
