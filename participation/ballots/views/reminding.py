"""Asking to be reminded of a vote, and wanting no more reminders."""

import hmac
from http import HTTPStatus

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from participation.accounts.models import Account
from participation.accounts.services import stop_reminders as switch_off
from participation.ballots import reminders
from participation.ballots.views.blueprint import bp
from participation.core.errors import Conflict, NotFound
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.rounds.doors import door_address
from participation.rounds.queries import round_by_slug, round_standing
from participation.web.errors import words_for
from participation.web.guard import current_actor, requires
from participation.web.secret import application_key
from participation.web.unsubscribing import one_click


@bp.post("/rounds/<slug>/reminder")
@requires(Permission.BALLOT_CAST)
def remind_me(slug: str) -> Response:
    """Remember at the door of a round that somebody wants to be reminded, or no longer."""
    wanted = request.form.get("wanted") == "yes"
    try:
        with transaction() as session:
            reminders.ask_for_reminder(session, slug, wanted=wanted, actor=current_actor(), now=utcnow())
    except Conflict as refused:
        flash(words_for(refused), "error")
    else:
        flash(_("We will remind you by mail.") if wanted else _("You are not reminded of this round."), "success")
    session = db.session()
    standing = round_standing(session, round_by_slug(session, slug), current_actor(), utcnow())
    return redirect(door_address(standing), HTTPStatus.SEE_OTHER)


@bp.get("/reminders/off/<account>/<token>")
@requires(Permission.SIGN_IN)
def stop_reminders(account: str, token: str) -> str:
    """Show the button that stops reminders; programs that look at the links of mails stop nothing."""
    _check(account, token)
    owner = db.session.get(Account, account)
    return render_template("ballots/stop_reminders.html", stopped=owner is None or not owner.wants_reminders)


@bp.post("/reminders/off/<account>/<token>")
@requires(Permission.SIGN_IN)
@one_click
def confirm_stop_reminders(account: str, token: str) -> str:
    """Send no more reminders to whoever got this link in one; those of a deleted account have ended already."""
    _check(account, token)
    with transaction() as session:
        if session.get(Account, account) is not None:
            switch_off(session, account)
    return render_template("ballots/stop_reminders.html", stopped=True)


def _check(account: str, token: str) -> None:
    """Refuse a link that no reminder held; whether there is such an account is not told."""
    genuine = reminders.switch_off_token(application_key(), account)
    if not hmac.compare_digest(genuine.encode(), token.encode()):
        raise NotFound("reminder_link_over")
