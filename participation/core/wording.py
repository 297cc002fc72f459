"""What counts as a text that people may submit."""

import unicodedata
from dataclasses import dataclass
from typing import Final

from participation.core.errors import Invalid


@dataclass(frozen=True, slots=True)
class TextShape:
    """What a text may look like: the input it comes from, its greatest length in characters, its lines."""

    field: str
    maximum: int
    one_line: bool = False
    required: bool = True


TITLE: Final = TextShape("title", 200, one_line=True)
BODY: Final = TextShape("body", 10_000)
REASON: Final = TextShape("reason", 2_000)
COMMENT: Final = TextShape("body", 5_000)
NAME: Final = TextShape("name", 120, one_line=True)

_ALLOWED_CONTROLS: Final = frozenset("\n\t")
_BIDI_CONTROLS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Embeddings, overrides and isolates can make a text read otherwise than it is stored. The marks
U+200E, U+200F and U+061C are allowed: Arabic and Persian writers need them, and they reorder nothing else."""


def clean_text(typed: str, shape: TextShape) -> str:
    """Return the text in Unicode NFC with unified line ends and no outer blanks, or refuse it.

    Nothing inside is changed: a forbidden character is refused by name, never dropped.
    Raises Invalid `text_missing`, `text_too_long`, `control_character`, `bidi_control` or `unreadable_character`
    (U+FFFD, which stands where bytes arrived that are no UTF-8).
    """
    text = unicodedata.normalize("NFC", typed.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if shape.required and not text:
        raise Invalid("text_missing", field=shape.field)
    if len(text) > shape.maximum:
        raise Invalid("text_too_long", field=shape.field, length=len(text), maximum=shape.maximum)
    for place, character in enumerate(text, start=1):
        if character in _BIDI_CONTROLS:
            raise Invalid("bidi_control", field=shape.field, character=f"U+{ord(character):04X}", place=place)
        if character == "\ufffd":
            raise Invalid("unreadable_character", field=shape.field, place=place)
        category = unicodedata.category(character)
        if category == "Cs" or (category == "Cc" and (shape.one_line or character not in _ALLOWED_CONTROLS)):
            raise Invalid("control_character", field=shape.field, character=f"U+{ord(character):04X}", place=place)
    return text


def searchable(text: str) -> str:
    """Fold a text for a search that forgives case, accents and vowel marks: `TÜRKÇE` is found by `turkce`."""
    folded = unicodedata.normalize("NFKD", text).replace("\u0131", "i").casefold()  # Turkish has an i without a dot
    return "".join(character for character in folded if unicodedata.category(character) != "Mn")
