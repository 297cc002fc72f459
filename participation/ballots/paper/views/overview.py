"""How far the sheets of a round are; making them; setting some aside."""

from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from participation.ballots.paper import services
from participation.ballots.paper.forms import IssueSheetsForm, PrintSheetsForm, SetAsideForm
from participation.ballots.paper.queries import can_be_typed, paper_figures, sheets_page, takes_sheets_now
from participation.ballots.paper.rules import REASONS_OF_ONE, TAKEN_UP_AGAIN, SheetState
from participation.ballots.paper.sentences import reason_in_words
from participation.ballots.paper.views.blueprint import bp
from participation.ballots.queries import turnout
from participation.core.errors import Conflict
from participation.core.languages import interface_languages
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.rounds.models import Round
from participation.rounds.queries import batches_of
from participation.rounds.rules import TAKES_CODES, BatchKind
from participation.rounds.views.blueprint import round_to_manage
from participation.web.errors import words_for
from participation.web.forms import submitted
from participation.web.guard import current_actor, requires
from participation.web.pagination import MAX_PER_PAGE
from participation.web.secret import application_key

Page = tuple[str, int]


@bp.get("")
@requires(Permission.PAPER_ENTER)
def overview(slug: str) -> Page:
    """Show how far the sheets are: printed, received, typed in, cast, set aside; never what stands on one."""
    return _page(round_to_manage(slug, Permission.PAPER_ENTER), HTTPStatus.OK)


@bp.post("/sheets")
@requires(Permission.CODE_PRINT, fresh=True)
def issue(slug: str) -> Page | Response:
    """Make a batch of sheets."""
    round_ = round_to_manage(slug, Permission.CODE_PRINT)
    form = IssueSheetsForm()
    status = submitted(
        form,
        lambda session: services.issue_sheets(
            session,
            slug,
            form.count.data or 0,
            form.label.data or "",
            application_key(),
            actor=current_actor(),
            now=utcnow(),
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _page(round_, status, issuing=form)
    flash(_("The sheets are made. They can be printed as soon as the round is open."), "success")
    return _back(slug)


@bp.post("/set-aside")
@requires(Permission.ROUND_CONCLUDE)
def set_aside(slug: str) -> Page | Response:
    """Leave received sheets uncounted that cannot be typed in, with a reason."""
    round_ = round_to_manage(slug, Permission.ROUND_CONCLUDE)
    form = _aside_form()
    status = submitted(
        form,
        lambda session: services.set_aside(
            session, slug, form.chosen(), form.reason.data or "", actor=current_actor(), now=utcnow()
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _page(round_, status, setting_aside=form)
    sheets = len(form.chosen())
    flash(ngettext("%(num)s sheet was set aside.", "%(num)s sheets were set aside.", sheets), "success")
    return _back(slug)


@bp.post("/<int:batch>/<int:number>/take-up")
@requires(Permission.ROUND_CONCLUDE)
def take_up(slug: str, batch: int, number: int) -> Response:
    """Let a sheet wait again that was set aside."""
    round_to_manage(slug, Permission.ROUND_CONCLUDE)
    try:
        with transaction() as session:
            sheet = services.take_up_again(session, slug, batch, number, actor=current_actor(), now=utcnow())
        flash(_("Sheet %(sheet)s waits to be typed in again.", sheet=sheet.address), "success")
    except Conflict as refused:
        flash(words_for(refused), "error")
    return _back(slug)


def _page(
    round_: Round,
    status: HTTPStatus,
    *,
    issuing: IssueSheetsForm | None = None,
    setting_aside: SetAsideForm | None = None,
) -> Page:
    session, actor, now = db.session(), current_actor(), utcnow()
    listed = {
        state: sheets_page(session, round_.id, state, actor=actor, page=1, per_page=MAX_PER_PAGE)
        for state in (SheetState.RECEIVED, SheetState.SET_ASIDE)
    }
    printing = PrintSheetsForm(formdata=None)
    printing.languages.choices = interface_languages(round_.process.languages)
    page = render_template(
        "ballots/paper/overview.html",
        round=round_,
        process=round_.process,
        now=now,
        figures=paper_figures(session, round_.id),
        turnout=turnout(session, round_),
        gives_sheets=round_.eligibility in TAKES_CODES[BatchKind.SHEETS] and round_.voting_task is not None,
        takes_sheets=takes_sheets_now(round_, now),
        can_type=can_be_typed(session, round_),
        batches=batches_of(session, round_.id, BatchKind.SHEETS),
        issuing=issuing or IssueSheetsForm(formdata=None),
        setting_aside=setting_aside or _aside_form(empty=True),
        printing=printing,
        waiting=listed[SheetState.RECEIVED],
        aside=listed[SheetState.SET_ASIDE],
        taken_up_again=TAKEN_UP_AGAIN,
    )
    return page, status


def _aside_form(*, empty: bool = False) -> SetAsideForm:
    form = SetAsideForm(formdata=None) if empty else SetAsideForm()
    # Nothing is chosen beforehand: a reason that nobody meant would stand in the record and the result.
    reasons = [(reason.value, reason_in_words(reason)) for reason in REASONS_OF_ONE]
    form.reason.choices = [("", _("Please choose one of the reasons.")), *reasons]
    return form


def _back(slug: str) -> Response:
    return redirect(url_for("paper.overview", slug=slug), HTTPStatus.SEE_OTHER)
