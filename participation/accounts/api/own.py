"""One's own account in JSON."""

from collections.abc import Sequence
from typing import Any

from flask import Response, request

from participation.accounts import guard, schemas, services
from participation.accounts.api.blueprint import blp
from participation.accounts.models import Account, ApiToken
from participation.accounts.queries import account_by_id, sessions_of, tokens_of
from participation.core.ids import fingerprint
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.storage.pages import Page, page_of
from participation.web.guard import current_actor, requires
from participation.web.headers import keep_nowhere
from participation.web.pagination import PageIn, page_schema


@blp.route("/account", methods=["GET"])
@requires(Permission.ACCOUNT_SELF)
@blp.response(200, schemas.OwnAccountOut)
def show_account() -> Account:
    """Show one's own account."""
    return account_by_id(db.session(), current_actor().id)


@blp.route("/account", methods=["PUT"])
@requires(Permission.ACCOUNT_SELF)
@blp.arguments(schemas.AccountIn)
@blp.response(200, schemas.OwnAccountOut)
def edit_account(wanted: dict[str, Any]) -> Account:
    """Change one's own name and language."""
    with transaction() as session:
        return services.edit_account(session, **wanted, actor=current_actor(), now=utcnow())


@blp.route("/account/sessions", methods=["GET"])
@requires(Permission.ACCOUNT_SELF)
@blp.arguments(PageIn, location="query")
@blp.response(200, page_schema(schemas.OwnSessionOut))
def list_sessions(asked: dict[str, int]) -> Page[dict[str, Any]]:
    """List the browsers in which one is signed in."""
    here = fingerprint(request.cookies.get(guard.session_cookie(), ""))
    rows = [
        {
            "public_id": row.public_id,
            "created_at": row.created_at,
            "last_seen_on": row.last_seen_on,
            "expires_at": row.expires_at,
            "current": row.id == here,
        }
        for row in sessions_of(db.session(), current_actor().id, utcnow())
    ]
    return page_of(rows, **asked)


@blp.route("/account/sessions/<public_id>", methods=["DELETE"])
@requires(Permission.ACCOUNT_SELF)
@blp.response(204)
def revoke_session(public_id: str) -> Response:
    """Sign one of one's browsers out."""
    with transaction() as session:
        services.revoke_session(session, public_id, actor=current_actor(), now=utcnow())
    return Response(status=204)


@blp.route("/account/tokens", methods=["GET"])
@requires(Permission.TOKEN_MANAGE)
@blp.arguments(PageIn, location="query")
@blp.response(200, page_schema(schemas.TokenOut))
def list_tokens(asked: dict[str, int]) -> Page[ApiToken]:
    """List one's tokens."""
    tokens: Sequence[ApiToken] = tokens_of(db.session(), current_actor().id)
    return page_of(tokens, **asked)


@blp.route("/account/tokens", methods=["POST"])
@requires(Permission.TOKEN_MANAGE, fresh=True)
@blp.arguments(schemas.TokenIn)
@blp.response(201, schemas.IssuedTokenOut)
def create_token(wanted: dict[str, Any]) -> dict[str, Any]:
    """Create a token for a program; its secret is given this once.

    It can be allowed only what one may do oneself. When one is given or loses a role, or one's second factors are
    reset, all of one's tokens are revoked.
    """
    keep_nowhere()
    actor = current_actor()
    with transaction() as session:
        issued = services.create_token(session, actor.id, **wanted, actor=actor, now=utcnow())
    row = issued.row
    return {
        "id": row.id,
        "name": row.name,
        "scopes": row.scopes,
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "last_used_on": None,
        "secret": issued.secret,
    }


@blp.route("/account/tokens/<token_id>", methods=["DELETE"])
@requires(Permission.TOKEN_MANAGE)
@blp.response(204)
def revoke_token(token_id: str) -> Response:
    """Make a token useless."""
    with transaction() as session:
        services.revoke_token(session, token_id, actor=current_actor(), now=utcnow())
    return Response(status=204)
