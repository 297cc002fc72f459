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
from participation.accounts.queries import actor_in_session
from participation.accounts.services import Confirmed, OpenedSession
from participation.core.actor import Actor
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


@blp.route("/session", methods=["GET"])
@requires(Permission.SITE_READ)
@blp.response(200, schemas.SessionOut)
def show_session() -> dict[str, Any]:
    """Say who acts, and give a session the token that it needs to change things."""
    by_token = "Authorization" in request.headers
    return _described(current_actor()) | {"csrf_token": None if by_token else generate_csrf()}


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
    return _signed_in(confirmed, opened)


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
    return _signed_in(confirmed, opened)


def _opened(session: Session, confirmed: Confirmed) -> OpenedSession:
    """Open a session in the transaction that used the mail up: nobody loses one without getting the other."""
    account = confirmed.account
    return guard.replace_session(session, SubjectKind.ACCOUNT, account.id, now=utcnow(), official=bool(account.grants))


def _signed_in(confirmed: Confirmed, opened: OpenedSession) -> Response:
    actor = actor_in_session(confirmed.account, opened.row.strong_at, utcnow())
    described = _described(actor) | {"csrf_token": generate_csrf()}
    response = jsonify(schemas.SessionOut().dump(described))
    guard.keep_signed_in(response, opened)
    return response


def _described(actor: Actor) -> dict[str, Any]:
    places = {grant.process_id for grant in actor.grants if grant.process_id}
    rows = db.session.execute(select(Process.id, Process.slug).where(Process.id.in_(places)))
    slugs = {row.id: row.slug for row in rows}
    return {
        "kind": actor.kind.value,
        "account": actor.id if actor.is_account else None,
        "display_name": actor.display_name,
        "roles": [
            {"role": Role(grant.role), "process": slugs.get(grant.process_id or "")}
            for grant in sorted(actor.grants, key=lambda grant: (grant.role, grant.process_id or ""))
        ],
        "scopes": None if actor.scopes is None else sorted(actor.scopes),
    }
