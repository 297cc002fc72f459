"""Officials issue, print and revoke participation codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from flask import flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from participation.core.errors import Conflict
from participation.core.languages import Language, interface_languages, reading_order
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.rounds import services
from participation.rounds.codes import grouped
from participation.rounds.forms import CardsForm, IssueCodesForm, RevokeCardForm
from participation.rounds.models import Round
from participation.rounds.queries import batch_by_number, batches_of, codes_in_force
from participation.rounds.rules import BatchKind
from participation.rounds.views.blueprint import bp, round_to_manage
from participation.texts.queries import Wording, wording
from participation.web.errors import words_for
from participation.web.forms import submitted
from participation.web.guard import current_actor, requires
from participation.web.locale import force_language
from participation.web.pictures import qr_code
from participation.web.redirects import absolute_url
from participation.web.rendering import end_in_words
from participation.web.secret import application_key

Page = tuple[str, int]

_PAGE_OF: Final[Mapping[BatchKind, str]] = {BatchKind.CARDS: "rounds.codes", BatchKind.SHEETS: "paper.overview"}
"""Where the batches of each kind are shown."""


@dataclass(frozen=True, slots=True)
class CardWords:
    """What a card says in one language."""

    language: Language
    title: Wording
    instruction: str
    once: str
    until: str


@dataclass(frozen=True, slots=True)
class Card:
    """One card: its number in the batch, the code in groups, and its QR code as SVG."""

    number: int
    code: str
    picture: Markup


@bp.get("/manage/rounds/<slug>/codes")
@requires(Permission.CODE_PRINT)
def codes(slug: str) -> Page:
    """Show the batches of a round; never who holds which code, since nobody knows."""
    round_ = round_to_manage(slug, Permission.CODE_PRINT)
    return _page(round_, IssueCodesForm(formdata=None), HTTPStatus.OK)


@bp.post("/manage/rounds/<slug>/codes")
@requires(Permission.CODE_PRINT)
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
            actor=current_actor(),
            now=utcnow(),
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _page(round_, form, status)
    flash(_("The codes are made. Print their cards now or later."), "success")
    return redirect(url_for("rounds.codes", slug=slug), status)


@bp.post("/manage/rounds/<slug>/codes/<int(max=2147483647):number>/cards")
@requires(Permission.CODE_PRINT)
def print_cards(slug: str, number: int) -> Response | Page:
    """Show the cards of a batch for printing; a POST, because it is recorded who saw the codes."""
    round_ = round_to_manage(slug, Permission.CODE_PRINT)
    form = _cards_form(round_)
    if not form.validate() or not form.languages.data:
        flash(_("Please choose at least one language for the cards."), "error")
        return redirect(url_for("rounds.codes", slug=slug), HTTPStatus.SEE_OTHER)
    with transaction() as session:
        issued = services.print_codes(session, round_, number, application_key(), actor=current_actor(), now=utcnow())
    address = absolute_url("rounds.enter_code")
    response = make_response(
        render_template(
            "rounds/cards.html",
            round=round_,
            process=round_.process,
            number=number,
            words=[_words(round_, tag, address) for tag in form.languages.data],
            cards=[Card(card, grouped(code), qr_code(f"{address}#{code.upper()}")) for card, code in issued],
            address=address,
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/manage/rounds/<slug>/codes/<int(max=2147483647):number>/revoke")
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


@bp.post("/manage/rounds/<slug>/codes/<int(max=2147483647):number>/revoke-card")
@requires(Permission.CODE_PRINT)
def revoke_card(slug: str, number: int) -> Response | Page:
    """Make the code of one card invalid."""
    round_ = round_to_manage(slug, Permission.CODE_PRINT)
    form = RevokeCardForm()
    status = submitted(
        form,
        lambda session: services.revoke_code(
            session, round_, number, form.number.data or 0, actor=current_actor(), now=utcnow()
        ),
    )
    kind = batch_by_number(db.session(), round_, number).kind
    if status is not HTTPStatus.SEE_OTHER and kind is BatchKind.CARDS:
        return _page(round_, IssueCodesForm(formdata=None), status, revoking=form, batch_number=number)
    if status is HTTPStatus.SEE_OTHER:
        flash(_("The code of this card is invalid now."), "success")
    else:
        flash(next(iter([*form.form_errors, *form.number.errors])), "error")
    return redirect(url_for(_PAGE_OF[kind], slug=slug), HTTPStatus.SEE_OTHER)


def _cards_form(round_: Round) -> CardsForm:
    form = CardsForm()
    form.languages.choices = interface_languages(round_.process.languages)
    return form


def _words(round_: Round, tag: str, address: str) -> CardWords:
    with force_language(tag) as language:
        until = end_in_words(round_.closes_at, round_.process.time_zone)
        return CardWords(
            language,
            wording(round_.title, reading_order(tag, round_.process.default_language)),
            _("Scan the picture, or open %(address)s and type this code:", address=address),
            _("It counts once. Nobody notes who was given which card."),
            _("It can be used until %(moment)s.", moment=until),
        )


def _page(
    round_: Round,
    form: IssueCodesForm,
    status: HTTPStatus,
    *,
    revoking: RevokeCardForm | None = None,
    batch_number: int | None = None,
) -> Page:
    session = db.session()
    page = render_template(
        "rounds/codes.html",
        round=round_,
        process=round_.process,
        form=form,
        cards_form=_cards_form(round_),
        revoking=revoking or RevokeCardForm(formdata=None),
        batch_number=batch_number,
        batches=batches_of(session, round_.id, BatchKind.CARDS),
        in_force=codes_in_force(session, round_.id),
    )
    return page, status
