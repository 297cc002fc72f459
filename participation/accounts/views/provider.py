"""Signing in with the city's identity provider, and linking or unlinking what one is there with one's account."""

from http import HTTPStatus
from typing import Any

from flask import Response as FlaskResponse
from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from participation.accounts import guard, services
from participation.accounts.forms import SignInForm
from participation.accounts.views.blueprint import bp
from participation.accounts.visiting import answer_in_address, come_back, leave, provider_of_site, wants_to_link
from participation.core.actor import Actor
from participation.core.errors import DomainError
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.web.errors import show_in_form, words_for
from participation.web.guard import current_actor, requires
from participation.web.locale import current_language
from participation.web.redirects import local_path


@bp.app_context_processor
def _ways() -> dict[str, Any]:
    """Let pages offer the identity provider: its name in the reader's language, and whether it answers."""

    def identity_provider() -> dict[str, Any] | None:
        provider = provider_of_site()
        return (
            {"name": provider.settings.name_in(current_language().tag), "is_down": provider.is_down}
            if provider
            else None
        )

    return {"identity_provider": identity_provider}


@bp.post("/sign-in/provider")
@requires(Permission.SIGN_IN)
def go_to_provider() -> FlaskResponse:
    """Lead to the identity provider."""
    next_path = local_path(request.form.get("next"))
    try:
        return _leave(next_path)
    except DomainError as refused:
        return _refused(refused, next_path)


@bp.get("/sign-in/provider/return")
@requires(Permission.SIGN_IN)
def return_from_provider() -> Response:
    """Sign in whoever comes back from the identity provider, or link the account that they have."""
    answer = answer_in_address()
    try:
        arrival = come_back(answer)
    except DomainError as refused:
        if wants_to_link(answer):
            flash(words_for(refused), "danger")
            return redirect(url_for("accounts.show"), HTTPStatus.SEE_OTHER)
        return _refused(refused, "/")
    wanted = local_path(arrival.next_path)
    if arrival.linked:
        flash(_("From now on you can sign in this way too. Your other browsers are signed out."), "success")
        response = redirect(wanted, HTTPStatus.SEE_OTHER)
        guard.keep_signed_in(response, arrival.opened)
        return response
    target = guard.path_after_sign_in(db.session(), arrival.opened, wanted)
    if target == wanted:
        flash(_("You are signed in."), "success")
    response = redirect(target, HTTPStatus.SEE_OTHER)
    guard.keep_signed_in(response, arrival.opened)
    return response


@bp.post("/account/identities")
@requires(Permission.ACCOUNT_SELF, fresh=True)
def link_identity() -> Response:
    """Lead to the identity provider, to sign in with it from then on."""
    try:
        return _leave(url_for("accounts.show"), actor=current_actor())
    except DomainError as refused:
        flash(words_for(refused), "danger")
        return redirect(url_for("accounts.show"), HTTPStatus.SEE_OTHER)


@bp.post("/account/identities/<identity_id>/unlink")
@requires(Permission.ACCOUNT_SELF, fresh=True)
def unlink_identity(identity_id: str) -> Response:
    """End that one signs in with the identity provider, and sign one's other browsers out."""
    with transaction() as session:
        services.unlink_identity(session, identity_id, actor=current_actor(), now=utcnow())
        opened = guard.renew_session(session, now=utcnow())
    flash(_("You no longer sign in this way. Your other browsers are signed out."), "success")
    response = redirect(url_for("accounts.show"), HTTPStatus.SEE_OTHER)
    guard.keep_signed_in(response, opened)
    return response


def _leave(next_path: str, actor: Actor | None = None) -> FlaskResponse:
    """Answer with a page that leads on by itself.

    Not with a redirection: browsers that hold a form to this site refuse to be led on from it to another one.
    """
    browser = guard.asking_token()
    address = leave(next_path, browser=browser, actor=actor)
    response = make_response(render_template("accounts/leaving.html", address=address))
    response.headers["Refresh"] = f"0; url={address}"
    response.headers["Cache-Control"] = "no-store"
    guard.keep_asking(response, browser)
    return response


def _refused(refused: DomainError, next_path: str) -> FlaskResponse:
    """Show the other ways to sign in, and why this one did not work."""
    form = SignInForm(formdata=None, data={"next": next_path})
    show_in_form(refused, form)
    return make_response(render_template("accounts/sign_in.html", form=form), refused.status)
