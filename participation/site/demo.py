"""Signing in as anybody in a demonstration: the example city's people and one bearer of a participation code."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import click
from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask.cli import with_appcontext
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from participation.accounts import guard
from participation.accounts.models import SubjectKind
from participation.accounts.queries import account_by_email
from participation.accounts.services import note_shown
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.rounds.kinds import Eligibility, KindName
from participation.rounds.models import CodeBatch, ParticipationCode, Round
from participation.rounds.queries.participants import not_expired
from participation.rounds.rules import RoundState
from participation.web.commands import said_in_words
from participation.web.demonstration import here_only
from participation.web.errors import SHARED_SCREEN
from participation.web.guard import requires
from participation.web.locale import force_language
from participation.web.redirects import absolute_url, local_path

bp = Blueprint("demo", __name__, url_prefix="/demo")


@dataclass(frozen=True, slots=True)
class DemoRole:
    """Somebody whom a visitor can be: what they are in words, their address, and where they begin."""

    words: Callable[[], str]
    email: str | None
    begins_at: str = "/"


ROLES: Final[Mapping[str, DemoRole]] = {
    "office": DemoRole(lambda: _("Birte, coordination office"), "birte@lindenhafen.example", "/manage"),
    "moderator": DemoRole(lambda: _("Farid, moderator"), "farid@lindenhafen.example", "/manage"),
    "second": DemoRole(lambda: _("Silke, moderator and second person"), "silke@lindenhafen.example", "/manage"),
    "facilitator": DemoRole(lambda: _("Hatice, facilitator of workshops"), "hatice@lindenhafen.example"),
    "steering": DemoRole(lambda: _("Elif, member of the steering group"), "elif@lindenhafen.example"),
    "department": DemoRole(lambda: _("Jens, who acts for a department"), "jens@lindenhafen.example"),
    "delegate": DemoRole(lambda: _("Olena, delegate of an association"), "olena@lindenhafen.example"),
    "citizen": DemoRole(lambda: _("Ayşe, citizen with an e-mail address"), "ayse@lindenhafen.example"),
    "code": DemoRole(lambda: _("A citizen with a participation code"), None),
    "administrator": DemoRole(lambda: _("Administrator"), "admin@lindenhafen.example", "/manage/accounts"),
}


@bp.get("/")
@requires(Permission.SIGN_IN)
@here_only
def index() -> str:
    """Show everybody whom a visitor can be."""
    return render_template("site/demo.html", roles=ROLES)


@bp.get("/enter/<role>")
@requires(Permission.SIGN_IN)
@here_only
def show(role: str) -> str:
    """Show the button that signs in."""
    if role not in ROLES:
        raise NotFound
    return render_template("site/demo_enter.html", key=role, role=ROLES[role])


@bp.post("/enter/<role>")
@requires(Permission.SIGN_IN)
@here_only
def enter(role: str) -> Response:
    """Sign in as one of the example city's people, officials as if they had shown their second factor."""
    if role not in ROLES:
        raise NotFound
    with transaction() as session:
        kind, subject_id, is_official = _subject(session, ROLES[role])
        opened = guard.replace_session(
            session, kind, subject_id, now=utcnow(), official=is_official, strong=is_official
        )
    leaves_tablet = is_official and g.get(SHARED_SCREEN) is not None
    there = url_for("rounds.leave_tablet") if leaves_tablet else ROLES[role].begins_at
    response = redirect(there, HTTPStatus.SEE_OTHER)
    guard.keep_signed_in(response, opened)
    return response


@bp.post("/confirm")
@requires(Permission.SIGN_IN)
@here_only
def confirm() -> Response:
    """Let this browser's session count as if its second factor had just been shown."""
    seen = guard.this_session()
    if seen is not None and seen.account_id is not None:
        with transaction() as session:
            note_shown(session, seen.id, now=utcnow())
    return redirect(local_path(request.form.get("next")), HTTPStatus.SEE_OTHER)


def _subject(session: Session, role: DemoRole) -> tuple[SubjectKind, str, bool]:
    if role.email is None:
        code_id = first_code(session)
        if code_id is None:
            raise NotFound
        return SubjectKind.CODE, code_id, False
    account = account_by_email(session, role.email)
    if account is None:
        raise NotFound
    return SubjectKind.ACCOUNT, account.id, bool(account.grants)


def first_code(session: Session) -> str | None:
    """Return the first valid code of an open citizens' round."""
    return session.scalar(
        select(ParticipationCode.id)
        .join(CodeBatch, CodeBatch.id == ParticipationCode.batch_id)
        .join(Round, Round.id == ParticipationCode.round_id)
        .where(
            Round.kind == KindName.CITIZENS,
            Round.eligibility == Eligibility.CODES,
            Round.state == RoundState.OPEN,
            ParticipationCode.revoked_at.is_(None),
            CodeBatch.revoked_at.is_(None),
            not_expired(utcnow()),
        )
        .order_by(Round.opens_at, CodeBatch.number, ParticipationCode.number)
        .limit(1)
    )


@click.group("demo")
def demo() -> None:
    """The example city."""


@demo.command("links")
@click.option("--language", default="en", show_default=True, help="Language in which the people are named.")
@with_appcontext
@said_in_words
def links(language: str) -> None:
    """Print one sign-in link for each role; they work in a demonstration and on its machine only."""
    if not current_app.config["SETTINGS"].demo:
        raise click.ClickException("There are no such links: this is not a demonstration.")
    with force_language(language):
        for key, role in ROLES.items():
            there = first_code(db.session()) if role.email is None else account_by_email(db.session(), role.email)
            if there is not None:
                click.echo(f"{role.words()}: {absolute_url('demo.show', role=key)}")


COMMANDS: Final[tuple[click.Command, ...]] = (demo,)
