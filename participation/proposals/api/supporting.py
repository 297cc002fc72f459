"""Proposals in JSON: supporting and signing them, and declaring interests."""

from typing import Any

from flask import Response

from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.proposals import schemas, services
from participation.proposals.api.blueprint import blp, readable
from participation.proposals.models import ProposalInterest
from participation.proposals.queries import capacities_of, interests_of, relatives_of
from participation.web.guard import current_actor, requires


@blp.route("/processes/<process>/proposals/<code>/support", methods=["PUT"])
@requires(Permission.PROPOSAL_SUPPORT)
@blp.arguments(schemas.SupportIn)
@blp.response(200, schemas.OwnSupportOut)
def support_proposal(wanted: dict[str, Any], process: str, code: str) -> dict[str, Any]:
    """Support a proposal once, or renew the support after a rewording; a delegate signs for the organisation."""
    with transaction() as session:
        found = readable(session, process, code)
        given = services.support(
            session, found.id, wanted["round"], based_on=wanted["based_on"], actor=current_actor(), now=utcnow()
        )
        return {"round": wanted["round"], "revision": given.revision, "supported_at": given.supported_at}


@blp.route("/processes/<process>/proposals/<code>/support/withdraw", methods=["POST"])
@requires(Permission.PROPOSAL_SUPPORT)
@blp.arguments(schemas.NoSupportIn)
@blp.response(204)
def withdraw_support(wanted: dict[str, Any], process: str, code: str) -> Response:
    """Take one's support back while the round runs."""
    with transaction() as session:
        found = readable(session, process, code)
        services.withdraw_support(session, found.id, wanted["round"], actor=current_actor(), now=utcnow())
    return Response(status=204)


@blp.route("/processes/<process>/proposals/<code>/interests", methods=["GET"])
@requires(Permission.PROCESS_READ)
@blp.response(200, schemas.InterestsOut)
def list_interests(process: str, code: str) -> dict[str, Any]:
    """List the interests declared on a proposal and on those that were merged into it."""
    session = db.session()
    found = readable(session, process, code)
    declared = interests_of(session, [found, *relatives_of(session, found).taken_in])
    return {
        "items": [_interest(one) for one in declared],
        "standings": [one.key for one in capacities_of(session, found, current_actor(), utcnow())],
    }


@blp.route("/processes/<process>/proposals/<code>/interests", methods=["PUT"])
@requires(Permission.INTEREST_DECLARE)
@blp.arguments(schemas.InterestIn)
@blp.response(200, schemas.InterestOut)
def declare_interest(wanted: dict[str, Any], process: str, code: str) -> dict[str, Any]:
    """Declare one's interest in a proposal, or reword it."""
    with transaction() as session:
        found = readable(session, process, code)
        declared = services.declare_interest(
            session,
            found.id,
            wanted["words"]["body"],
            language=wanted["words"]["language"],
            standing=wanted["standing"],
            actor=current_actor(),
            now=utcnow(),
        )
        return _interest(declared)


@blp.route("/processes/<process>/proposals/<code>/interests", methods=["DELETE"])
@requires(Permission.INTEREST_DECLARE)
@blp.response(204)
def withdraw_interest(process: str, code: str) -> Response:
    """Take one's declaration back."""
    with transaction() as session:
        found = readable(session, process, code)
        services.withdraw_interest(session, found.id, actor=current_actor(), now=utcnow())
    return Response(status=204)


def _interest(declared: ProposalInterest) -> dict[str, Any]:
    return {
        "name": declared.account.display_name,
        "capacity": declared.capacity,
        "organisation": declared.organisation.code if declared.organisation else None,
        "department": declared.department.code if declared.department else None,
        "proposal": declared.proposal.code,
        "words": declared.words,
        "declared_at": declared.declared_at,
    }
