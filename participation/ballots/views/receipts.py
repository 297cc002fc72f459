"""What everybody may read: a frozen option, and what a receipt stands for."""

from http import HTTPStatus

from flask import make_response, render_template
from werkzeug.wrappers import Response

from participation.ballots.forms import ReceiptForm
from participation.ballots.frozen import thawed
from participation.ballots.queries import option_by_code, receipt_state
from participation.ballots.views.blueprint import bp
from participation.core.errors import Conflict
from participation.core.permissions import Permission
from participation.extensions import db
from participation.rounds.queries import round_by_slug
from participation.web.errors import show_in_form
from participation.web.guard import requires


@bp.get("/rounds/<slug>/options/<code>")
@requires(Permission.ROUND_READ)
def option(slug: str, code: str) -> str:
    """Show what is voted on as it stood at the opening, with the authors' own words."""
    round_ = round_by_slug(db.session(), slug)
    found = option_by_code(db.session(), round_.id, code)
    return render_template("ballots/option.html", round=round_, option=found, content=found.content, thawed=thawed)


@bp.route("/rounds/<slug>/receipts", methods=["GET", "POST"])
@requires(Permission.ROUND_READ)
def find_receipt(slug: str) -> Response:
    """Say what a receipt stands for. It is sent in the body, so that no address and no log holds it."""
    round_ = round_by_slug(db.session(), slug)
    form, found = ReceiptForm(), None
    status = HTTPStatus.OK
    if form.is_submitted():
        if form.validate():
            try:
                found = receipt_state(db.session(), round_, form.receipt.data or "")
            except Conflict as refused:
                show_in_form(refused, form)
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    response = make_response(render_template("ballots/find_receipt.html", round=round_, form=form, found=found), status)
    response.headers["Cache-Control"] = "no-store"
    return response
