"""Numbers as files write them, read exactly: digits, and where it is allowed one decimal point or comma.

No signs, exponents, thousands separators or other scripts' digits: each of them would have to be guessed in
some file. "NaN" and "inf" are no numbers.
"""

import re
from decimal import Decimal
from fractions import Fraction
from typing import Final

from participation.tally.formats.lines import BLANKS, Place

LONGEST_NUMBER: Final = 40
"""Characters; money and counts of people need fewer."""

_WHOLE: Final = re.compile(r"[0-9]+")
_DECIMAL: Final = re.compile(r"(?P<whole>[0-9]+)(?:[.,](?P<part>[0-9]+))?")
_BELOW_ZERO: Final = re.compile(r"-[0-9]+(?:[.,][0-9]+)?")


def whole_number(text: str, place: Place, what: str) -> int:
    """Read a number of things; `what` it is stands among the facts of the refusal."""
    found = _WHOLE.fullmatch(_checked(text, place, what))
    if found is None:
        place.refuse(_reason(text), what=what, text=_shown(text))
    return int(found[0])


def exact_number(text: str, place: Place, what: str) -> Fraction:
    """Read an amount of money or points, with a decimal point or comma.

    >>> exact_number("735616,25", Place("x.pb", 1), "budget")
    Fraction(2942465, 4)
    """
    found = _DECIMAL.fullmatch(_checked(text, place, what))
    if found is None:
        place.refuse(_reason(text), what=what, text=_shown(text))
    part = found["part"] or ""
    return Fraction(int(found["whole"] + part), 10 ** len(part))


def number_text(value: Fraction) -> str:
    """Write a number that exact_number reads as the same; raises ValueError for one without a finite decimal.

    >>> number_text(Fraction(2942465, 4)), number_text(Fraction(40000))
    ('735616.25', '40000')
    """
    rest, places = value.denominator, 0
    for factor in (2, 5):
        power = 0
        while rest % factor == 0:
            rest, power = rest // factor, power + 1
        places = max(places, power)
    if rest != 1 or value < 0:
        raise ValueError(value)
    digits = value.numerator * 10**places // value.denominator
    return f"{Decimal((0, tuple(map(int, str(digits))), -places)):f}"


def _checked(text: str, place: Place, what: str) -> str:
    text = text.strip(BLANKS)
    if not text:
        place.refuse("missing_value", what=what)
    if len(text) > LONGEST_NUMBER:
        place.refuse("number_too_long", what=what, limit=LONGEST_NUMBER)
    return text


def _reason(text: str) -> str:
    return "negative_number" if _BELOW_ZERO.fullmatch(text.strip(BLANKS)) else "not_a_number"


def _shown(text: str) -> str:
    return text.strip(BLANKS)[:LONGEST_NUMBER]


def amount_json(value: Fraction) -> int | str:
    """An amount in a JSON document: a whole number, else its decimals as text, else a fraction as text.

    >>> amount_json(Fraction(95000)), amount_json(Fraction(5, 2)), amount_json(Fraction(1, 3))
    (95000, '2.5', '1/3')
    """
    if value.denominator == 1:
        return value.numerator
    try:
        return number_text(value)
    except ValueError:
        return str(value)
