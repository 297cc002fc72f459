"""Mails of accounts, and what is forgotten by the clock."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from flask import current_app, render_template
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from participation.accounts.models import SignInChallenge
from participation.accounts.services import (
    SIGN_IN_MAIL,
    forget_sign_ins,
    link_token,
    something_to_forget,
    typed_code,
)
from participation.extensions import db, transaction
from participation.outbox.mail import Mail
from participation.outbox.services import forget_jobs
from participation.outbox.worker import Handler, Letter, Tick
from participation.web.locale import force_language
from participation.web.redirects import absolute_url


def render_sign_in_mail(session: Session, payload: Mapping[str, Any]) -> Mail | None:
    """Render the link and the code of a request to sign in; an old one is not sent any more."""
    challenge = session.get(SignInChallenge, str(payload["challenge"]))
    if challenge is None or challenge.consumed_at is not None:
        return None
    settings = current_app.config["SETTINGS"]
    link = absolute_url(
        "accounts.open_sign_in_link", challenge=challenge.id, token=link_token(settings.secret_key, challenge.id)
    )
    code = typed_code(settings.secret_key, challenge.id)
    with force_language(challenge.language):
        return Mail(
            to=challenge.email,
            subject=_("Sign in at %(site)s", site=settings.site_name),
            text=render_template("accounts/mails/sign_in.txt", link=link, code=f"{code[:4]}-{code[4:]}".upper()),
        )


def forget(_session: Session, now: datetime) -> None:
    """Delete what nobody can use any more, where there is some."""
    if something_to_forget(db.session(), now=now):
        with transaction() as session:
            forget_sign_ins(session, now=now)
            forget_jobs(session, now=now)


JOBS: Final[Mapping[str, Handler]] = {}
LETTERS: Final[Mapping[str, Letter]] = {SIGN_IN_MAIL: render_sign_in_mail}
TICKS: Final[Mapping[str, Tick]] = {"accounts.forget": forget}
