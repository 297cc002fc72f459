"""Administrators see accounts, close them, and give roles that hold everywhere."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from participation.accounts import services
from participation.accounts.forms import GrantForm
from participation.accounts.messages import role_name
from participation.accounts.queries import accounts_page, accounts_with_factors, people_with_roles
from participation.accounts.services import roles_to_give
from participation.accounts.views.blueprint import bp
from participation.core.errors import NotFound
from participation.core.permissions import Permission, Role
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.web.forms import submitted
from participation.web.guard import current_actor, requires
from participation.web.locale import current_language
from participation.web.pagination import PER_PAGE, asked_page, page_links

Page = tuple[str, int]


@bp.get("/manage/accounts")
@requires(Permission.ACCOUNT_MANAGE, everywhere=True)
def accounts() -> Page:
    """Show accounts."""
    return _page(_form(), HTTPStatus.OK)


@bp.post("/manage/accounts/roles")
@requires(Permission.ACCOUNT_MANAGE, everywhere=True, fresh=True)
def grant_role_everywhere() -> Page | Response:
    """Give somebody a role in all processes."""
    form = _form()

    def grant(session: Session) -> None:
        actor, now = current_actor(), utcnow()
        account = services.find_or_create_account(
            session,
            form.email.data or "",
            display_name=form.display_name.data or "",
            language=current_language().tag,
            process_id=None,
            actor=actor,
            now=now,
        )
        services.grant_role(session, account.id, Role(form.role.data), None, actor=actor, now=now)

    status = submitted(form, grant)
    if status is not HTTPStatus.SEE_OTHER:
        return _page(form, status)
    flash(_("The role is given."), "success")
    return redirect(url_for("accounts.accounts"), status)


@bp.post("/manage/accounts/<account_id>/roles/<role>/revoke")
@requires(Permission.ACCOUNT_MANAGE, everywhere=True, fresh=True)
def revoke_role_everywhere(account_id: str, role: str) -> Response:
    """Take a role away that holds in all processes."""
    if role not in {known.value for known in Role}:
        raise NotFound("no_such_grant")
    with transaction() as session:
        services.revoke_role(session, account_id, Role(role), None, actor=current_actor(), now=utcnow())
    flash(_("The role is taken away."), "success")
    return redirect(url_for("accounts.accounts"), HTTPStatus.SEE_OTHER)


@bp.post("/manage/accounts/<account_id>/disable")
@requires(Permission.ACCOUNT_MANAGE, everywhere=True, fresh=True)
def disable_account(account_id: str) -> Response:
    """Close an account."""
    with transaction() as session:
        services.disable_account(session, account_id, actor=current_actor(), now=utcnow())
    flash(_("The account is closed. Its sessions and tokens open nothing any more."), "success")
    return redirect(url_for("accounts.accounts"), HTTPStatus.SEE_OTHER)


@bp.post("/manage/accounts/<account_id>/enable")
@requires(Permission.ACCOUNT_MANAGE, everywhere=True)
def enable_account(account_id: str) -> Response:
    """Open an account again."""
    with transaction() as session:
        services.enable_account(session, account_id, actor=current_actor(), now=utcnow())
    flash(_("The account is open again."), "success")
    return redirect(url_for("accounts.accounts"), HTTPStatus.SEE_OTHER)


@bp.post("/manage/accounts/<account_id>/second-factors/reset")
@requires(Permission.ACCOUNT_MANAGE, everywhere=True, fresh=True)
def reset_factors(account_id: str) -> Response:
    """Take away the second factors that somebody has lost."""
    with transaction() as session:
        services.reset_factors(session, account_id, actor=current_actor(), now=utcnow())
    flash(
        _("The second factors are reset. The person is told by mail, signs in by mail and sets up a new one."),
        "success",
    )
    return redirect(url_for("accounts.accounts"), HTTPStatus.SEE_OTHER)


def _form() -> GrantForm:
    form = GrantForm()
    form.role.choices = [(role.value, role_name(role)) for role in roles_to_give(current_actor(), None)]
    return form


def _page(form: GrantForm, status: int) -> Page:
    search = request.args.get("search", "")[:100]
    page = accounts_page(db.session(), search, page=asked_page(), per_page=PER_PAGE)
    shown = render_template(
        "accounts/accounts.html",
        listed=page,
        search=search,
        href_for=page_links(),
        with_factors=accounts_with_factors(db.session(), [account.id for account in page.items]),
        everywhere=people_with_roles(db.session(), None),
        form=form,
        role_name=role_name,
    )
    return shown, status
