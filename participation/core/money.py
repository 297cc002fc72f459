"""Money as integer cents with a currency."""

import re
from dataclasses import dataclass
from typing import Final

from participation.core.errors import Invalid

MAX_CENTS: Final = 10**13
"""A hundred billion in the main unit: above any city's budget, below 2^53, so that JSON keeps it exact."""

_PLAIN: Final = re.compile(r"^(?P<whole>[0-9]{1,15})(?:[.,](?P<cents>[0-9]{1,2}))?$")
_GROUPED: Final = re.compile(
    r"^(?P<whole>[1-9][0-9]{0,2}(?:(?P<separator>[.,'’ \u00a0\u2009\u202f])[0-9]{3})(?:(?P=separator)[0-9]{3})*)"
    r"(?:(?!(?P=separator))[.,](?P<cents>[0-9]{1,2}))?$"
)
_DIGITS: Final = {
    ord(sign): str(place % 10)
    for place, sign in enumerate(
        "\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669"
        "\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9"
    )
} | {ord("\u066b"): ",", ord("\u066c"): "."}
"""Arabic-Indic and Persian digits, with the Arabic signs for decimals and for groups of thousands."""
_DIRECTIONS: Final = dict.fromkeys(map(ord, "\u200e\u200f\u061c"))
_NO_CENTS: Final = re.compile(r"[.,][-\u2013\u2014]{1,2}$")
"""`500,-` is how prices without cents are written."""
_SIGNS: Final = {
    "EUR": ("€", "EUR", "EURO"),
    "USD": ("$", "USD"),
    "GBP": ("£", "GBP"),
    "CHF": ("CHF",),
    "TRY": ("₺", "TRY", "TL"),
}
_OTHER_CURRENCY: Final = re.compile(r"^(?:[^\W\d_]{2,4}|[$£¥₺€₴₽])\s*[0-9]|[0-9]\s*(?:[^\W\d_]{2,4}|[$£¥₺€₴₽])$")


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in integer cents of one currency (ISO 4217)."""

    cents: int
    currency: str = "EUR"

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise Invalid("mixed_currencies", first=self.currency, second=other.currency)
        return Money(self.cents + other.cents, self.currency)


def parse_cents(typed: str, *, field: str | None = None, currency: str = "EUR") -> int:
    """Read an amount as people write it and return cents.

    Accepts 1234, 1234,5, 1234.50, 1.234, 1.234,50, 1,234.50, 1 234 with any one grouping sign, Arabic and Persian
    digits, and the sign or name of `currency` before or after it.
    Refuses words, signs, more than two decimals and everything that can be read in two ways:
    `1.234` is grouped thousands because money has two decimals, never three.
    Raises Invalid `amount_missing`, `not_an_amount`, `negative_amount`, `other_currency` or `amount_too_large`.
    """
    text = _bare(typed, currency)
    if not text:
        raise Invalid("amount_missing", field=field)
    match = _GROUPED.match(text) or _PLAIN.match(text)
    if match is not None:
        cents = int(re.sub(r"[^0-9]", "", match["whole"])) * 100 + int((match["cents"] or "0").ljust(2, "0"))
        if cents > MAX_CENTS:
            raise Invalid("amount_too_large", field=field, typed=typed)
        return cents
    if re.match(r"^[-\u2212\u2013]\s*[0-9]|^[0-9.,]+-$", text):
        raise Invalid("negative_amount", field=field, typed=typed)
    if _OTHER_CURRENCY.search(text):
        raise Invalid("other_currency", field=field, typed=typed, currency=currency)
    raise Invalid("not_an_amount", field=field, typed=typed)


def in_ascii_digits(typed: str) -> str:
    """Return what was typed with the digits 0 to 9, decimal sign and separators of Arabic and Persian turned over."""
    return typed.translate(_DIRECTIONS).translate(_DIGITS).strip()


def _bare(typed: str, currency: str) -> str:
    """Return what was typed in ASCII digits, without marks of direction and without one sign of the currency."""
    text = in_ascii_digits(typed)
    for sign in _SIGNS.get(currency, (currency,)):
        if text.upper().endswith(sign):
            text = text[: -len(sign)].strip()
            break
        if text.upper().startswith(sign):
            text = text[len(sign) :].strip()
            break
    return _NO_CENTS.sub("", text)
