"""Signing in by mail: ask, read the mail, confirm.

Programs that scan mails follow its links, so a link only shows a button; pressing it signs in.
"""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from participation.accounts import guard, services
from participation.accounts.forms import SignInCodeForm, SignInForm
from participation.accounts.models import SubjectKind
from participation.accounts.queries import open_challenges
from participation.accounts.services import Confirmed, OpenedSession
from participation.accounts.views.blueprint import bp
from participation.core.errors import Invalid
from participation.core.ids import fingerprint
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.web.errors import show_in_form
from participation.web.guard import current_actor, requires
from participation.web.locale import current_language
from participation.web.redirects import local_path
from participation.web.secret import application_key
from participation.web.senders import sender

Page = str | tuple[str, int]


@bp.get("/sign-in")
@requires(Permission.SIGN_IN)
def sign_in() -> Page | Response:
    """Ask for an e-mail address."""
    next_path = local_path(request.args.get("next"))
    if current_actor().is_account:
        return redirect(next_path)
    if current_actor().lacks_second_factor:
        return redirect(url_for("accounts.ask_for_second_factor", next=next_path))
    return render_template("accounts/sign_in.html", form=SignInForm(data={"next": next_path}))


@bp.post("/sign-in")
@requires(Permission.SIGN_IN)
def request_sign_in() -> Page | Response:
    """Send the mail."""
    form = SignInForm()
    if not form.validate():
        return render_template("accounts/sign_in.html", form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    token = guard.asking_token()
    try:
        with transaction() as writing:
            services.request_sign_in(
                writing,
                form.email.data or "",
                language=current_language().tag,
                browser=fingerprint(token),
                sender=sender(),
                next_path=local_path(form.next.data),
                now=utcnow(),
            )
    except Invalid as error:
        show_in_form(error, form)
        return render_template("accounts/sign_in.html", form=form), error.status
    response = redirect(url_for("accounts.enter_sign_in_code"), HTTPStatus.SEE_OTHER)
    guard.keep_asking(response, token)
    return response


@bp.get("/sign-in/code")
@requires(Permission.SIGN_IN)
def enter_sign_in_code() -> Page | Response:
    """Say that the mail is on its way and ask for its code."""
    return _code_page(SignInCodeForm(formdata=None), HTTPStatus.OK)


@bp.post("/sign-in/code")
@requires(Permission.SIGN_IN)
def confirm_sign_in_code() -> Page | Response:
    """Sign in with the typed code."""
    form = SignInCodeForm()
    if not form.validate():
        return _code_page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    browser, now = fingerprint(guard.asking_token()), utcnow()
    opened: OpenedSession | None = None
    try:
        with transaction() as writing:
            confirmed = services.confirm_code(
                writing, form.code.data or "", browser=browser, key=application_key(), now=now
            )
            if confirmed is not None:
                opened = _open(confirmed)
    except Invalid as error:
        show_in_form(error, form)
        return _code_page(form, HTTPStatus(error.status))
    if confirmed is None or opened is None:
        show_in_form(Invalid("wrong_sign_in_code", field="code"), form)
        return _code_page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _signed_in(confirmed, opened)


@bp.get("/sign-in/<challenge>/<token>")
@requires(Permission.SIGN_IN)
def open_sign_in_link(challenge: str, token: str) -> Page | Response:
    """Show the button that signs in, or say where the link works."""
    now = utcnow()
    found = services.find_challenge(db.session(), challenge, token, key=application_key(), now=now)
    here = found.browser == fingerprint(guard.asking_token())
    return render_template("accounts/sign_in_link.html", here=here, challenge=found, token=token)


@bp.post("/sign-in/<challenge>/<token>")
@requires(Permission.SIGN_IN)
def confirm_sign_in_link(challenge: str, token: str) -> Page | Response:
    """Sign in with the link."""
    with transaction() as writing:
        confirmed = services.confirm_link(
            writing, challenge, token, browser=fingerprint(guard.asking_token()), key=application_key(), now=utcnow()
        )
        opened = _open(confirmed)
    return _signed_in(confirmed, opened)


@bp.post("/sign-out")
@requires(Permission.SIGN_IN)
def sign_out() -> Response:
    """End this browser's session."""
    token = request.cookies.get(guard.session_cookie())
    if token:
        with transaction() as writing:
            services.end_session(writing, fingerprint(token), now=utcnow())
    session.clear()
    flash(_("You are signed out."), "success")
    response = redirect("/", HTTPStatus.SEE_OTHER)
    guard.forget_signed_in(response)
    # On a device that others use too, the browser's Back must not show what was on the screen.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _code_page(form: SignInCodeForm, status: HTTPStatus) -> Page | Response:
    waiting = open_challenges(db.session(), fingerprint(guard.asking_token()), utcnow())
    if not waiting and status is HTTPStatus.OK:
        return redirect(url_for("accounts.sign_in"))
    email = waiting[0].email if waiting else ""
    return render_template("accounts/sign_in_code.html", form=form, email=email), status


def _open(confirmed: Confirmed) -> OpenedSession:
    account = confirmed.account
    return guard.replace_session(
        db.session(), SubjectKind.ACCOUNT, account.id, now=utcnow(), official=bool(account.grants)
    )


def _signed_in(confirmed: Confirmed, opened: OpenedSession) -> Response:
    wanted = local_path(confirmed.next_path)
    target = guard.path_after_sign_in(db.session(), opened, wanted)
    if target == wanted:
        flash(_("You are signed in."), "success")
    response = redirect(target, HTTPStatus.SEE_OTHER)
    guard.keep_signed_in(response, opened)
    return response
