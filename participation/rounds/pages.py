"""Pages about participation codes that entry points of more than one room show."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Final

from flask import make_response, render_template
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from participation.core.languages import INTERFACE_TAGS, LANGUAGES, Language, interface_languages, reading_order
from participation.core.windows import utcnow
from participation.extensions import db
from participation.rounds.codes import grouped
from participation.rounds.forms import CardsForm, ExpiryForm, IssueCodesForm, ReplaceCardForm, RevokeCardForm
from participation.rounds.models import CodeBatch, Round
from participation.rounds.queries import batches_of, codes_in_force, printings_of, replacements_of
from participation.rounds.rules import BatchKind
from participation.texts.queries import Wording, wording
from participation.web.locale import force_language
from participation.web.pictures import qr_code
from participation.web.redirects import absolute_url
from participation.web.rendering import end_in_words

SIZES: Final = ("several", "large")
"""How many cards stand on a sheet: several small ones, or one in large type."""


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


@dataclass(frozen=True, slots=True)
class CodesForms:
    """The forms on the page of codes; one of a batch that was refused stands at the batch with `batch_number`."""

    issuing: IssueCodesForm = field(default_factory=lambda: IssueCodesForm(formdata=None))
    printing: CardsForm | None = None
    revoking: RevokeCardForm | None = None
    expiry: ExpiryForm | None = None
    replacing: ReplaceCardForm | None = None
    batch_number: int | None = None

    @property
    def sent(self) -> CardsForm | RevokeCardForm | ExpiryForm | ReplaceCardForm | IssueCodesForm:
        """Return the form that was refused, if one was."""
        return self.printing or self.revoking or self.expiry or self.replacing or self.issuing

    def anchor(self, name: str) -> str:
        """Return where on the page an input of the refused form stands."""
        prefixes = {
            CardsForm: {"languages": "print-languages", "card": "print-card", "reason": "print-reason"},
            RevokeCardForm: {"number": "number"},
            ExpiryForm: {"last_day": "last-day"},
            ReplaceCardForm: {
                "languages": "replace-languages",
                "number": "replace-number",
                "reason": "replace-reason",
            },
        }
        place = f"{prefixes[type(self.sent)].get(name, 'batch')}-{self.batch_number}"
        return f"{place}-{INTERFACE_TAGS[0]}" if name == "languages" else place


def cards_form(round_: Round, *, fresh: bool = False) -> CardsForm:
    """Return the form for printing cards; `fresh` as somebody finds it who has sent nothing."""
    form = CardsForm(formdata=None) if fresh else CardsForm()
    form.languages.choices = interface_languages(round_.process.languages)
    form.size.choices = [(SIZES[0], _("Several on a page, to be cut")), (SIZES[1], _("One on a page, in large type"))]
    return form


def replacing_form(round_: Round, *, fresh: bool = False) -> ReplaceCardForm:
    """Return the form for replacing a lost card."""
    form = ReplaceCardForm(formdata=None) if fresh else ReplaceCardForm()
    form.languages.choices = interface_languages(round_.process.languages)
    return form


def codes_page(round_: Round, forms: CodesForms, status: HTTPStatus) -> tuple[str, int]:
    """Show the batches of a round; never who holds which code, since nobody knows."""
    session, now = db.session(), utcnow()
    page = render_template(
        "rounds/codes.html",
        round=round_,
        process=round_.process,
        sent=forms,
        fresh_cards=cards_form(round_, fresh=True),
        fresh_replacing=replacing_form(round_, fresh=True),
        fresh_revoking=RevokeCardForm(formdata=None),
        fresh_expiry=ExpiryForm(formdata=None),
        batches=batches_of(session, round_.id, BatchKind.CARDS),
        printings=printings_of(session, round_.id),
        replacements=replacements_of(session, round_.id),
        own_names={tag: language.own_name for tag, language in LANGUAGES.items()},
        in_force=codes_in_force(session, round_.id, now),
        now=now,
    )
    return page, status


def cards_page(
    round_: Round, batch: CodeBatch, issued: Sequence[tuple[int, str]], languages: Sequence[str], size: str
) -> Response:
    """Show cards for printing; no browser keeps them."""
    address = absolute_url("rounds.enter_code")
    until = round_.closes_at if batch.expires_at is None else min(round_.closes_at, batch.expires_at)
    response = make_response(
        render_template(
            "rounds/cards.html",
            round=round_,
            process=round_.process,
            number=batch.number,
            large=size == SIZES[1],
            words=[_words(round_, tag, end_of=until) for tag in languages],
            cards=[Card(card, grouped(code), qr_code(f"{address}#{code.upper()}")) for card, code in issued],
            address=address,
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _words(round_: Round, tag: str, *, end_of: datetime) -> CardWords:
    with force_language(tag) as language:
        until = end_in_words(end_of, round_.process.time_zone)
        return CardWords(
            language,
            wording(round_.title, reading_order(tag, round_.process.default_language)),
            _("Scan the picture, or open the address and type the code."),
            _("It counts once. Nobody notes who was given which card."),
            _("It can be used until %(moment)s.", moment=until),
        )
