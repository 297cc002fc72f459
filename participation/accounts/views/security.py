"""The keys to one's own account: password, second factors, recovery codes."""

from http import HTTPStatus

from flask import Response as FlaskResponse
from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from participation.accounts import guard, services
from participation.accounts.forms import AppCodeForm, FactorNameForm, PasswordForm
from participation.accounts.guard.second_factors import read_passkey
from participation.accounts.messages import factor_kind_name
from participation.accounts.queries import (
    account_by_id,
    count_recovery_codes,
    password_of,
    second_factors_of,
    usable_password_of,
)
from participation.accounts.rules import (
    PASSWORD_ALONE,
    PASSWORD_WITH_FACTOR,
    relying_party,
)
from participation.accounts.services import Added, OpenedSession
from participation.accounts.views.blueprint import bp
from participation.core.errors import Conflict, Invalid, StepUpNeeded, TooManyAttempts
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.web.errors import show_in_form
from participation.web.forms import submitted
from participation.web.guard import current_actor, requires
from participation.web.pictures import qr_code
from participation.web.redirects import local_path
from participation.web.secret import application_key


@bp.get("/account/security")
@requires(Permission.ACCOUNT_SELF)
def security() -> Response:
    """Show how the account is secured."""
    return _page()


@bp.get("/account/security/password")
@requires(Permission.ACCOUNT_SELF)
def password() -> Response:
    """Ask for a new password, once it is sure who asks."""
    actor = current_actor()
    if actor.needs_step_up and usable_password_of(db.session(), actor.id) is None:
        raise StepUpNeeded("step_up_needed", permission=Permission.ACCOUNT_SELF.value)
    return _password_page(PasswordForm(formdata=None))


@bp.post("/account/security/password")
@requires(Permission.ACCOUNT_SELF)
def change_password() -> Response:
    """Set or replace the password, and sign one's other browsers out."""
    form = PasswordForm()
    if not form.validate():
        return _password_page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        opened = guard.change_password(form.password.data or "", form.old_password.data or "")
    except (Invalid, TooManyAttempts) as error:
        show_in_form(error, form)
        return _password_page(form, HTTPStatus(error.status))
    flash(_("Your password is set. Your other browsers are signed out."), "success")
    return _kept(redirect(url_for("accounts.security"), HTTPStatus.SEE_OTHER), opened)


@bp.post("/account/security/password/remove")
@requires(Permission.ACCOUNT_SELF, fresh=True)
def remove_password() -> Response:
    """Do without a password."""
    with transaction() as session:
        services.remove_password(session, actor=current_actor(), now=utcnow())
        opened = guard.renew_session(session, now=utcnow())
    flash(_("Your password is removed. You sign in by mail."), "success")
    return _kept(redirect(url_for("accounts.security"), HTTPStatus.SEE_OTHER), opened)


@bp.post("/account/security/apps")
@requires(Permission.ACCOUNT_SELF, fresh=True)
def begin_app() -> Response:
    """Begin to set an app up."""
    form = FactorNameForm()
    begun: list[str] = []

    def begin(session: Session) -> None:
        factor = services.begin_app(session, name=form.name.data or "", actor=current_actor(), now=utcnow())
        begun.append(factor.id)

    status = submitted(form, begin)
    if status is not HTTPStatus.SEE_OTHER:
        return _page(app_form=form, status=status)
    return redirect(url_for("accounts.set_up_app", factor_id=begun[0], next=_next_argument()), status)


@bp.get("/account/security/apps/<factor_id>")
@requires(Permission.ACCOUNT_SELF)
def set_up_app(factor_id: str) -> Response:
    """Show the secret to the app, and ask for its first code."""
    return _app_page(factor_id, AppCodeForm(formdata=None))


@bp.post("/account/security/apps/<factor_id>")
@requires(Permission.ACCOUNT_SELF)
def confirm_app(factor_id: str) -> Response:
    """Let the app count that shows the right code."""
    form = AppCodeForm()
    if not form.validate():
        return _app_page(factor_id, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with transaction() as session:
            added = services.confirm_app(
                session, factor_id, form.code.data or "", key=application_key(), actor=current_actor(), now=utcnow()
            )
            opened = guard.renew_session(session, now=utcnow(), strong=True)
    except Invalid as error:
        show_in_form(error, form)
        return _app_page(factor_id, form, HTTPStatus(error.status))
    return _added(added, opened)


@bp.post("/account/security/passkeys")
@requires(Permission.ACCOUNT_SELF, fresh=True)
def add_passkey() -> Response:
    """Add the passkey that the browser made."""
    form = FactorNameForm()
    if not form.validate():
        return _page(passkey_form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    seen = guard.this_session()
    try:
        with transaction() as session:
            added = services.add_passkey(
                session,
                guard.this_relying_party(),
                seen.id if seen else "",
                name=form.name.data or "",
                answer=read_passkey(request.form.get("passkey", "")),
                key=application_key(),
                actor=current_actor(),
                now=utcnow(),
            )
            opened = guard.renew_session(session, now=utcnow(), strong=True)
    except (Conflict, Invalid) as error:
        show_in_form(error, form)
        return _page(passkey_form=form, status=HTTPStatus(error.status))
    return _added(added, opened)


@bp.post("/account/security/factors/<factor_id>/rename")
@requires(Permission.ACCOUNT_SELF)
def rename_factor(factor_id: str) -> Response:
    """Call a second factor otherwise."""
    form = FactorNameForm()
    actor = current_actor()
    status = submitted(
        form,
        lambda session: services.rename_factor(session, factor_id, form.name.data or "", actor=actor, now=utcnow()),
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _page(renamed=(factor_id, form), status=status)
    flash(_("The new name is saved."), "success")
    return redirect(url_for("accounts.security"), status)


@bp.post("/account/security/factors/<factor_id>/remove")
@requires(Permission.ACCOUNT_SELF, fresh=True)
def remove_factor(factor_id: str) -> Response:
    """Remove a second factor, and sign one's other browsers out."""
    with transaction() as session:
        services.remove_factor(session, factor_id, actor=current_actor(), now=utcnow())
        opened = guard.renew_session(session, now=utcnow())
    flash(_("The second factor is removed. Your other browsers are signed out."), "success")
    return _kept(redirect(url_for("accounts.security"), HTTPStatus.SEE_OTHER), opened)


@bp.post("/account/security/recovery-codes")
@requires(Permission.ACCOUNT_SELF, fresh=True)
def issue_recovery_codes() -> Response:
    """Replace the recovery codes, and show the new ones this once."""
    with transaction() as session:
        codes = services.issue_recovery_codes(session, key=application_key(), actor=current_actor(), now=utcnow())
    return _codes_page(codes)


def _next_argument() -> str | None:
    next_path = local_path(request.args.get("next"), "")
    return next_path or None


def _added(added: Added, opened: OpenedSession) -> Response:
    """Go on where the person came from, past the recovery codes if there are new ones."""
    if added.recovery_codes:
        return _kept(_codes_page(added.recovery_codes), opened)
    flash(_("The second factor is added. Your other browsers are signed out."), "success")
    return _kept(redirect(_next_argument() or url_for("accounts.security"), HTTPStatus.SEE_OTHER), opened)


def _kept(response: Response, opened: OpenedSession) -> Response:
    guard.keep_signed_in(response, opened)
    return response


def _codes_page(codes: list[str]) -> FlaskResponse:
    page = render_template(
        "accounts/recovery_codes.html", codes=codes, next_path=_next_argument() or url_for("accounts.security")
    )
    response = make_response(page, HTTPStatus.CREATED)
    response.headers["Cache-Control"] = "no-store"
    return response


def _app_page(factor_id: str, form: AppCodeForm, status: HTTPStatus = HTTPStatus.OK) -> Response:
    actor, key = current_actor(), application_key()
    factor = services.waiting_app(db.session(), factor_id, actor=actor, now=utcnow())
    account = account_by_id(db.session(), actor.id)
    address = services.app_address(key, factor, account, current_app.config["SETTINGS"].site_name)
    page = render_template(
        "accounts/app.html",
        form=form,
        factor=factor,
        address=address,
        picture=qr_code(address),
        secret=services.app_secret(key, factor.id),
        action=url_for("accounts.confirm_app", factor_id=factor.id, next=_next_argument()),
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _password_page(form: PasswordForm, status: HTTPStatus = HTTPStatus.OK) -> Response:
    session, actor = db.session(), current_actor()
    has_factor = bool(second_factors_of(session, actor.id))
    page = render_template(
        "accounts/password.html",
        form=form,
        account=account_by_id(session, actor.id),
        has_password=password_of(session, actor.id) is not None,
        asks_old=actor.needs_step_up,
        least=PASSWORD_WITH_FACTOR if has_factor else PASSWORD_ALONE,
    )
    return make_response(page, status)


def _page(
    *,
    app_form: FactorNameForm | None = None,
    passkey_form: FactorNameForm | None = None,
    renamed: tuple[str, FactorNameForm] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    session, actor = db.session(), current_actor()
    settings = current_app.config["SETTINGS"]
    factors = second_factors_of(session, actor.id)
    page = render_template(
        "accounts/security.html",
        account=account_by_id(session, actor.id),
        password=password_of(session, actor.id),
        is_password_locked=usable_password_of(session, actor.id) is None,
        factor_kind_name=factor_kind_name,
        factors=[(factor, _name_form(factor.id, factor.name, renamed)) for factor in factors],
        codes_left=count_recovery_codes(session, actor.id),
        app_form=app_form or FactorNameForm(formdata=None, data={"name": _("App on my phone")}),
        passkey_form=passkey_form or FactorNameForm(formdata=None, data={"name": _("My passkey")}),
        passkeys_here=relying_party(settings.base_url, settings.site_name) is not None,
        next_argument=_next_argument(),
        faults=[form for form in (app_form, passkey_form, renamed[1] if renamed else None) if form is not None],
    )
    return make_response(page, status)


def _name_form(factor_id: str, name: str, renamed: tuple[str, FactorNameForm] | None) -> FactorNameForm:
    if renamed is not None and renamed[0] == factor_id:
        return renamed[1]
    return FactorNameForm(formdata=None, data={"name": name})
