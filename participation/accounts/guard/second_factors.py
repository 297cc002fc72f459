"""Showing a second factor: after signing in, and once more before the gravest acts."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from flask import current_app, g, request, url_for
from sqlalchemy.orm import Session

from participation.accounts import services
from participation.accounts.guard.sessions import replace_session, this_session
from participation.accounts.models import SubjectKind
from participation.accounts.queries import SeenSession, account_by_id, has_second_factor
from participation.accounts.rules import RelyingParty, relying_party
from participation.accounts.services import OpenedSession
from participation.core.errors import Conflict, DomainError, Invalid, TooManyAttempts
from participation.core.windows import utcnow
from participation.extensions import transaction
from participation.web.errors import wants_problem_json
from participation.web.guard import current_actor
from participation.web.secret import application_key

CODE_INPUT: Final = "second_factor_code"
PASSKEY_INPUT: Final = "second_factor_passkey"
_REFUSED: Final = "participation_step_up_refused"
_LONGEST_ANSWER: Final = 20_000


def this_relying_party() -> RelyingParty:
    """Return the site as authenticators know it; raises Conflict `no_passkeys_here` where browsers have none."""
    settings = current_app.config["SETTINGS"]
    site = relying_party(settings.base_url, settings.site_name)
    if site is None:
        raise Conflict("no_passkeys_here")
    return site


def factor_session() -> SeenSession:
    """Return the session in which a second factor can be shown; raises Conflict `no_second_factor`."""
    seen = this_session()
    if seen is None or seen.account_id is None or not seen.has_factor:
        raise Conflict("no_second_factor")
    return seen


def show_second_factor(code: str = "", passkey: Mapping[str, Any] | None = None) -> OpenedSession | None:
    """Take the code or passkey that was shown; return the new session of this browser if its rights grew by that.

    Raises Invalid `wrong_second_factor`, `passkey_refused` or `passkey_ceremony_over`, TooManyAttempts, Conflict.
    """
    seen, now, key = factor_session(), utcnow(), application_key()
    account_id = seen.account_id or ""
    with transaction() as session:
        if passkey is not None:
            services.show_passkey(session, this_relying_party(), seen.id, account_id, answer=passkey, key=key, now=now)
            shown = True
        else:
            shown = services.show_code(session, account_id, code, key=key, now=now)
        opened = _strengthen(session, seen, now) if shown else None
    if not shown:
        raise Invalid("wrong_second_factor", field="code")
    if opened is None:
        g.actor = replace(current_actor(), needs_step_up=False)
    return opened


def read_passkey(typed: str) -> Mapping[str, Any]:
    """Return a browser's answer from the input of a form; raises Invalid `passkey_refused`."""
    try:
        answer = json.loads(typed) if len(typed) <= _LONGEST_ANSWER else None
    except (RecursionError, ValueError):
        answer = None
    if not isinstance(answer, dict):
        raise Invalid("passkey_refused", field="passkey")
    return answer


def renew_session(session: Session, *, now: datetime, strong: bool = False) -> OpenedSession:
    """End all sessions of whoever acts and open a new one here, as strong as this one was or stronger."""
    actor, seen = current_actor(), this_session()
    account = account_by_id(session, actor.id)
    services.revoke_sessions_of(session, SubjectKind.ACCOUNT, actor.id, now=now)
    opened = replace_session(
        session, SubjectKind.ACCOUNT, actor.id, now=now, official=bool(account.grants), strong=strong
    )
    if not strong and seen is not None:
        opened.row.strong_at = seen.strong_at
        session.flush()
    return opened


def shown_in_passing() -> bool:
    """Take a second factor that a form brings along with the act that needs it; `refused_in_passing` keeps why not."""
    code, passkey = request.form.get(CODE_INPUT, ""), request.form.get(PASSKEY_INPUT, "")
    if wants_problem_json() or not (code or passkey):
        return False
    try:
        show_second_factor(code, read_passkey(passkey) if passkey else None)
    except (Conflict, Invalid, TooManyAttempts) as error:
        setattr(g, _REFUSED, error)
        return False
    return True


def refused_in_passing() -> DomainError | None:
    """Return why the second factor that a form brought along was not taken."""
    error: DomainError | None = g.get(_REFUSED)
    return error


def path_after_sign_in(session: Session, opened: OpenedSession, next_path: str) -> str:
    """Return where somebody goes who has just signed in: first to the second factor, where one is missing."""
    account_id = opened.row.subject_id
    account = account_by_id(session, account_id)
    if opened.row.strong_at is not None:
        return next_path
    if account.grants or has_second_factor(session, account_id):
        return url_for("accounts.ask_for_second_factor", next=next_path)
    return next_path


def _strengthen(session: Session, seen: SeenSession, now: datetime) -> OpenedSession | None:
    if seen.strong_at is not None:
        services.note_shown(session, seen.id, now=now)
        return None
    account = account_by_id(session, seen.account_id or "")
    return replace_session(
        session, SubjectKind.ACCOUNT, account.id, now=now, official=bool(account.grants), strong=True
    )
