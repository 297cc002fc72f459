"""Exact numbers as text, and back.

Snapshots, bundles and the command line carry scores as texts such as "1217/2430", because a decimal would
lose the tie between 1/3 and 0.3333. There is one text for one number, so that equal results are equal bytes.
"""

import re
from decimal import Decimal
from fractions import Fraction
from math import floor, isqrt
from typing import Final

from participation.tally.errors import InvalidFraction

LONGEST_TEXT: Final = 4_000
"""Longer texts are refused and not written; Python itself refuses to convert integers beyond 4,300 digits."""

_MOST_BITS: Final = 3 * LONGEST_TEXT
"""Of a numerator or denominator; its digits take more than three bits each."""

_EXACT: Final = re.compile(r"(?P<above>-?(?:0|[1-9][0-9]*))(?:/(?P<below>[1-9][0-9]*))?")


def fraction_text(value: Fraction | int) -> str:
    """Write a number in lowest terms.

    Raises InvalidFraction for one that fraction_from_text would refuse as too long.

    >>> fraction_text(Fraction(2434, 4860)), fraction_text(Fraction(1)), fraction_text(0)
    ('1217/2430', '1', '0')
    """
    exact = Fraction(value)
    writable = max(exact.numerator.bit_length(), exact.denominator.bit_length()) <= _MOST_BITS
    text = str(exact) if writable else ""
    if not text or len(text) > LONGEST_TEXT:
        raise InvalidFraction("too_long_to_write", limit=LONGEST_TEXT)
    return text


def fraction_from_text(text: str) -> Fraction:
    """Read what fraction_text wrote.

    Raises InvalidFraction for anything else: decimals, signs, blanks, leading zeros, and fractions that are
    not in lowest terms, so that text and number stay one to one.

    >>> fraction_from_text("1217/2430")
    Fraction(1217, 2430)
    """
    found = _EXACT.fullmatch(text) if len(text) <= LONGEST_TEXT else None
    if found is None:
        raise InvalidFraction("not_an_exact_number", text=text[:80])
    value = Fraction(int(found["above"]), int(found["below"] or 1))
    if str(value) != text:
        raise InvalidFraction("not_in_lowest_terms", text=text[:80], expected=str(value)[:80])
    return value


def rounded(value: Fraction | int, places: int) -> Decimal:
    """Round half away from zero to so many decimal places, for showing a figure only.

    >>> rounded(Fraction(1217, 2430) * 100, 1), rounded(Fraction(-1, 8), 2)
    (Decimal('50.1'), Decimal('-0.13'))
    """
    value = Fraction(value)
    doubled = 2 * abs(value) * 10**places
    return _decimal(sign=-1 if value < 0 else 1, digits=(floor(doubled) + 1) // 2, places=places)


def rounded_root_ratio(numerator: int, radicand: int, places: int) -> Decimal:
    """Round numerator / sqrt(radicand) half away from zero, from integers alone, for showing a figure only.

    >>> rounded_root_ratio(1, 2, 6)
    Decimal('0.707107')
    """
    doubled = isqrt((2 * numerator * 10**places) ** 2 // radicand)
    return _decimal(sign=-1 if numerator < 0 else 1, digits=(doubled + 1) // 2, places=places)


def _decimal(*, sign: int, digits: int, places: int) -> Decimal:
    """Put the decimal point; a tuple, since Decimal arithmetic would round to its context's precision."""
    return Decimal((1 if sign < 0 and digits else 0, tuple(int(digit) for digit in str(digits)), -places))
