"""Administrators see accounts, close them, and give roles that hold everywhere."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from participation.accounts import services
from participation.accounts.forms import GrantForm
from participation.accounts.messages import role_name
from participation.accounts.queries import accounts_page, accounts_with_factors, invitations_in, people_with_roles
from participation.accounts.views.blueprint import bp
from participation.accounts.views.granting import give, grant_form, what_was_given
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

    status = submitted(form, lambda session: give(session, form, None))
    if status is not HTTPStatus.SEE_OTHER:
        return _page(form, status)
    flash(what_was_given(form), "success")
    return redirect(url_for("accounts.accounts"), status)


@bp.post("/manage/accounts/<account_id>/invite")
@requires(Permission.ACCOUNT_MANAGE, everywhere=True)
def resend_invitation_everywhere(account_id: str) -> Response:
    """Send the mail once more to somebody who has not signed in yet."""
    with transaction() as session:
        services.resend_invitation(session, account_id, None, actor=current_actor(), now=utcnow())
    flash(_("The mail is on its way once more."), "success")
    return redirect(url_for("accounts.accounts"), HTTPStatus.SEE_OTHER)


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
    return grant_form(None, current_language().tag)


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
        invitations=invitations_in(db.session(), None),
        form=form,
        role_name=role_name,
    )
    return shown, status
