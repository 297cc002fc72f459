"""Signing in with a password instead of a mail."""

from http import HTTPStatus

from flask import Response as FlaskResponse
from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from participation.accounts import guard
from participation.accounts.forms import PasswordSignInForm
from participation.accounts.views.blueprint import bp
from participation.core.errors import Invalid, TooManyAttempts
from participation.core.permissions import Permission
from participation.extensions import db
from participation.web.errors import show_in_form
from participation.web.guard import requires
from participation.web.redirects import local_path


@bp.get("/sign-in/password")
@requires(Permission.SIGN_IN)
def enter_password() -> FlaskResponse:
    """Ask for address and password."""
    return _page(PasswordSignInForm(formdata=None, data={"next": local_path(request.args.get("next"))}))


@bp.post("/sign-in/password")
@requires(Permission.SIGN_IN)
def sign_in_with_password() -> Response:
    """Sign in; the second factor follows where there is one."""
    form = PasswordSignInForm()
    if not form.validate():
        return _page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        opened = guard.sign_in_with_password(form.email.data or "", form.password.data or "")
    except (Invalid, TooManyAttempts) as error:
        show_in_form(error, form)
        return _page(form, HTTPStatus(error.status), error.facts.get("retry_after"))
    wanted = local_path(form.next.data)
    target = guard.path_after_sign_in(db.session(), opened, wanted)
    if target == wanted:
        flash(_("You are signed in."), "success")
    response = redirect(target, HTTPStatus.SEE_OTHER)
    guard.keep_signed_in(response, opened)
    return response


def _page(form: PasswordSignInForm, status: HTTPStatus = HTTPStatus.OK, wait: object = None) -> FlaskResponse:
    response = make_response(render_template("accounts/password_sign_in.html", form=form), status)
    if wait is not None:
        response.headers["Retry-After"] = str(wait)
    return response
