"""The keys to one's own account in JSON."""

from typing import Any

from flask import Response, current_app, jsonify

from participation.accounts import guard, schemas, services
from participation.accounts.api.blueprint import blp
from participation.accounts.models import SecondFactor
from participation.accounts.queries import account_by_id, count_recovery_codes, password_of, second_factors_of
from participation.accounts.rules import relying_party
from participation.accounts.services import Added, OpenedSession
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.web.guard import current_actor, requires
from participation.web.headers import keep_nowhere
from participation.web.secret import application_key


@blp.route("/account/security", methods=["GET"])
@requires(Permission.ACCOUNT_SELF)
@blp.response(200, schemas.SecurityOut)
def show_security() -> dict[str, Any]:
    """Say how the account is secured."""
    session, account_id = db.session(), current_actor().id
    settings = current_app.config["SETTINGS"]
    password = password_of(session, account_id)
    return {
        "password_set_at": password.set_at if password else None,
        "second_factors": second_factors_of(session, account_id),
        "recovery_codes_left": count_recovery_codes(session, account_id),
        "passkeys_here": relying_party(settings.base_url, settings.site_name) is not None,
    }


@blp.route("/account/password", methods=["PUT"])
@requires(Permission.ACCOUNT_SELF)
@blp.arguments(schemas.PasswordIn)
@blp.response(204)
def change_password(typed: dict[str, str]) -> Response:
    """Set or replace the password; one's other browsers are signed out, and this one gets a new session."""
    return _kept(Response(status=204), guard.change_password(typed["password"], typed["old_password"]))


@blp.route("/account/password", methods=["DELETE"])
@requires(Permission.ACCOUNT_SELF, fresh=True)
@blp.response(204)
def remove_password() -> Response:
    """Do without a password."""
    with transaction() as session:
        services.remove_password(session, actor=current_actor(), now=utcnow())
        opened = guard.renew_session(session, now=utcnow())
    return _kept(Response(status=204), opened)


@blp.route("/account/apps", methods=["POST"])
@requires(Permission.ACCOUNT_SELF, fresh=True)
@blp.arguments(schemas.FactorNameIn)
@blp.response(201, schemas.BegunAppOut)
def begin_app(wanted: dict[str, str]) -> dict[str, str]:
    """Begin to set an app up that shows codes; it counts once it has shown one."""
    keep_nowhere()
    key = application_key()
    with transaction() as session:
        factor = services.begin_app(session, name=wanted["name"], actor=current_actor(), now=utcnow())
        account = account_by_id(session, current_actor().id)
    return {
        "id": factor.id,
        "secret": services.app_secret(key, factor.id),
        "address": services.app_address(key, factor, account, current_app.config["SETTINGS"].site_name),
    }


@blp.route("/account/apps/<factor_id>/confirm", methods=["POST"])
@requires(Permission.ACCOUNT_SELF)
@blp.arguments(schemas.FactorCodeIn)
@blp.response(200, schemas.AddedFactorOut)
def confirm_app(typed: dict[str, str], factor_id: str) -> Response:
    """Let an app count that shows the right code; one's other browsers are signed out."""
    with transaction() as session:
        added = services.confirm_app(
            session, factor_id, typed["code"], key=application_key(), actor=current_actor(), now=utcnow()
        )
        opened = guard.renew_session(session, now=utcnow(), strong=True)
    return _added(added, opened, 200)


@blp.route("/account/passkeys/options", methods=["POST"])
@requires(Permission.ACCOUNT_SELF, fresh=True)
@blp.response(200, schemas.PasskeyOptionsOut)
def begin_adding_passkey() -> dict[str, Any]:
    """Begin to add a passkey: what a browser needs for `navigator.credentials.create`."""
    seen = guard.this_session()
    with transaction() as session:
        options = services.begin_adding(
            session,
            guard.this_relying_party(),
            seen.id if seen else "",
            key=application_key(),
            actor=current_actor(),
        )
    return {"public_key": options}


@blp.route("/account/passkeys", methods=["POST"])
@requires(Permission.ACCOUNT_SELF, fresh=True)
@blp.arguments(schemas.NewPasskeyIn)
@blp.response(201, schemas.AddedFactorOut)
def add_passkey(made: dict[str, Any]) -> Response:
    """Add the passkey that the browser made; one's other browsers are signed out."""
    seen = guard.this_session()
    with transaction() as session:
        added = services.add_passkey(
            session,
            guard.this_relying_party(),
            seen.id if seen else "",
            name=made["name"],
            answer=made["credential"],
            key=application_key(),
            actor=current_actor(),
            now=utcnow(),
        )
        opened = guard.renew_session(session, now=utcnow(), strong=True)
    return _added(added, opened, 201)


@blp.route("/account/second-factors/<factor_id>", methods=["PATCH"])
@requires(Permission.ACCOUNT_SELF)
@blp.arguments(schemas.FactorNameIn)
@blp.response(200, schemas.FactorOut)
def rename_factor(wanted: dict[str, str], factor_id: str) -> SecondFactor:
    """Call a second factor otherwise."""
    with transaction() as session:
        return services.rename_factor(session, factor_id, wanted["name"], actor=current_actor(), now=utcnow())


@blp.route("/account/second-factors/<factor_id>", methods=["DELETE"])
@requires(Permission.ACCOUNT_SELF, fresh=True)
@blp.response(204)
def remove_factor(factor_id: str) -> Response:
    """Remove a second factor; one's other browsers are signed out."""
    with transaction() as session:
        services.remove_factor(session, factor_id, actor=current_actor(), now=utcnow())
        opened = guard.renew_session(session, now=utcnow())
    return _kept(Response(status=204), opened)


@blp.route("/account/recovery-codes", methods=["POST"])
@requires(Permission.ACCOUNT_SELF, fresh=True)
@blp.response(201, schemas.RecoveryCodesOut)
def issue_recovery_codes() -> dict[str, list[str]]:
    """Replace the recovery codes by new ones, which are given this once."""
    keep_nowhere()
    with transaction() as session:
        codes = services.issue_recovery_codes(session, key=application_key(), actor=current_actor(), now=utcnow())
    return {"codes": codes}


def _added(added: Added, opened: OpenedSession, status: int) -> Response:
    keep_nowhere()
    described = {**schemas.FactorOut().dump(added.factor), "recovery_codes": added.recovery_codes}
    response = jsonify(described)
    response.status_code = status
    return _kept(response, opened)


def _kept(response: Response, opened: OpenedSession) -> Response:
    guard.keep_signed_in(response, opened)
    return response
