"""Somebody sees what is stored about them, or deletes it: first what follows, then the address typed once more."""

import json
from http import HTTPStatus
from typing import Final

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, url_for
from flask import Response as FlaskResponse
from flask_babel import gettext as _
from markupsafe import Markup
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
from participation.privacy.queries import consequences_for, stored_about
from participation.privacy.rules import document
from participation.privacy.services import erase_person
from participation.privacy.wording import field_name, holding_name, shown
from participation.storage.holdings import Row
from participation.web.errors import show_in_form
from participation.web.guard import current_actor, requires

bp = Blueprint("privacy", __name__)

_EMPTY: Final[tuple[object, ...]] = (None, "", [], {})
_SHOWN: Final = 10
"""How many of a kind the page shows; the file has all."""


@bp.get("/account/stored")
@requires(Permission.ACCOUNT_SELF)
def stored() -> str:
    """Show what is stored about oneself."""
    found = stored_about(db.session(), current_actor().id)
    sections = [
        (holding_name(name), len(rows), [_in_words(row) for row in rows[:_SHOWN]]) for name, rows in found.items()
    ]
    return render_template("privacy/stored.html", sections=sections)


@bp.get("/account/stored.json")
@requires(Permission.ACCOUNT_SELF, fresh_with_role=True)
def download_stored() -> FlaskResponse:
    """Give what is stored about oneself as a file."""
    account_id, now = current_actor().id, utcnow()
    site = current_app.config["SETTINGS"].site_name
    found = document(account_id, stored_about(db.session(), account_id), site=site, now=now)
    response = FlaskResponse(json.dumps(found, ensure_ascii=False, indent=2) + "\n", mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="stored-{now:%Y-%m-%d}.json"'
    return response


@bp.get("/account/delete")
@requires(Permission.ACCOUNT_SELF)
def ask() -> Response:
    """Say what would follow, and ask."""
    return _page(EraseForm(formdata=None))


@bp.post("/account/delete")
@requires(Permission.ACCOUNT_SELF, fresh_with_role=True)
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


def _in_words(row: Row) -> list[tuple[str, Markup]]:
    """Return name and value of each field that says something."""
    return [(field_name(name), shown(name, value)) for name, value in row.items() if value not in _EMPTY]


def _page(form: EraseForm, status: HTTPStatus = HTTPStatus.OK) -> Response:
    session = db.session()
    account = account_by_id(session, current_actor().id)
    found = consequences_for(session, account, utcnow())
    page = render_template(
        "privacy/erase.html",
        account=account,
        form=form,
        goes=what_goes(found),
        stays=what_stays(found),
        voted_in=found.voted_in,
    )
    return make_response(page, status)
