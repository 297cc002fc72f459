"""Signing a browser in, for pages that are drawn by scripts; programs use a bearer token instead."""

from http import HTTPStatus
from typing import Any

from flask import Response, jsonify, request
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.accounts import guard, schemas, services
from participation.accounts.api.blueprint import blp
from participation.accounts.models import SubjectKind
from participation.accounts.services import Confirmed, OpenedSession
from participation.core.errors import Invalid
from participation.core.ids import fingerprint
from participation.core.permissions import Permission, Role
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.processes.models import Process
from participation.web.guard import current_actor, requires
from participation.web.locale import current_language
from participation.web.redirects import local_path
from participation.web.secret import application_key
from participation.web.senders import sender


@blp.route("/session", methods=["GET"])
@requires(Permission.SITE_READ)
@blp.response(200, schemas.SessionOut)
def show_session() -> dict[str, Any]:
    """Say who acts, and give a session the token that it needs to change things."""
    by_token = "Authorization" in request.headers
    return described_session() | {"csrf_token": None if by_token else generate_csrf()}


@blp.route("/session", methods=["DELETE"])
@requires(Permission.SIGN_IN)
@blp.response(204)
def end_session() -> Response:
    """Sign this browser out."""
    token = request.cookies.get(guard.session_cookie())
    if token:
        with transaction() as session:
            services.end_session(session, fingerprint(token), now=utcnow())
    response = Response(status=HTTPStatus.NO_CONTENT)
    guard.forget_signed_in(response)
    return response


@blp.route("/sign-in", methods=["POST"])
@requires(Permission.SIGN_IN)
@blp.arguments(schemas.SignInIn)
@blp.response(202, schemas.SignInAskedOut)
def request_sign_in(asked: dict[str, Any]) -> Response:
    """Send the mail with which the owner of an address can sign in, here in this browser."""
    token = guard.asking_token()
    with transaction() as session:
        challenge = services.request_sign_in(
            session,
            asked["email"],
            language=asked.get("language", current_language().tag),
            browser=fingerprint(token),
            sender=sender(),
            next_path=local_path(asked["next"]),
            now=utcnow(),
        )
    response = jsonify(schemas.SignInAskedOut().dump(challenge))
    response.status_code = HTTPStatus.ACCEPTED
    guard.keep_asking(response, token)
    return response


@blp.route("/sign-in/code", methods=["POST"])
@requires(Permission.SIGN_IN)
@blp.arguments(schemas.SignInCodeIn)
@blp.response(200, schemas.SessionOut)
def confirm_sign_in_code(typed: dict[str, str]) -> Response:
    """Sign in with the code from the mail."""
    with transaction() as session:
        confirmed = services.confirm_code(
            session, typed["code"], browser=fingerprint(guard.asking_token()), key=application_key(), now=utcnow()
        )
        opened = _opened(session, confirmed) if confirmed else None
    if confirmed is None or opened is None:
        raise Invalid("wrong_sign_in_code", field="code")
    return answer_with_session(opened)


@blp.route("/sign-in/link", methods=["POST"])
@requires(Permission.SIGN_IN)
@blp.arguments(schemas.SignInLinkIn)
@blp.response(200, schemas.SessionOut)
def confirm_sign_in_link(link: dict[str, str]) -> Response:
    """Sign in with the two parts of the link from the mail."""
    with transaction() as session:
        confirmed = services.confirm_link(
            session,
            link["challenge"],
            link["token"],
            browser=fingerprint(guard.asking_token()),
            key=application_key(),
            now=utcnow(),
        )
        opened = _opened(session, confirmed)
    return answer_with_session(opened)


@blp.route("/sign-in/password", methods=["POST"])
@requires(Permission.SIGN_IN)
@blp.arguments(schemas.PasswordSignInIn)
@blp.response(200, schemas.SessionOut)
def sign_in_with_password(typed: dict[str, str]) -> Response:
    """Sign in with a password; a second factor is still to be shown where `second_factor` says so."""
    return answer_with_session(guard.sign_in_with_password(typed["email"], typed["password"]))


@blp.route("/session/second-factor", methods=["POST"])
@requires(Permission.SIGN_IN)
@blp.arguments(schemas.FactorCodeIn)
@blp.response(200, schemas.SessionOut)
def show_factor_code(typed: dict[str, str]) -> Response:
    """Show a second factor by a code, after signing in or once more before a grave act."""
    return answer_with_session(guard.show_second_factor(typed["code"]))


@blp.route("/session/second-factor/passkey/options", methods=["POST"])
@requires(Permission.SIGN_IN)
@blp.response(200, schemas.PasskeyOptionsOut)
def begin_showing_passkey() -> dict[str, Any]:
    """Begin to show a passkey: what a browser needs for `navigator.credentials.get`."""
    seen = guard.factor_session()
    with transaction() as session:
        options = services.begin_showing(
            session, guard.this_relying_party(), seen.id, seen.account_id or "", key=application_key()
        )
    return {"public_key": options}


@blp.route("/session/second-factor/passkey", methods=["POST"])
@requires(Permission.SIGN_IN)
@blp.arguments(schemas.PasskeyIn)
@blp.response(200, schemas.SessionOut)
def show_passkey(shown: dict[str, Any]) -> Response:
    """Show a second factor by a passkey."""
    return answer_with_session(guard.show_second_factor(passkey=shown["credential"]))


def _opened(session: Session, confirmed: Confirmed) -> OpenedSession:
    """Open a session in the transaction that used the mail up: nobody loses one without getting the other."""
    account = confirmed.account
    return guard.replace_session(session, SubjectKind.ACCOUNT, account.id, now=utcnow(), official=bool(account.grants))


def answer_with_session(opened: OpenedSession | None) -> Response:
    """Return who acts from now on, in the new session of this browser if it got one."""
    if opened is not None:
        guard.enter_session(opened)
    described = described_session() | {"csrf_token": generate_csrf()}
    response = jsonify(schemas.SessionOut().dump(described))
    if opened is not None:
        guard.keep_signed_in(response, opened)
    return response


def described_session() -> dict[str, Any]:
    """Return who acts, and how well they have shown it."""
    actor, seen = current_actor(), guard.this_session()
    places = {grant.process_id for grant in actor.grants if grant.process_id}
    rows = db.session.execute(select(Process.id, Process.slug).where(Process.id.in_(places)))
    slugs = {row.id: row.slug for row in rows}
    has_factor = seen is not None and (seen.has_factor or seen.at_provider)
    is_strong = seen is not None and seen.strong_at is not None
    missing = "needed" if has_factor else "to_set_up"
    return {
        "kind": actor.kind.value,
        "account": actor.id if actor.is_account else None,
        "display_name": actor.display_name,
        "roles": [
            {"role": Role(grant.role), "process": slugs.get(grant.process_id or "")}
            for grant in sorted(actor.grants, key=lambda grant: (grant.role, grant.process_id or ""))
        ],
        "scopes": None if actor.scopes is None else sorted(actor.scopes),
        "second_factor": missing if actor.lacks_second_factor else "shown" if is_strong else "not_needed",
        "step_up_needed": actor.needs_step_up,
    }
