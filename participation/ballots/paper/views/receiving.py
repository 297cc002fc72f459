"""Noting sheets as received: a field for a scanner that types like a keyboard, or for a person who types."""

from http import HTTPStatus

from flask import render_template
from werkzeug.wrappers import Response

from participation.ballots.paper import services
from participation.ballots.paper.forms import ReceiveForm
from participation.ballots.paper.queries import paper_figures, takes_sheets_now
from participation.ballots.paper.services import Noted
from participation.ballots.paper.views.blueprint import bp, unkept
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db
from participation.rounds.models import Round
from participation.rounds.views.blueprint import round_to_manage
from participation.web.errors import words_for
from participation.web.forms import submitted
from participation.web.guard import current_actor, requires


@bp.get("/receive")
@requires(Permission.PAPER_ENTER)
def receive(slug: str) -> Response:
    """Ask for the marks of the sheets that were handed in."""
    round_ = round_to_manage(slug, Permission.PAPER_ENTER)
    return _page(round_, ReceiveForm(formdata=None), [], HTTPStatus.OK)


@bp.post("/receive")
@requires(Permission.PAPER_ENTER)
def note_received(slug: str) -> Response:
    """Note the sheets that are right; lines that are not stay in the field, each with its reason."""
    round_ = round_to_manage(slug, Permission.PAPER_ENTER)
    form, noted = ReceiveForm(), list[Noted]()
    lines = (form.sheets.data or "").splitlines()
    status = submitted(
        form,
        lambda session: noted.extend(
            services.receive_sheets(session, slug, lines, actor=current_actor(), now=utcnow())
        ),
    )
    faulty = [one for one in noted if one.fault is not None]
    if status is HTTPStatus.SEE_OTHER:
        form.sheets.data = "\n".join(one.typed for one in faulty)
        form.sheets.raw_data = [form.sheets.data]
        status = HTTPStatus.UNPROCESSABLE_ENTITY if faulty else HTTPStatus.OK
    return _page(round_, form, noted, status)


def _page(round_: Round, form: ReceiveForm, noted: list[Noted], status: HTTPStatus) -> Response:
    now = utcnow()
    page = render_template(
        "ballots/paper/receive.html",
        round=round_,
        process=round_.process,
        form=form,
        new=[one.sheet for one in noted if one.sheet and not one.was_noted],
        again=[one.sheet for one in noted if one.was_noted],
        faulty=[(one.line, one.typed, words_for(one.fault)) for one in noted if one.fault is not None],
        figures=paper_figures(db.session(), round_.id),
        takes_sheets=takes_sheets_now(round_, now),
    )
    return unkept(page, status)
