"""Texts in CSV files that no spreadsheet takes for a formula, a date or a number; nothing of them is lost.

A CSV file does not say what is text, so a spreadsheet guesses, and a title such as `=HYPERLINK(...)` would be run.
The rule, which a reader can undo:

1. An apostrophe is put in front of a text that begins with a formula sign (`=`, `+`, `-`, `@`, a true minus, and
   their full-width, small and raised forms), with a blank of any kind, a tab, a line break or another invisible
   character, or with an apostrophe; and in front of a text that as a whole reads as a number, a fraction or a date
   (`3/4`).
2. Inside a text, an apostrophe is put in front of a formula sign or an apostrophe that follows a comma, a semicolon,
   a tab or a line break, blanks between them or not: a program with another separator would begin a cell there.

To read it back, drop one apostrophe in each of these places. A text that needs none is written as it is.
"""

import re
from typing import Final

_BLANK: Final = (
    r"[\s\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0]"
)
_SIGN: Final = r"[=+\-@\u207a-\u207c\u208a-\u208c\u2212\ufb29\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20']"
_SEPARATOR: Final = r"[,;\t\r\n]"

_AT_START: Final = re.compile(f"{_BLANK}|{_SIGN}")
_NUMBER: Final = re.compile(r"[\d.][\d\s.,:/eE%+\-\u2212\u00a0\u202f€$]*")
_INSIDE: Final = re.compile(f"({_SEPARATOR}{_BLANK}*)(?={_SIGN})")
_INSIDE_MARKED: Final = re.compile(f"({_SEPARATOR}{_BLANK}*)'")


def guarded(text: str) -> str:
    """Return a text as it may stand in a CSV cell.

    >>> guarded("=1+1"), guarded("3/4"), guarded("Räume; =A1"), guarded("30 Plätze")
    ("'=1+1", "'3/4", "Räume; '=A1", '30 Plätze')
    """
    inside = _INSIDE.sub(r"\1'", text)
    return f"'{inside}" if _AT_START.match(text) or _NUMBER.fullmatch(text) else inside


def unguarded(cell: str) -> str:
    """Return the text that a cell was written from.

    >>> unguarded("'=1+1"), unguarded("Räume; '=A1"), unguarded(guarded("'tis, 'tis"))
    ('=1+1', 'Räume; =A1', "'tis, 'tis")
    """
    return _INSIDE_MARKED.sub(r"\1", cell.removeprefix("'"))
