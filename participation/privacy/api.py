"""The JSON side of what is stored about a person, and of erasing it."""

from typing import Any

from flask import Response, current_app
from flask_smorest import Blueprint

from participation.accounts.guard import forget_signed_in
from participation.accounts.queries import account_by_id
from participation.ballots.guard import key_store
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.privacy import schemas
from participation.privacy.queries import consequences_for, stored_about
from participation.privacy.rules import document
from participation.privacy.services import erase_person
from participation.web.guard import current_actor, requires

blp = Blueprint("api_privacy", __name__, url_prefix="/api/v1", description="What is stored about oneself")


@blp.route("/account/stored", methods=["GET"])
@requires(Permission.ACCOUNT_SELF, fresh_with_role=True)
@blp.response(200, schemas.StoredOut)
def show_stored() -> dict[str, object]:
    """Return everything that is stored about oneself."""
    account_id = current_actor().id
    site = current_app.config["SETTINGS"].site_name
    return document(account_id, stored_about(db.session(), account_id), site=site, now=utcnow())


@blp.route("/account/erasure", methods=["GET"])
@requires(Permission.ACCOUNT_SELF)
@blp.response(200, schemas.ConsequencesOut)
def show_consequences() -> dict[str, Any]:
    """What would follow from deleting one's account now."""
    session = db.session()
    found = consequences_for(session, account_by_id(session, current_actor().id), utcnow())
    return {
        "voted_in": [round_.slug for round_ in found.voted_in],
        "contributions": found.contributions,
        "claims": found.claims,
        "drafts": found.drafts,
        "roles": found.roles,
        "bodies": found.bodies,
        "left_voiceless": found.left_voiceless,
    }


@blp.route("/account/erasure", methods=["POST"])
@requires(Permission.ACCOUNT_SELF, fresh_with_role=True)
@blp.arguments(schemas.EraseIn)
@blp.response(204)
def erase(confirmed: dict[str, str]) -> Response:
    """Delete one's account for good, and sign out. Ballots stay counted; contributions stay without a name."""
    actor = current_actor()
    with transaction() as session:
        erase_person(session, actor.id, confirmed_by=confirmed["email"], actor=actor, now=utcnow(), keys=key_store())
    response = Response(status=204)
    forget_signed_in(response)
    return response
