"""Somebody deletes their account: first what follows from it, then the address typed once more."""

from http import HTTPStatus

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from participation.accounts.guard import forget_signed_in
from participation.accounts.queries import account_by_id
from participation.ballots.guard import key_store
from participation.core.errors import Conflict, Invalid, Unavailable
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.privacy.forms import EraseForm
from participation.privacy.messages import what_goes, what_stays
from participation.privacy.queries import consequences_for
from participation.privacy.services import erase_person
from participation.web.errors import show_in_form
from participation.web.guard import current_actor, requires

bp = Blueprint("privacy", __name__)


@bp.get("/account/delete")
@requires(Permission.ACCOUNT_SELF)
def ask() -> Response:
    """Say what would follow, and ask."""
    return _page(EraseForm(formdata=None))


@bp.post("/account/delete")
@requires(Permission.ACCOUNT_SELF)
def erase() -> Response:
    """Delete the account, and sign out."""
    form = EraseForm()
    if not form.validate():
        return _page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    actor = current_actor()
    try:
        with transaction() as session:
            erase_person(
                session, actor.id, confirmed_by=form.email.data or "", actor=actor, now=utcnow(), keys=key_store()
            )
    except (Conflict, Invalid, Unavailable) as refused:
        show_in_form(refused, form)
        return _page(form, HTTPStatus(refused.status))
    flash(_("Your account is deleted."), "success")
    response = redirect(url_for("site.start"), HTTPStatus.SEE_OTHER)
    forget_signed_in(response)
    return response


def _page(form: EraseForm, status: HTTPStatus = HTTPStatus.OK) -> Response:
    session = db.session()
    account = account_by_id(session, current_actor().id)
    found = consequences_for(session, account)
    page = render_template(
        "privacy/erase.html",
        account=account,
        form=form,
        goes=what_goes(found),
        stays=what_stays(found),
        voted_in=found.voted_in,
    )
    return make_response(page, status)
