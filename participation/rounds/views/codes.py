"""Officials issue, print and revoke participation codes, and say until when they hold."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from participation.core.errors import Conflict
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.rounds import services
from participation.rounds.forms import ExpiryForm, IssueCodesForm, RevokeCardForm
from participation.rounds.pages import CodesForms, cards_form, cards_page, codes_page
from participation.rounds.queries import batch_by_number
from participation.rounds.rules import BatchKind
from participation.rounds.views.blueprint import bp, round_to_manage
from participation.web.errors import words_for
from participation.web.forms import submitted
from participation.web.guard import current_actor, requires
from participation.web.secret import application_key

Page = tuple[str, int]

_PAGE_OF: Final[Mapping[BatchKind, str]] = {BatchKind.CARDS: "rounds.codes", BatchKind.SHEETS: "paper.overview"}
"""Where the batches of each kind are shown."""


@bp.get("/manage/rounds/<slug>/codes")
@requires(Permission.CODE_PRINT)
def codes(slug: str) -> Page:
    """Show the batches of a round; never who holds which code, since nobody knows."""
    round_ = round_to_manage(slug, Permission.CODE_PRINT)
    return codes_page(round_, CodesForms(), HTTPStatus.OK)


@bp.post("/manage/rounds/<slug>/codes")
@requires(Permission.CODE_PRINT, fresh=True)
def issue_codes(slug: str) -> Page | Response:
    """Make a batch."""
    round_ = round_to_manage(slug, Permission.CODE_PRINT)
    form = IssueCodesForm()
    status = submitted(
        form,
        lambda session: services.issue_codes(
            session,
            round_,
            form.count.data or 0,
            form.label.data or "",
            application_key(),
            last_day=form.last_day.data,
            actor=current_actor(),
            now=utcnow(),
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        return codes_page(round_, CodesForms(issuing=form), status)
    flash(_("The codes are made. Print their cards now or later."), "success")
    return redirect(url_for("rounds.codes", slug=slug), status)


@bp.post("/manage/rounds/<slug>/codes/<int:number>/cards")
@requires(Permission.CODE_PRINT, fresh=True)
def print_cards(slug: str, number: int) -> Response | Page:
    """Show the cards of a batch for printing; a POST, because it is recorded who saw the codes."""
    round_ = round_to_manage(slug, Permission.CODE_PRINT)
    form = cards_form(round_)
    issued: list[tuple[int, str]] = []
    status = submitted(
        form,
        lambda session: issued.extend(
            services.print_codes(
                session,
                round_,
                number,
                application_key(),
                languages=form.languages.data or (),
                card=form.card.in_batch(number),
                reason=form.reason.data or "",
                actor=current_actor(),
                now=utcnow(),
            )
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        return codes_page(round_, CodesForms(printing=form, batch_number=number), status)
    batch = batch_by_number(db.session(), round_, number)
    return cards_page(round_, batch, issued, form.languages.data or (), form.size.data)


@bp.post("/manage/rounds/<slug>/codes/<int:number>/last-day")
@requires(Permission.CODE_PRINT)
def let_expire(slug: str, number: int) -> Response | Page:
    """Say on which day the codes of a batch are good for the last time; an empty day, until the round ends."""
    round_ = round_to_manage(slug, Permission.CODE_PRINT)
    form = ExpiryForm()
    status = submitted(
        form,
        lambda session: services.let_expire(
            session, round_, number, form.last_day.data, actor=current_actor(), now=utcnow()
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        return codes_page(round_, CodesForms(expiry=form, batch_number=number), status)
    flash(_("The last day of these codes is saved."), "success")
    return redirect(url_for("rounds.codes", slug=slug), status)


@bp.post("/manage/rounds/<slug>/codes/<int:number>/revoke")
@requires(Permission.CODE_PRINT)
def revoke_batch(slug: str, number: int) -> Response:
    """Make a batch invalid."""
    round_ = round_to_manage(slug, Permission.CODE_PRINT)
    try:
        with transaction() as session:
            services.revoke_batch(session, round_, number, actor=current_actor(), now=utcnow())
    except Conflict as refused:
        flash(words_for(refused), "error")
    else:
        flash(_("The codes of this batch are invalid now."), "success")
    kind = batch_by_number(db.session(), round_, number).kind
    return redirect(url_for(_PAGE_OF[kind], slug=slug), HTTPStatus.SEE_OTHER)


@bp.post("/manage/rounds/<slug>/codes/<int:number>/revoke-card")
@requires(Permission.CODE_PRINT)
def revoke_card(slug: str, number: int) -> Response | Page:
    """Make the code of one card invalid."""
    round_ = round_to_manage(slug, Permission.CODE_PRINT)
    form = RevokeCardForm()
    status = submitted(
        form,
        lambda session: services.revoke_code(
            session, round_, number, form.number.in_batch(number) or 0, actor=current_actor(), now=utcnow()
        ),
    )
    kind = batch_by_number(db.session(), round_, number).kind
    if status is not HTTPStatus.SEE_OTHER and kind is BatchKind.CARDS:
        return codes_page(round_, CodesForms(revoking=form, batch_number=number), status)
    if status is HTTPStatus.SEE_OTHER:
        flash(_("The code of this card is invalid now."), "success")
    else:
        flash(next(iter([*form.form_errors, *form.number.errors])), "error")
    return redirect(url_for(_PAGE_OF[kind], slug=slug), HTTPStatus.SEE_OTHER)
