"""Proposals in JSON: admitting, merging, splitting, declining."""

from typing import Any

from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import transaction
from participation.proposals import schemas, services
from participation.proposals.api.blueprint import blp, place_from, proposal_data, readable
from participation.proposals.services import Draft
from participation.storage.pages import Page, page_of
from participation.web.guard import current_actor, requires
from participation.web.pagination import page_schema


@blp.route("/processes/<process>/proposals/<code>/admit", methods=["POST"])
@requires(Permission.PROPOSAL_DECIDE)
@blp.arguments(schemas.AdmitIn)
@blp.response(200, schemas.ProposalOut)
def admit_proposal(wanted: dict[str, Any], process: str, code: str) -> dict[str, Any]:
    """Let a proposal stand as an option in rounds."""
    place = place_from(wanted["place"]) if wanted["place"] is not None else None
    with transaction() as session:
        admitted = services.admit(
            session,
            readable(session, process, code).id,
            based_on=wanted["based_on"],
            reasons=wanted["reasons"],
            place=place,
            department=wanted["department"],
            actor=current_actor(),
            now=utcnow(),
        )
        return proposal_data(admitted)


@blp.route("/processes/<process>/proposals/<code>/merge", methods=["POST"])
@requires(Permission.PROPOSAL_DECIDE)
@blp.arguments(schemas.MergeIn)
@blp.response(200, schemas.ProposalOut)
def merge_proposal(wanted: dict[str, Any], process: str, code: str) -> dict[str, Any]:
    """Let a proposal go on inside another one, on whose page its authors stay visible."""
    with transaction() as session:
        found = readable(session, process, code)
        return proposal_data(services.merge_into(session, found.id, **wanted, actor=current_actor(), now=utcnow()))


@blp.route("/processes/<process>/proposals/<code>/split", methods=["POST"])
@requires(Permission.PROPOSAL_DECIDE)
@blp.arguments(schemas.SplitIn)
@blp.response(200, page_schema(schemas.ProposalOut))
def split_proposal(wanted: dict[str, Any], process: str, code: str) -> Page[dict[str, Any]]:
    """Make several proposals of one; the answer lists the parts."""
    with transaction() as session:
        found = readable(session, process, code)
        made = services.split(
            session,
            found.id,
            [_part(part) for part in wanted["parts"]],
            reasons=wanted["reasons"],
            based_on=wanted["based_on"],
            actor=current_actor(),
            now=utcnow(),
        )
        return page_of([proposal_data(part) for part in made], page=1, per_page=len(made))


@blp.route("/processes/<process>/proposals/<code>/decline", methods=["POST"])
@requires(Permission.PROPOSAL_DECIDE)
@blp.arguments(schemas.DeclineIn)
@blp.response(200, schemas.ProposalOut)
def decline_proposal(wanted: dict[str, Any], process: str, code: str) -> dict[str, Any]:
    """Say no to a proposal and why."""
    with transaction() as session:
        found = readable(session, process, code)
        return proposal_data(services.decline(session, found.id, **wanted, actor=current_actor(), now=utcnow()))


def _part(wanted: dict[str, Any]) -> Draft:
    return Draft(
        kind=wanted["kind"],
        language=wanted["language"],
        title=wanted["title"],
        body=wanted["body"],
        target_group=wanted["target_group"],
        partners=wanted["partners"],
        place=place_from(wanted),
    )
