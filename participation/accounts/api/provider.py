"""Signing in with the city's identity provider, and linking it, for pages that are drawn by scripts."""

from collections.abc import Sequence
from typing import Any

from flask import Response, jsonify

from participation.accounts import guard, schemas, services
from participation.accounts.api.blueprint import blp
from participation.accounts.models import Identity
from participation.accounts.queries import identities_of
from participation.accounts.visiting import come_back, leave
from participation.core.actor import Actor
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.storage.pages import Page, page_of
from participation.web.guard import current_actor, requires
from participation.web.pagination import PageIn, page_schema


@blp.route("/sign-in/provider", methods=["POST"])
@requires(Permission.SIGN_IN)
@blp.arguments(schemas.ProviderIn)
@blp.response(200, schemas.ProviderOut)
@blp.alt_response(404, description="The site has no identity provider.")
def go_to_provider(asked: dict[str, str]) -> Response:
    """Return where to send the browser to sign in with the identity provider; it comes back to a page of this site."""
    return _leave(asked["next"])


@blp.route("/sign-in/provider/return", methods=["POST"])
@requires(Permission.SIGN_IN)
@blp.arguments(schemas.ProviderAnswerIn)
@blp.response(200, schemas.ArrivalOut)
@blp.alt_response(404, description="The site has no identity provider.")
def return_from_provider(answer: dict[str, str]) -> Response:
    """Hand in what the identity provider sent along, in the browser that was sent there."""
    arrival = come_back(answer)
    response = jsonify(
        schemas.ArrivalOut().dump({"account": arrival.account.id, "linked": arrival.linked, "next": arrival.next_path})
    )
    guard.keep_signed_in(response, arrival.opened)
    return response


@blp.route("/account/identities", methods=["GET"])
@requires(Permission.ACCOUNT_SELF)
@blp.arguments(PageIn, location="query")
@blp.response(200, page_schema(schemas.IdentityOut))
def list_identities(asked: dict[str, int]) -> Page[Identity]:
    """List the identities with which one signs in."""
    found: Sequence[Identity] = identities_of(db.session(), current_actor().id)
    return page_of(found, **asked)


@blp.route("/account/identities", methods=["POST"])
@requires(Permission.ACCOUNT_SELF, fresh=True)
@blp.response(200, schemas.ProviderOut)
@blp.alt_response(404, description="The site has no identity provider.")
def link_identity() -> Response:
    """Return where to send the browser to link an identity with the account that is signed in there."""
    return _leave("/account", actor=current_actor())


@blp.route("/account/identities/<identity_id>", methods=["DELETE"])
@requires(Permission.ACCOUNT_SELF, fresh=True)
@blp.response(204)
def unlink_identity(identity_id: str) -> Response:
    """End that one signs in with an identity; one's other browsers are signed out."""
    with transaction() as session:
        services.unlink_identity(session, identity_id, actor=current_actor(), now=utcnow())
        opened = guard.renew_session(session, now=utcnow())
    response = Response(status=204)
    guard.keep_signed_in(response, opened)
    return response


def _leave(next_path: str, actor: Actor | None = None) -> Response:
    browser = guard.asking_token()
    described: dict[str, Any] = {"address": leave(next_path, browser=browser, actor=actor)}
    response = jsonify(schemas.ProviderOut().dump(described))
    guard.keep_asking(response, browser)
    return response
