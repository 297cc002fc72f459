"""The blueprint of proposals, and a proposal as plain values."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from participation.core.windows import utcnow
from participation.processes.queries import process_by_slug
from participation.proposals.models import Proposal
from participation.proposals.queries import readable_proposal
from participation.proposals.services import Place
from participation.web.guard import current_actor

blp = Blueprint(
    "api_proposals", __name__, url_prefix="/api/v1", description="Goals and measures, and what became of them"
)


def readable(session: Session, process: str, code: str) -> Proposal:
    """Return the proposal of this address if the caller may read it."""
    return readable_proposal(session, process_by_slug(session, process), code, actor=current_actor(), now=utcnow())


def place_from(wanted: dict[str, Any]) -> Place:
    """Read where a proposal belongs."""
    return Place(wanted["field"], wanted["parent"], tuple(wanted["serves"]))


def proposal_data(proposal: Proposal) -> dict[str, Any]:
    """Return what ProposalOut says."""
    return {
        "code": proposal.code,
        "kind": proposal.kind,
        "state": proposal.state,
        "revision": proposal.revision,
        "title": proposal.title,
        "body": proposal.body,
        "target_group": proposal.target_group,
        "partners": proposal.partners,
        "field": _code(proposal.field),
        "parent": _code(proposal.parent),
        "serves": [goal.code for goal in proposal.serves],
        "department": _code(proposal.department),
        "unit": proposal.unit,
        "organisation": proposal.organisation,
        "author_name": proposal.author_name,
        "round": proposal.round.slug if proposal.round else None,
        "merged_into": _code(proposal.merged_into),
        "split_from": _code(proposal.split_from),
        "submitted_at": proposal.submitted_at,
        "decided_at": proposal.decided_at,
    }


def _code(thing: Any) -> str | None:  # noqa: ANN401 - anything with a code
    return None if thing is None else str(thing.code)
