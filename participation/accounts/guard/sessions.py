"""Who acts in a request: found from the session cookie, or on the API from the bearer token.

Roles are read with every request, so that a right that was taken away is gone at the next click.

Failed bearer tokens are not counted: a token is 256 random bits, which no number of guesses reaches, and a counter
would let strangers write into the database.
"""

import secrets
from contextlib import suppress
from datetime import datetime
from typing import Final

from flask import Response, current_app, g, has_request_context, request
from flask_wtf.csrf import validate_csrf
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse
from wtforms.validators import ValidationError

from participation.accounts.models import ApiToken, SignInSession, SubjectKind
from participation.accounts.queries import SeenSession, account_by_id, actor_of, seen_session, usable_token
from participation.accounts.rules import CHALLENGE_LIFETIME
from participation.accounts.services import OpenedSession, end_session, note_seen, note_used, open_session
from participation.config import Settings
from participation.core.actor import ANONYMOUS, Actor
from participation.core.errors import Forbidden, SignInNeeded
from participation.core.ids import fingerprint
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.storage import STORE_FAILURES
from participation.web.errors import wants_problem_json
from participation.web.guard import current_actor

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_SEEN: Final = "participation_seen"


def load_actor() -> Actor:
    """Return who acts in this request."""
    if not has_request_context():
        return ANONYMOUS
    if wants_problem_json() and "Authorization" in request.headers:
        return _bearer()
    token = request.cookies.get(session_cookie())
    return _by_session(token) if token else ANONYMOUS


def this_session() -> SeenSession | None:
    """Return the session of this browser, also while its second factor has still to be shown."""
    current_actor()
    seen = g.get(_SEEN)
    return seen if isinstance(seen, SeenSession) else None


def roles_without_second_factor() -> Actor:
    """Return who acts, with the roles that this session lacks only because they have no second factor yet.

    For what gives nobody a right, such as ending the shared use of a tablet. Whoever has a second factor shows it.
    """
    actor = current_actor()
    if not (actor.is_account and actor.lacks_second_factor):
        return actor
    return actor_of(account_by_id(db.session(), actor.id))


def session_cookie() -> str:
    """Return the name of the session's cookie; `__Host-` keeps subdomains from planting one where there is TLS."""
    return _cookie("session")


def asking_cookie() -> str:
    """Return the name of the cookie by which the browser that asked for a link is known again."""
    return _cookie("asking")


def replace_session(
    session: Session,
    subject_kind: SubjectKind,
    subject_id: str,
    *,
    now: datetime,
    official: bool = False,
    strong: bool = False,
) -> OpenedSession:
    """Open a session and end the one that this browser may have had; give the result to `keep_signed_in`."""
    token = request.cookies.get(session_cookie())
    if token:
        end_session(session, fingerprint(token), now=now)
    return open_session(session, subject_kind, subject_id, now=now, official=official, strong=strong)


def keep_signed_in(response: BaseResponse, opened: OpenedSession) -> None:
    """Give the browser its session's token."""
    _set_cookie(response, session_cookie(), opened.token, int((opened.row.expires_at - utcnow()).total_seconds()))


def enter_session(opened: OpenedSession) -> None:
    """Let the rest of this request act in the session that was just opened in it."""
    seen = seen_session(db.session(), opened.row.id, utcnow())
    g.actor = seen.actor if seen else ANONYMOUS
    setattr(g, _SEEN, seen)


def forget_signed_in(response: BaseResponse) -> None:
    """Take the session's token away from the browser."""
    _set_cookie(response, session_cookie(), "", 0)


def asking_token() -> str:
    """Return the token of this browser's request to sign in, a new one if it has none."""
    return request.cookies.get(asking_cookie()) or secrets.token_urlsafe(32)


def keep_asking(response: BaseResponse, token: str) -> None:
    """Let the browser be known again when the mail has arrived."""
    _set_cookie(response, asking_cookie(), token, int(CHALLENGE_LIFETIME.total_seconds()))


def identify() -> None:
    """Find out who acts before a view writes anything, and refuse writing requests that another site may have sent."""
    if request.endpoint == "static":
        return
    current_actor()
    by_cookie = this_session() is not None and "Authorization" not in request.headers
    if wants_problem_json() and by_cookie and request.method not in _SAFE_METHODS:
        try:
            validate_csrf(request.headers.get("X-CSRFToken"))
        except ValidationError as reason:
            raise Forbidden("csrf_token_needed") from reason
    _note_use()


def _bearer() -> Actor:
    scheme, _, secret = request.headers["Authorization"].partition(" ")
    row = usable_token(db.session(), fingerprint(secret.strip()), utcnow()) if scheme.lower() == "bearer" else None
    if row is None:
        raise SignInNeeded("token_not_valid")
    setattr(g, _SEEN, row)
    return actor_of(row.account, scopes=row.scopes)


def _by_session(token: str) -> Actor:
    seen = seen_session(db.session(), fingerprint(token), utcnow())
    if seen is None:
        return ANONYMOUS
    setattr(g, _SEEN, seen)
    return seen.actor


def _note_use() -> None:
    """Write the day of the last use, at most once a day; a busy store must not keep anybody out."""
    now = utcnow()
    row = g.get(_SEEN)
    if isinstance(row, SeenSession) and row.last_seen_on < now.date():
        with suppress(*STORE_FAILURES), transaction() as session:
            note_seen(session, session.get_one(SignInSession, row.id), now=now)
    elif isinstance(row, ApiToken) and (row.last_used_on is None or row.last_used_on < now.date()):
        with suppress(*STORE_FAILURES), transaction() as session:
            note_used(session, row, now=now)


def _cookie(name: str) -> str:
    return f"__Host-{name}" if _settings().uses_https else name


def _set_cookie(response: BaseResponse | Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name, value, max_age=seconds, path="/", secure=_settings().uses_https, httponly=True, samesite="Lax"
    )


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
