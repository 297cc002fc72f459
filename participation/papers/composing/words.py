"""How frozen values become words of a document: texts with their language, amounts, days, boxes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final, TypeVar

from flask_babel import gettext as _

from participation.documents.blocks import EMPTY, Cell, Choice, Choices, Paragraph, State, Text
from participation.results.pages.rows import plain_number, plain_percent
from participation.results.queries import wording_in
from participation.web.rendering import day_in_words, money_in_words

Frozen = Mapping[str, Any]
E = TypeVar("E", bound=StrEnum)
NOTHING: Final = "–"


@dataclass(frozen=True, slots=True)
class Speech:
    """In which languages a reader is spoken to, best first, and in which currency amounts are."""

    languages: Sequence[str]
    currency: str

    def text(self, frozen: Frozen) -> Text:
        """Return the wording of a frozen text that this reader is shown, with its language."""
        shown = wording_in(frozen, self.languages)
        return Text(shown.body, shown.language)

    def texts(self, *frozen: Frozen | None) -> list[Paragraph]:
        """Return a paragraph for each text that is there."""
        return [Paragraph(self.text(one)) for one in frozen if one is not None]

    def money(self, cents: int | None) -> Cell:
        """Return an amount for people and for a spreadsheet."""
        return EMPTY if cents is None else Cell(self.amount(cents), cents)

    def amount(self, cents: int) -> str:
        """Return an amount for the middle of a sentence."""
        return money_in_words(cents, self.currency)


def count(number: int | None) -> Cell:
    """Return a whole number."""
    return Cell(NOTHING) if number is None else Cell(plain_number(number), number)


def year(number: int | None) -> Cell:
    """Return a year, which has no groups of digits."""
    return EMPTY if number is None else Cell(str(number), number)


def share(exact: str | None) -> Cell:
    """Return an exact share as a percentage beside its exact value."""
    return Cell(NOTHING) if exact is None else Cell(plain_percent(Fraction(exact)), exact)


def day(iso: str | None) -> Cell:
    """Return a day, or that it is not fixed."""
    return Cell(_("not fixed yet")) if iso is None else Cell(day_in_words(date.fromisoformat(iso)), iso)


def boxes(words: Mapping[E, Callable[[], str]], ticked: Iterable[str] | None, *, title: str | None = None) -> Choices:
    """Return boxes: ticked ones and open ones, or none of both where nobody knows which were ticked."""
    chosen = None if ticked is None else set(ticked)

    def state(value: str) -> State:
        if chosen is None:
            return "unknown"
        return "chosen" if value in chosen else "open"

    return Choices(tuple(Choice(say(), state(value.value)) for value, say in words.items()), title)


def answer(words: Mapping[E, Callable[[], str]], ticked: str | None) -> Choices:
    """Return boxes of which one at most is ticked."""
    return boxes(words, None if ticked is None else (ticked,))


def grouped_digits(fingerprint: str) -> str:
    """Return a fingerprint in groups of eight, for comparing with a printed one."""
    return " ".join(fingerprint[at : at + 8] for at in range(0, len(fingerprint), 8))
