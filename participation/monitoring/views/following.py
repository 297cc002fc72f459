"""Wanting to be told by mail, and wanting it no more: on pages, on one's account, and by the link in every mail."""

import hmac
from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from participation.core.errors import NotFound
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.monitoring import services
from participation.monitoring.queries import followers_of
from participation.monitoring.telling import stop_token
from participation.monitoring.views.blueprint import bp
from participation.processes.queries import process_by_slug
from participation.proposals.queries import proposal_by_code
from participation.web.forms import pressed
from participation.web.guard import current_actor, requires
from participation.web.secret import application_key
from participation.web.unsubscribing import one_click


@bp.post("/processes/<process>/follow")
@requires(Permission.FOLLOW_SELF)
def follow_process(process: str) -> Response:
    """Tell somebody what becomes of a process from now on."""
    _follow(process, None)
    return redirect(url_for(".measures", process=process), HTTPStatus.SEE_OTHER)


@bp.post("/processes/<process>/unfollow")
@requires(Permission.FOLLOW_SELF)
def unfollow_process(process: str) -> Response:
    """Tell somebody no more of a process as a whole."""
    _unfollow(process, None)
    return redirect(url_for(".following"), HTTPStatus.SEE_OTHER)


@bp.post("/processes/<process>/proposals/<code>/follow")
@requires(Permission.FOLLOW_SELF)
def follow_proposal(process: str, code: str) -> Response:
    """Tell somebody what becomes of a proposal from now on."""
    _follow(process, code)
    return redirect(url_for("site.proposal", process=process, code=code), HTTPStatus.SEE_OTHER)


@bp.post("/processes/<process>/proposals/<code>/unfollow")
@requires(Permission.FOLLOW_SELF)
def unfollow_proposal(process: str, code: str) -> Response:
    """Tell somebody no more of a proposal."""
    _unfollow(process, code)
    return redirect(url_for("site.proposal", process=process, code=code), HTTPStatus.SEE_OTHER)


@bp.get("/account/following")
@requires(Permission.FOLLOW_SELF)
def following() -> str:
    """Show everything that somebody follows."""
    return render_template("monitoring/following.html", followers=followers_of(db.session(), current_actor().id))


@bp.post("/account/following/stop")
@requires(Permission.FOLLOW_SELF)
def stop_following() -> Response:
    """Tell somebody nothing more, of any process."""
    with transaction() as session:
        services.stop_all_news(session, current_actor().id)
    flash(_("You get no more of these mails."), "success")
    return redirect(url_for(".following"), HTTPStatus.SEE_OTHER)


@bp.get("/news/off/<account>/<token>")
@requires(Permission.SIGN_IN)
def stop_by_link(account: str, token: str) -> str:
    """Show the button that stops the mails; programs that look at the links of mails stop nothing."""
    _check(account, token)
    return render_template("monitoring/stop_news.html", stopped=not followers_of(db.session(), account))


@bp.post("/news/off/<account>/<token>")
@requires(Permission.SIGN_IN)
@one_click
def confirm_stop_by_link(account: str, token: str) -> str:
    """Send no more mails to whoever got this link in one."""
    _check(account, token)
    with transaction() as session:
        services.stop_all_news(session, account)
    return render_template("monitoring/stop_news.html", stopped=True)


def _follow(process: str, code: str | None) -> None:
    def begin(session: Session) -> None:
        process_id, proposal_id = _ids(session, process, code)
        services.follow(session, process_id, proposal_id, actor=current_actor(), now=utcnow())

    if pressed(FlaskForm(), begin):
        flash(_("We will write to you when something new happens here, about one mail a day at most."), "success")


def _unfollow(process: str, code: str | None) -> None:
    def end(session: Session) -> None:
        process_id, proposal_id = _ids(session, process, code)
        services.unfollow(session, process_id, proposal_id, actor=current_actor())

    if pressed(FlaskForm(), end):
        flash(_("We write to you no more about this."), "success")


def _ids(session: Session, process: str, code: str | None) -> tuple[str, str | None]:
    found = process_by_slug(session, process)
    return found.id, proposal_by_code(session, found.id, code).id if code is not None else None


def _check(account: str, token: str) -> None:
    """Refuse a link that no mail held; whether there is such an account is not told."""
    if not hmac.compare_digest(stop_token(application_key(), account).encode(), token.encode()):
        raise NotFound("news_link_over")
