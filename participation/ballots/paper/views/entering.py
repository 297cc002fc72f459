"""Typing sheets in: find one, type what stands on it, compare what two people read. Everything goes by keyboard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from participation.ballots.frozen import wording_of
from participation.ballots.guard import key_store
from participation.ballots.models import Option
from participation.ballots.paper import services
from participation.ballots.paper.forms import VALUE, FindSheetForm, read_typed
from participation.ballots.paper.queries import (
    SheetInHand,
    can_be_typed,
    find_sheet,
    paper_figures,
    sheet_at,
    sheet_in_hand,
    sheets_page,
)
from participation.ballots.paper.rules import REASONS_OF_TYPISTS, TYPISTS, SheetState
from participation.ballots.paper.sentences import how_to_type_in, reason_in_words
from participation.ballots.paper.services import Outcome
from participation.ballots.paper.views.blueprint import bp, unkept
from participation.ballots.queries import limits_of, options_of, voting_task_of
from participation.core.errors import Conflict, DomainError, Faults, Forbidden, Invalid, NotFound
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.rounds.models import Round
from participation.rounds.views.blueprint import round_to_manage
from participation.tally.kinds import READINGS, BallotKind
from participation.texts.queries import Wording
from participation.web.errors import show_in_form, words_for
from participation.web.guard import current_actor, requires
from participation.web.locale import reader_languages
from participation.web.pagination import MAX_PER_PAGE

SHEET: Final = "/<int:batch>/<int:number>"
LARGEST_REVISION: Final = 9


@dataclass(frozen=True, slots=True)
class Line:
    """An option on the form: its number, its title, and what was typed beside it."""

    number: int
    title: Wording
    typed: str


@bp.get("/type")
@requires(Permission.PAPER_ENTER)
def find(slug: str) -> Response:
    """Ask which sheet is typed in next."""
    return _find_page(round_to_manage(slug, Permission.PAPER_ENTER), FindSheetForm(formdata=None), HTTPStatus.OK)


@bp.post("/type")
@requires(Permission.PAPER_ENTER)
def found(slug: str) -> Response:
    """Lead to the sheet with a number or a mark; a POST, so that no mark stands in an address."""
    round_ = round_to_manage(slug, Permission.PAPER_ENTER)
    form = FindSheetForm()
    if not form.validate():
        return _find_page(round_, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        sheet = find_sheet(db.session(), round_, form.sheet.data or "")
    except (Invalid, NotFound) as refused:
        show_in_form(refused, form)
        return _find_page(round_, form, HTTPStatus(refused.status))
    return redirect(url_for("paper.sheet", slug=slug, batch=sheet.batch, number=sheet.number), HTTPStatus.SEE_OTHER)


@bp.get(SHEET)
@requires(Permission.PAPER_ENTER)
def sheet(slug: str, batch: int, number: int) -> Response:
    """Show the form of a sheet, or where two people read it differently, or why it cannot be typed in."""
    return _sheet_page(round_to_manage(slug, Permission.PAPER_ENTER), batch, number)


@bp.post(SHEET)
@requires(Permission.PAPER_ENTER)
def enter(slug: str, batch: int, number: int) -> Response:
    """Keep what was typed in; the second of two people who read the same casts the sheet."""
    round_ = round_to_manage(slug, Permission.PAPER_ENTER)
    typed = read_typed(_kind(round_), request.form)
    try:
        with transaction() as session:
            outcome = services.enter_sheet(
                session, slug, batch, number, typed, actor=current_actor(), now=utcnow(), keys=key_store()
            )
    except (Invalid, Conflict) as refused:
        return _sheet_page(round_, batch, number, refused)
    return _told(round_, batch, number, outcome)


@bp.post(f"{SHEET}/confirm")
@requires(Permission.PAPER_ENTER)
def confirm(slug: str, batch: int, number: int) -> Response:
    """Take over what the other person read, after a difference."""
    round_ = round_to_manage(slug, Permission.PAPER_ENTER)
    seen = request.form.get("seen", "")
    known = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) <= LARGEST_REVISION else 0
    try:
        with transaction() as session:
            outcome = services.confirm_entry(
                session, slug, batch, number, known, actor=current_actor(), now=utcnow(), keys=key_store()
            )
    except Conflict as refused:
        return _sheet_page(round_, batch, number, refused)
    return _told(round_, batch, number, outcome)


@bp.post(f"{SHEET}/withdraw")
@requires(Permission.PAPER_ENTER)
def withdraw(slug: str, batch: int, number: int) -> Response:
    """Delete what was typed in from a sheet, so that two people begin anew."""
    round_ = round_to_manage(slug, Permission.PAPER_ENTER)
    try:
        with transaction() as session:
            withdrawn = services.withdraw_entries(session, slug, batch, number, actor=current_actor(), now=utcnow())
    except (Conflict, Forbidden) as refused:
        return _sheet_page(round_, batch, number, refused)
    flash(_("What was typed in from sheet %(sheet)s is deleted.", sheet=withdrawn.address), "success")
    return redirect(url_for("paper.find", slug=slug), HTTPStatus.SEE_OTHER)


def _find_page(round_: Round, form: FindSheetForm, status: HTTPStatus) -> Response:
    session = db.session()
    waiting = sheets_page(session, round_.id, SheetState.RECEIVED, actor=current_actor(), page=1, per_page=MAX_PER_PAGE)
    page = render_template(
        "ballots/paper/find.html",
        round=round_,
        process=round_.process,
        form=form,
        can_type=can_be_typed(session, round_),
        figures=paper_figures(session, round_.id),
        waiting=[one for one in waiting.items if one.waits_for_me],
        typists=TYPISTS,
    )
    return unkept(page, status)


def _sheet_page(round_: Round, batch: int, number: int, refused: DomainError | None = None) -> Response:
    session = db.session()
    voting_task_of(round_)
    options = options_of(session, round_.id)
    in_hand = sheet_in_hand(
        session, round_, sheet_at(session, round_.id, batch, number), options, key_store(), actor=current_actor()
    )
    faults = list(refused.faults) if isinstance(refused, Faults) else [refused] if refused else []
    kind = _kind(round_)
    page = render_template(
        "ballots/paper/sheet.html",
        round=round_,
        process=round_.process,
        sheet=in_hand.sheet,
        hand=in_hand,
        can_type=can_be_typed(session, round_),
        form_shown=_shows_form(in_hand),
        kind=kind,
        carries_values=READINGS[kind].carries_values,
        limits=limits_of(round_),
        how=how_to_type_in(kind),
        lines=_lines(options, round_),
        titles=_titles(options, round_),
        typed=request.form,
        faults=[(words_for(fault), _anchor(fault)) for fault in faults],
        faulty={fault.field: words_for(fault) for fault in faults},
        reasons=[(reason.value, reason_in_words(reason)) for reason in REASONS_OF_TYPISTS],
    )
    return unkept(page, refused.status if refused else HTTPStatus.OK)


def _shows_form(in_hand: SheetInHand) -> bool:
    """Say whether the asker can type this sheet in: as one of two, or to correct their own entry."""
    if in_hand.sheet.state is not SheetState.RECEIVED:
        return False
    return in_hand.is_mine if in_hand.people == TYPISTS else not in_hand.is_mine


def _lines(options: Sequence[Option], round_: Round) -> list[Line]:
    titles = _titles(options, round_)
    return [
        Line(option.position, titles[option.position], request.form.get(f"{VALUE}{option.position}", ""))
        for option in options
    ]


def _titles(options: Sequence[Option], round_: Round) -> Mapping[int, Wording]:
    languages = reader_languages(round_.process.default_language)
    return {option.position: wording_of(option.content["title"], languages) for option in options}


def _anchor(fault: DomainError) -> str:
    return fault.field if fault.field and fault.field != "content" else "main"


def _kind(round_: Round) -> BallotKind:
    return round_.ballot_kind or BallotKind.RANKING


def _told(round_: Round, batch: int, number: int, outcome: Outcome) -> Response:
    """Say what became of the sheet, and lead on to the next one; a difference is cleared up at once."""
    named = f"{batch}/{number}"
    if outcome is Outcome.DIFFERS:
        flash(_("Two people have typed in sheet %(sheet)s, and they read it differently.", sheet=named), "warning")
        address = url_for("paper.sheet", slug=round_.slug, batch=batch, number=number)
        return redirect(address, HTTPStatus.SEE_OTHER)
    if outcome is Outcome.SET_ASIDE:
        reason = sheet_at(db.session(), round_.id, batch, number).reason
        why = reason_in_words(reason) if reason else ""
        flash(_("Sheet %(sheet)s is set aside and not counted. %(reason)s.", sheet=named, reason=why), "warning")
    elif outcome is Outcome.CAST:
        flash(_("Both read sheet %(sheet)s alike: it is in the box.", sheet=named), "success")
    else:
        flash(_("Sheet %(sheet)s is kept. A second person types it in next.", sheet=named), "success")
    return redirect(url_for("paper.find", slug=round_.slug), HTTPStatus.SEE_OTHER)
