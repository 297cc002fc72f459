"""The sheets themselves, for printing: whole ones with everything on them, or labels for a general sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from participation.ballots.frozen import wording_of
from participation.ballots.paper import services
from participation.ballots.paper.forms import PrintSheetsForm
from participation.ballots.paper.sentences import how_to_fill_in
from participation.ballots.paper.services import PrintedSheet
from participation.ballots.paper.views.blueprint import bp, unkept
from participation.ballots.queries import options_of
from participation.core.errors import Conflict
from participation.core.languages import Language, interface_languages, reading_order
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.rounds.codes import grouped
from participation.rounds.models import Round
from participation.rounds.views.blueprint import round_to_manage
from participation.texts.queries import Wording, wording
from participation.web.errors import words_for
from participation.web.guard import current_actor, requires
from participation.web.locale import force_language
from participation.web.pictures import qr_code
from participation.web.redirects import absolute_url
from participation.web.rendering import end_in_words
from participation.web.secret import application_key

WHOLE, LABELS = "sheets", "labels"
MOST_WHOLE: Final = 200
"""Sheets that one page for printing holds; a browser lays out a few thousand pages, but not in a moment."""


@dataclass(frozen=True, slots=True)
class SheetWords:
    """What a sheet says in one language."""

    language: Language
    title: Wording
    instructions: Sequence[str]
    until: str
    hand_in: str
    empty: str
    keep: str
    once: str
    stick: str


@dataclass(frozen=True, slots=True)
class SheetOption:
    """An option as it stands on a sheet: its number, and its title in each of the sheet's languages that has one."""

    number: int
    titles: Sequence[Wording]


@dataclass(frozen=True, slots=True)
class SheetToPrint:
    """A sheet with its mark and code in groups, and the pictures of both."""

    address: str
    mark: str
    mark_picture: Markup
    code: str
    code_picture: Markup


@bp.post("/sheets/<int:number>/print")
@requires(Permission.CODE_PRINT, fresh=True)
def print_sheets(slug: str, number: int) -> Response:
    """Show the sheets of a batch for printing; a POST, because it is recorded who saw the codes."""
    round_ = round_to_manage(slug, Permission.CODE_PRINT)
    form = PrintSheetsForm()
    form.languages.choices = interface_languages(round_.process.languages)
    if not form.validate() or not form.languages.data:
        return _back(slug, _("Please choose at least one language for the sheets."))
    layout = LABELS if form.layout.data == LABELS else WHOLE
    try:
        with transaction() as session:
            sheets = services.print_sheets(
                session,
                slug,
                number,
                application_key(),
                actor=current_actor(),
                now=utcnow(),
                most=MOST_WHOLE if layout == WHOLE else None,
            )
    except Conflict as refused:
        return _back(slug, words_for(refused))
    tags = list(form.languages.data)
    address = absolute_url("rounds.enter_code")
    page = render_template(
        "ballots/paper/sheets.html",
        round=round_,
        process=round_.process,
        number=number,
        layout=layout,
        words=[_words(round_, tag, address) for tag in tags],
        options=_options(round_, tags),
        sheets=[_to_print(sheet, address) for sheet in sheets],
        address=address,
    )
    return unkept(page)


def _words(round_: Round, tag: str, address: str) -> SheetWords:
    with force_language(tag) as language:
        return SheetWords(
            language,
            wording(round_.title, reading_order(tag, round_.process.default_language)),
            how_to_fill_in(round_),
            _("Hand it in before %(moment)s.", moment=end_in_words(round_.closes_at, round_.process.time_zone)),
            _("Please tear off the lower part and keep it. Hand in the upper part."),
            _("I hand this sheet in empty on purpose."),
            _(
                "Keep this part. With this code you can see your ballot and its receipt at %(address)s until the "
                "round is concluded.",
                address=address,
            ),
            _("The code counts once, on paper or online. If you vote online, the sheet is not counted."),
            _("Stick the label here."),
        )


def _options(round_: Round, tags: Sequence[str]) -> list[SheetOption]:
    """Return what is put to the vote under its number; what was struck before the printing is left out."""
    options = [option for option in options_of(db.session(), round_.id) if option.struck_at is None]
    return [SheetOption(option.position, _titles(option.content["title"], tags)) for option in options]


def _titles(frozen: dict[str, object], tags: Sequence[str]) -> list[Wording]:
    """Return a title once in each language, in the order of the sheet's languages."""
    shown = [wording_of(frozen, reading_order(tag)) for tag in tags]
    return list({one.language: one for one in shown}.values())


def _to_print(sheet: PrintedSheet, address: str) -> SheetToPrint:
    return SheetToPrint(
        f"{sheet.batch}/{sheet.number}",
        grouped(sheet.mark),
        qr_code(sheet.mark.upper()),
        grouped(sheet.code),
        qr_code(f"{address}#{sheet.code.upper()}"),
    )


def _back(slug: str, why: str) -> Response:
    flash(why, "error")
    return redirect(url_for("paper.overview", slug=slug), HTTPStatus.SEE_OTHER)
