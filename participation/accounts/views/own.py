"""What is one's own: name, language, signed-in browsers, tokens of programs."""

from datetime import UTC, date, datetime, time
from http import HTTPStatus

from flask import Response as FlaskResponse
from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from participation.accounts import guard, services
from participation.accounts.forms import AccountForm, TokenForm
from participation.accounts.messages import permission_name
from participation.accounts.models import Account
from participation.accounts.queries import account_by_id, identities_of, sessions_of, tokens_of
from participation.accounts.services import IssuedToken
from participation.accounts.views.blueprint import bp
from participation.core.errors import Invalid
from participation.core.ids import fingerprint
from participation.core.languages import INTERFACE_TAGS, LANGUAGES
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.web.errors import show_in_form
from participation.web.guard import current_actor, requires
from participation.web.locale import remember_language


@bp.get("/account")
@requires(Permission.ACCOUNT_SELF)
def show() -> FlaskResponse:
    """Show what is kept about oneself and what one may end."""
    return _page(_account_form(), _token_form(bound=False))


@bp.post("/account")
@requires(Permission.ACCOUNT_SELF)
def edit() -> Response:
    """Change name and language."""
    form = _account_form()
    if not form.validate():
        return _page(form, _token_form(bound=False), HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with transaction() as session:
            services.edit_account(
                session,
                display_name=form.display_name.data or "",
                language=form.language.data,
                wants_reminders=form.wants_reminders.data,
                actor=current_actor(),
                now=utcnow(),
            )
    except Invalid as error:
        show_in_form(error, form)
        return _page(form, _token_form(bound=False), HTTPStatus.UNPROCESSABLE_ENTITY)
    flash(_("Your details are saved."), "success")
    response = make_response(redirect(url_for("accounts.show"), HTTPStatus.SEE_OTHER))
    remember_language(response, form.language.data)
    return response


@bp.post("/account/sessions/<public_id>/revoke")
@requires(Permission.ACCOUNT_SELF)
def revoke_session(public_id: str) -> Response:
    """Sign another browser out."""
    with transaction() as session:
        services.revoke_session(session, public_id, actor=current_actor(), now=utcnow())
    flash(_("That browser is signed out."), "success")
    return redirect(url_for("accounts.show"), HTTPStatus.SEE_OTHER)


@bp.post("/account/tokens")
@requires(Permission.TOKEN_MANAGE, fresh=True)
def create_token() -> Response:
    """Create a token and show it this once."""
    form = _token_form(bound=True)
    if not form.validate():
        return _page(_account_form(bound=False), form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with transaction() as session:
            issued = services.create_token(
                session,
                current_actor().id,
                name=form.name.data or "",
                scopes=form.scopes.data or [],
                expires_at=datetime.combine(form.expires_on.data or date.min, time.max, UTC),
                actor=current_actor(),
                now=utcnow(),
            )
    except Invalid as error:
        show_in_form(error, form, expires_at="expires_on")
        return _page(_account_form(bound=False), form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _page(_account_form(bound=False), _token_form(bound=False), HTTPStatus.CREATED, issued)


@bp.post("/account/tokens/<token_id>/revoke")
@requires(Permission.TOKEN_MANAGE)
def revoke_token(token_id: str) -> Response:
    """Make a token useless."""
    with transaction() as session:
        services.revoke_token(session, token_id, actor=current_actor(), now=utcnow())
    flash(_("The token is revoked."), "success")
    return redirect(url_for("accounts.show"), HTTPStatus.SEE_OTHER)


def _account_form(*, bound: bool = True) -> AccountForm:
    account = account_by_id(db.session(), current_actor().id)
    posted = request.form if bound and request.method == "POST" else None
    form = AccountForm(posted, data=_kept_about(account))
    form.language.choices = [(tag, LANGUAGES[tag].own_name) for tag in INTERFACE_TAGS]
    return form


def _kept_about(account: Account) -> dict[str, object]:
    return {
        "display_name": account.display_name,
        "language": account.language,
        "wants_reminders": account.wants_reminders,
    }


def _token_form(*, bound: bool) -> TokenForm:
    form = TokenForm(request.form if bound else None)
    form.scopes.choices = [(scope.value, permission_name(scope)) for scope in services.scopes_to_allow(current_actor())]
    return form


def _page(
    account_form: AccountForm,
    token_form: TokenForm,
    status: HTTPStatus = HTTPStatus.OK,
    issued: IssuedToken | None = None,
) -> FlaskResponse:
    session, actor, now = db.session(), current_actor(), utcnow()
    response = make_response(
        render_template(
            "accounts/account.html",
            account=account_by_id(session, actor.id),
            account_form=account_form,
            token_form=token_form,
            sessions=sessions_of(session, actor.id, now),
            here=fingerprint(request.cookies.get(guard.session_cookie(), "")),
            tokens=tokens_of(session, actor.id),
            identities=identities_of(session, actor.id),
            permission_name=permission_name,
            issued=issued,
            now=now,
        ),
        status,
    )
    if issued is not None:  # the token stands on the page this once
        response.headers["Cache-Control"] = "no-store"
    return response
