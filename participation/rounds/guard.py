"""Shared tablets: which browser is one, where it may go, and what it forgets.

A shared tablet shows the ballot of its round and nothing else; whoever votes there came with a code. The session of a
voter, or of an official who signs in to leave, ends some minutes after its last use, in the database: what a browser
still holds then opens nothing. Every page says that nobody may keep it.
"""

from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from flask import Flask, Response, current_app, g, has_request_context, redirect, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from participation.accounts import guard as accounts_guard
from participation.accounts.queries import open_session_by_id
from participation.accounts.services import end_session, move_end_of_session
from participation.core.errors import Forbidden, NotFound
from participation.core.ids import fingerprint
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.rounds.models import SharedTablet
from participation.rounds.queries.tablets import tablet_in_use
from participation.rounds.rules import TABLET_IDLE, TABLET_LIFETIME
from participation.web.errors import SHARED_SCREEN, wants_problem_json
from participation.web.guard import current_actor
from participation.web.locale import COOKIE as LANGUAGE_COOKIE

FAVOURITES: Final = "favourites-"
"""How the names of cookies begin in which browsers keep what somebody marked before voting."""

_SLACK: Final = TABLET_IDLE / 10
"""The end of a session is moved only when it moves by this much: a write for every click would be too many."""

_LATELY: Final = TABLET_IDLE * 2 / 5
"""So much is left of a session that somebody used minutes ago: pages tell of use once a minute at most."""

_OWN: Final = frozenset(
    {
        "rounds.tablet",
        "rounds.use_code_on_tablet",
        "rounds.finish_on_tablet",
        "rounds.leave_tablet",
        "rounds.end_this_tablet",
        "rounds.tablet_pulse",
    }
)
_OF_THE_ROUND: Final = frozenset(
    {
        "ballots.cast",
        "ballots.fill_in",
        "ballots.fill_in_further",
        "ballots.find_receipt",
        "ballots.option",
        "ballots.receipt",
        "ballots.review",
    }
)
_SIGNING_IN: Final = ("/sign-in", "/sign-out")
_DEMONSTRATION: Final = "/demo/"


def init_app(app: Flask) -> None:
    """Keep shared tablets where they belong; before the tokens of forms are looked at, since those may be old ones."""
    app.before_request(_keep_here)
    app.after_request(_keep_nothing)
    app.context_processor(_tablet_of_page)


def this_tablet() -> SharedTablet:
    """Return the shared tablet that this browser is, or raise NotFound `no_tablet_here`."""
    tablet: SharedTablet | None = g.get(SHARED_SCREEN)
    if tablet is None:
        raise NotFound("no_tablet_here")
    return tablet


def tablet_cookie() -> str:
    """Return the name of the cookie by which a shared tablet is known."""
    return "__Host-tablet" if current_app.config["SETTINGS"].uses_https else "tablet"


def keep_as_tablet(response: BaseResponse, token: str) -> None:
    """Let this browser be a shared tablet from now on."""
    response.set_cookie(
        tablet_cookie(),
        token,
        max_age=int(TABLET_LIFETIME.total_seconds()),
        secure=current_app.config["SETTINGS"].uses_https,
        httponly=True,
        samesite="Lax",
    )


def let_go_of_tablet(response: BaseResponse) -> None:
    """Let this browser be an ordinary one again."""
    response.delete_cookie(tablet_cookie(), secure=current_app.config["SETTINGS"].uses_https, httponly=True)


def forget_everything(response: BaseResponse, *, now: datetime) -> None:
    """End the session of this browser and take away all that the server or its pages left there, the tablet aside.

    Clear-Site-Data empties the caches, the one of the Back button too, and whatever pages could store. It names no
    cookies: that of the tablet stays, and the others are deleted here.
    """
    token = request.cookies.get(accounts_guard.session_cookie())
    if token:
        with transaction() as writing:
            end_session(writing, fingerprint(token), now=now)
    session.clear()
    accounts_guard.forget_signed_in(response)
    secure = current_app.config["SETTINGS"].uses_https
    left = {LANGUAGE_COOKIE, accounts_guard.asking_cookie()}
    for name in request.cookies:
        if name in left or name.removeprefix("__Host-").startswith(FAVOURITES):
            response.delete_cookie(name, secure=secure, httponly=True)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def used_lately(now: datetime) -> bool:
    """Say whether somebody used this tablet in the last minutes, in whatever tab: the one that asks may be left."""
    token = request.cookies.get(accounts_guard.session_cookie())
    row = open_session_by_id(db.session(), fingerprint(token), now) if token else None
    return row is not None and row.expires_at - now > _LATELY


def someone_was_here() -> bool:
    """Say whether this browser still holds a session, whether it opens anything or not."""
    return accounts_guard.session_cookie() in request.cookies


def _keep_here() -> BaseResponse | None:
    token = request.cookies.get(tablet_cookie())
    if not token or request.endpoint == "static":
        return None
    now = utcnow()
    tablet = tablet_in_use(db.session(), fingerprint(token), now)
    if tablet is None:
        return _ended(now)
    setattr(g, SHARED_SCREEN, tablet)
    if wants_problem_json():
        raise Forbidden("on_shared_tablet")
    if request.endpoint != "rounds.tablet":  # to come back there is no sign of use
        _move_end(now)
    if request.endpoint in _OWN or _is_way_to_leave():
        return None
    here = request.endpoint in _OF_THE_ROUND and (request.view_args or {}).get("slug") == tablet.round.slug
    if here and (current_actor().is_code or request.endpoint in {"ballots.option", "ballots.find_receipt"}):
        return None
    over = 1 if here and someone_was_here() else None
    return redirect(url_for("rounds.tablet", over=over), HTTPStatus.SEE_OTHER)


def _ended(now: datetime) -> BaseResponse:
    """Let the browser go that was a shared tablet until somebody ended it or its day was over."""
    response = redirect("/", HTTPStatus.SEE_OTHER)
    forget_everything(response, now=now)
    let_go_of_tablet(response)
    return response


def _move_end(now: datetime) -> None:
    """Let the session in this browser end some minutes from now, whoever it is."""
    token = request.cookies.get(accounts_guard.session_cookie())
    row = open_session_by_id(db.session(), fingerprint(token), now) if token else None
    if row is not None and abs(row.expires_at - (now + TABLET_IDLE)) > _SLACK:
        with transaction() as writing:
            move_end_of_session(writing, row.id, until=now + TABLET_IDLE, now=now)


def _is_way_to_leave() -> bool:
    """Say whether the page is one on which an official signs in, to take the tablet back."""
    demonstrates = current_app.config["SETTINGS"].demo and request.path.startswith(_DEMONSTRATION)
    return request.path.startswith(_SIGNING_IN) or demonstrates


def _keep_nothing(response: Response) -> Response:
    if g.get(SHARED_SCREEN) is not None:
        response.headers["Cache-Control"] = "no-store"
    return response


def _tablet_of_page() -> dict[str, Any]:
    return {
        "tablet": g.get(SHARED_SCREEN) if has_request_context() else None,
        "tablet_seconds": int(TABLET_IDLE.total_seconds()),
        "tablet_minutes": int(TABLET_IDLE.total_seconds()) // 60,
    }
