"""Participation codes: how one is derived, written on a card and read back.

A code is fifteen characters of Crockford's base 32 (75 bits, beyond all guessing) and a check character, in four
groups of four. The check character is a weighted sum in the field of 32 elements: every single wrong character and
every swap of two is noticed at the form, before the database is asked.
"""

from typing import Final

from participation.core.errors import Invalid
from participation.core.ids import CROCKFORD, crockford, derive, normalise_code

PURPOSE: Final = "participation-code"
PURPOSE_OF_MARKS: Final = "ballot-sheet"
LENGTH: Final = 16
GROUP: Final = 4
_MODULUS: Final = 0b100101  # x^5 + x^2 + 1, primitive over GF(2)
_SIZE: Final = 32


def code_text(app_key: str, code_id: str) -> str:
    """Return the code of an id: sixteen characters without separators, the last one checks the others.

    Nothing of it is stored (promise 14): it is derived again whenever a card is rendered.
    """
    return _text(app_key, PURPOSE, code_id)


def mark_text(app_key: str, code_id: str) -> str:
    """Return the mark of the ballot sheet that goes with a code, in the shape of a code.

    It stands on the part of the sheet that is handed in, the code on the part that the voter keeps: whoever types
    sheets in can tell a sheet of ours from any other, and cannot vote with it or open the voter's ballot.
    """
    return _text(app_key, PURPOSE_OF_MARKS, code_id)


def grouped(code: str) -> str:
    """Return a code as it is printed: `ABCD EFGH JKMN PQRS`."""
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP)).upper()


def read_code(typed: str, *, field: str = "code") -> str:
    """Return the code that somebody typed, folded to sixteen characters.

    Raises Invalid `no_code_typed`, `code_sign` (a sign that no code has), `code_length` or `code_mistyped`.
    """
    code = normalise_code(typed)
    if not code:
        raise Invalid("no_code_typed", field=field)
    for sign in code:
        if sign not in CROCKFORD:
            raise Invalid("code_sign", field=field, sign=sign)
    if len(code) != LENGTH:
        raise Invalid("code_length", field=field, length=len(code), expected=LENGTH)
    if check_character(code[:-1]) != code[-1]:
        raise Invalid("code_mistyped", field=field)
    return code


def _text(app_key: str, purpose: str, code_id: str) -> str:
    body = crockford(derive(app_key, purpose, code_id), LENGTH - 1)
    return body + check_character(body)


def check_character(body: str) -> str:
    """Return the character that makes the weighted sum of all sixteen zero.

    Weights are successive powers of a primitive element, all different and none zero, so one wrong character or two
    that changed places always give another sum.
    """
    total = 0
    for sign in body:
        total = _times_x(total ^ CROCKFORD.index(sign))
    return CROCKFORD[total]


def _times_x(element: int) -> int:
    doubled = element << 1
    return doubled ^ _MODULUS if doubled & _SIZE else doubled
