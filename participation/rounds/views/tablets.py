"""Shared tablets: officials make and end them, voters come and go."""

from http import HTTPStatus

from flask import flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from participation.accounts import guard as accounts_guard
from participation.accounts.models import SubjectKind
from participation.accounts.services import move_end_of_session
from participation.core.errors import Invalid
from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.rounds import guard, services
from participation.rounds.forms import CodeForm, TabletForm
from participation.rounds.queries.tablets import tablets_of
from participation.rounds.rules import TABLET_IDLE, situation
from participation.rounds.views.blueprint import bp, round_to_manage
from participation.rounds.views.entering import refuse_code
from participation.web.forms import submitted
from participation.web.guard import current_actor, requires

Page = tuple[str, int]


@bp.get("/manage/rounds/<slug>/tablets")
@requires(Permission.TABLET_MANAGE)
def tablets(slug: str) -> Page:
    """Show the shared tablets of a round, and how this browser becomes one."""
    return _overview(slug, TabletForm(formdata=None), HTTPStatus.OK)


@bp.post("/manage/rounds/<slug>/tablets")
@requires(Permission.TABLET_MANAGE)
def make_tablet(slug: str) -> Page | Response:
    """Turn this browser into a shared tablet: the official is signed out, and it keeps none of their rights."""
    form = TabletForm()
    made: list[services.MadeTablet] = []
    status = submitted(
        form,
        lambda writing: made.append(
            services.make_tablet(writing, slug, form.label.data or "", actor=current_actor(), now=utcnow())
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _overview(slug, form, status)
    response = redirect(url_for("rounds.tablet"), HTTPStatus.SEE_OTHER)
    guard.forget_everything(response, now=utcnow())
    guard.keep_as_tablet(response, made[0].token)
    return response


@bp.post("/manage/rounds/<slug>/tablets/<public_id>/end")
@requires(Permission.TABLET_MANAGE)
def end_tablet(slug: str, public_id: str) -> Response:
    """End the shared use of a tablet from another browser."""
    with transaction() as writing:
        services.end_tablet(writing, slug, public_id, actor=current_actor(), now=utcnow())
    flash(_("That tablet is an ordinary browser again."), "success")
    return redirect(url_for("rounds.tablets", slug=slug), HTTPStatus.SEE_OTHER)


@bp.get("/tablet")
@requires(Permission.SIGN_IN)
def tablet() -> Response:
    """Ask the next voter for code and language. Whoever was here before is forgotten first.

    A page that nobody used for long comes here by itself (`fresh`). It may be a tab that a voter left open while they
    vote in another one; then nobody is forgotten.
    """
    guard.this_tablet()
    if "fresh" in request.args and guard.used_lately(utcnow()):
        return _start(CodeForm(formdata=None), HTTPStatus.OK)
    if guard.someone_was_here() or "fresh" in request.args:
        cleared = "over" in request.args or ("fresh" in request.args and guard.someone_was_here())
        over = 1 if cleared else None
        response: Response = redirect(url_for("rounds.tablet", over=over), HTTPStatus.SEE_OTHER)
        guard.forget_everything(response, now=utcnow())
        return response
    return _start(CodeForm(formdata=None), HTTPStatus.OK)


@bp.post("/tablet")
@requires(Permission.SIGN_IN)
def use_code_on_tablet() -> Response:
    """Let the bearer of a code of this round in, for as long as the tablet is used."""
    here, form, now = guard.this_tablet(), CodeForm(), utcnow()
    if not form.validate():
        return _start(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        services.find_code(db.session(), form.code.data or "", now=now, round_id=here.round_id)
        with transaction() as writing:
            code = services.find_code(writing, form.code.data or "", now=now, round_id=here.round_id)
            opened = accounts_guard.replace_session(writing, SubjectKind.CODE, code.id, now=now)
            move_end_of_session(writing, opened.row.id, until=now + TABLET_IDLE, now=now)
    except Invalid as error:
        return _start(form, *refuse_code(form, error, here.round))
    session.clear()
    response = redirect(url_for("ballots.fill_in", slug=here.round.slug), HTTPStatus.SEE_OTHER)
    accounts_guard.keep_signed_in(response, opened)  # the cookie may outlive the session, which ends with the use
    return response


@bp.post("/tablet/finish")
@requires(Permission.SIGN_IN)
def finish_on_tablet() -> Response:
    """Forget the voter and wait for the next one."""
    guard.this_tablet()
    response = redirect(url_for("rounds.tablet"), HTTPStatus.SEE_OTHER)
    guard.forget_everything(response, now=utcnow())
    return response


@bp.get("/tablet/pulse")
@requires(Permission.SIGN_IN)
def tablet_pulse() -> Response:
    """Say whether somebody is still signed in here; asking is a sign of use, by which the session goes on."""
    guard.this_tablet()
    return Response(status=HTTPStatus.GONE if current_actor().is_anonymous else HTTPStatus.NO_CONTENT)


@bp.get("/tablet/leave")
@requires(Permission.SIGN_IN)
def leave_tablet() -> str:
    """Ask an official who signed in here whether the shared use of this device ends.

    Their second factor is needed where they have one. Who has none yet can leave as well, and do nothing else.
    """
    here = guard.this_tablet()
    authorise(accounts_guard.roles_without_second_factor(), Permission.TABLET_MANAGE, here.round)
    return render_template("rounds/leave_tablet.html", round=here.round)


@bp.post("/tablet/leave")
@requires(Permission.SIGN_IN)
def end_this_tablet() -> Response:
    """Make this device an ordinary browser again, on which nobody is signed in."""
    here, now, actor = guard.this_tablet(), utcnow(), accounts_guard.roles_without_second_factor()
    with transaction() as writing:
        services.end_tablet(writing, here.round.slug, here.public_id, actor=actor, now=now)
    response = redirect("/", HTTPStatus.SEE_OTHER)
    guard.forget_everything(response, now=now)
    guard.let_go_of_tablet(response)
    flash(_("This device is an ordinary browser again. You are signed out."), "success")
    return response


def _overview(slug: str, form: TabletForm, status: HTTPStatus) -> Page:
    round_ = round_to_manage(slug, Permission.TABLET_MANAGE)
    now = utcnow()
    page = render_template(
        "rounds/tablets.html",
        round=round_,
        process=round_.process,
        form=form,
        tablets=tablets_of(db.session(), round_.id, now),
        now=now,
    )
    return page, status


def _start(form: CodeForm, status: HTTPStatus, headers: dict[str, str] | None = None) -> Response:
    round_ = guard.this_tablet().round
    where = situation(round_.state, round_.window, utcnow(), is_suspended=round_.is_suspended)
    page = render_template("rounds/tablet.html", round=round_, form=form, situation=where, over="over" in request.args)
    return make_response(page, status, headers or {})
