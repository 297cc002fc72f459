"""Showing a second factor after signing in, and once more before the gravest acts."""

from http import HTTPStatus

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from participation.accounts import guard
from participation.accounts.guard.second_factors import CODE_INPUT, PASSKEY_INPUT, read_passkey
from participation.accounts.guard.stepping_up import confirming_page
from participation.accounts.queries import account_by_id, password_of
from participation.accounts.views.blueprint import bp
from participation.core.errors import DomainError, Invalid, TooManyAttempts
from participation.core.permissions import Permission
from participation.extensions import db
from participation.web.errors import SHARED_SCREEN
from participation.web.guard import current_actor, requires
from participation.web.redirects import local_path


@bp.get("/sign-in/second-factor")
@requires(Permission.SIGN_IN)
def ask_for_second_factor() -> Response:
    """Ask for what is missing: the second factor, setting one up, or signing in once more."""
    next_path = local_path(request.args.get("next"))
    seen, actor = guard.this_session(), current_actor()
    if seen is None or seen.account_id is None:
        return redirect(url_for("accounts.sign_in", next=next_path if next_path != "/" else None))
    if not (actor.lacks_second_factor or actor.needs_step_up):
        return redirect(next_path)
    if seen.has_factor:
        return _factor_page(next_path)
    if actor.lacks_second_factor and seen.at_provider:
        return make_response(render_template("accounts/factor_at_provider.html", next_path=next_path))
    if actor.lacks_second_factor:  # a shared tablet is no place to set one up; whoever leaves it needs none yet
        on_tablet = g.get(SHARED_SCREEN) is not None
        return redirect(next_path if on_tablet else url_for("accounts.security", next=next_path))
    account = account_by_id(db.session(), actor.id)
    page = render_template(
        "accounts/sign_in_again.html",
        account=account,
        has_password=password_of(db.session(), account.id) is not None,
        next_path=next_path,
    )
    return make_response(page)


@bp.post("/sign-in/second-factor")
@requires(Permission.SIGN_IN)
def show_second_factor() -> Response:
    """Take the second factor."""
    next_path = local_path(request.form.get("next"))
    passkey = request.form.get(PASSKEY_INPUT, "")
    try:
        opened = guard.show_second_factor(request.form.get(CODE_INPUT, ""), read_passkey(passkey) if passkey else None)
    except (Invalid, TooManyAttempts) as error:
        return _factor_page(next_path, error)
    response = redirect(next_path, HTTPStatus.SEE_OTHER)
    if opened is not None:
        flash(_("You are signed in."), "success")
        guard.keep_signed_in(response, opened)
    return response


def _factor_page(next_path: str, refused: DomainError | None = None) -> Response:
    page = confirming_page(
        action=url_for("accounts.show_second_factor"),
        carried=[("next", next_path)],
        came_from=next_path,
        refused=refused,
    )
    response = make_response(page, HTTPStatus(refused.status) if refused else HTTPStatus.OK)
    response.headers["Cache-Control"] = "no-store"
    if refused is not None and "retry_after" in refused.facts:
        response.headers["Retry-After"] = str(refused.facts["retry_after"])
    return response
