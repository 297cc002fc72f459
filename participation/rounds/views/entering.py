"""The way to a round's door, and with a participation code through it."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from participation.accounts import guard
from participation.accounts.models import SubjectKind
from participation.core.errors import Invalid, NotFound, TooManyAttempts
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.rounds import services
from participation.rounds.forms import CodeForm
from participation.rounds.models import Round
from participation.rounds.queries import round_by_slug
from participation.rounds.views.blueprint import bp
from participation.web.errors import show_in_form
from participation.web.guard import requires

Page = tuple[str, int, dict[str, str]]


@bp.get("/rounds/<slug>")
@requires(Permission.ROUND_READ)
def show(slug: str) -> Response:
    """Lead to the door of the body whose round it is."""
    round_ = round_by_slug(db.session(), slug)
    return redirect(url_for(round_.body.endpoint, slug=slug))


@bp.get("/code")
@requires(Permission.SIGN_IN)
def enter_code() -> Page:
    """Ask for the code on a card; a QR code carries it behind the #, which browsers keep to themselves."""
    return _page(CodeForm(formdata=None, data={"round": request.args.get("round", "")}), HTTPStatus.OK)


@bp.post("/code")
@requires(Permission.SIGN_IN)
def use_code() -> Page | Response:
    """Let the bearer of a code in."""
    form = CodeForm()
    if not form.validate():
        return _page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        services.find_code(db.session(), form.code.data or "", now=utcnow())  # a guess does not take the lock
        with transaction() as writing:
            code = services.find_code(writing, form.code.data or "", now=utcnow())
            opened = guard.replace_session(writing, SubjectKind.CODE, code.id, now=utcnow())
            slug = code.batch.round.slug
    except Invalid as error:
        return _refused(form, error)
    session.clear()  # whoever used this browser before leaves nothing behind
    flash(_("Your code is good. You can take part now."), "success")
    response = redirect(url_for("rounds.show", slug=slug), HTTPStatus.SEE_OTHER)
    guard.keep_signed_in(response, opened)
    return response


def _refused(form: CodeForm, error: Invalid) -> Page:
    return _page(form, *refuse_code(form, error, _round(form)))


def refuse_code(form: CodeForm, error: Invalid, round_: Round | None) -> tuple[HTTPStatus, dict[str, str]]:
    """Say in the form what is wrong with the code, and return status and headers; one never issued is counted."""
    shown: Invalid | TooManyAttempts = error
    if error.code == "no_such_code":
        try:
            services.check_wrong_codes(db.session(), round_, now=utcnow())
            with transaction() as writing:
                services.note_wrong_code(writing, round_, now=utcnow())
        except TooManyAttempts as throttled:
            shown = throttled
    show_in_form(shown, form)
    wait = shown.facts.get("retry_after")
    return HTTPStatus(shown.status), {"Retry-After": str(wait)} if wait else {}


def _round(form: CodeForm) -> Round | None:
    try:
        return round_by_slug(db.session(), form.round.data or "")
    except NotFound:
        return None


def _page(form: CodeForm, status: HTTPStatus, headers: dict[str, str] | None = None) -> Page:
    return render_template("rounds/code.html", form=form), status, headers or {}
