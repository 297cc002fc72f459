"""What counts as a text that people may submit."""

import unicodedata
from typing import Final

from participation.core.errors import Invalid

TITLE_MAX: Final = 200
TEXT_MAX: Final = 10_000
REASON_MAX: Final = 2_000
NAME_MAX: Final = 120

_ALLOWED_CONTROLS: Final = frozenset("\n\t")
_BIDI_CONTROLS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Embeddings, overrides and isolates can make a text read otherwise than it is stored. The marks
U+200E, U+200F and U+061C are allowed: Arabic and Persian writers need them, and they reorder nothing else."""


def clean_text(typed: str, *, field: str, maximum: int, required: bool = True, one_line: bool = False) -> str:
    """Return the text in Unicode NFC with unified line ends and no outer blanks, or refuse it.

    Nothing inside is changed: a forbidden character is refused by name, never dropped.
    Raises Invalid `text_missing`, `text_too_long`, `control_character` or `bidi_control`.
    """
    text = unicodedata.normalize("NFC", typed.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if required and not text:
        raise Invalid("text_missing", field=field)
    if len(text) > maximum:
        raise Invalid("text_too_long", field=field, length=len(text), maximum=maximum)
    for place, character in enumerate(text, start=1):
        if character in _BIDI_CONTROLS:
            raise Invalid("bidi_control", field=field, character=f"U+{ord(character):04X}", place=place)
        category = unicodedata.category(character)
        if category == "Cs" or (category == "Cc" and (one_line or character not in _ALLOWED_CONTROLS)):
            raise Invalid("control_character", field=field, character=f"U+{ord(character):04X}", place=place)
    return text
