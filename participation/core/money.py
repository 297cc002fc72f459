"""Money as integer cents with a currency."""

import re
from dataclasses import dataclass
from typing import Final

from participation.core.errors import Invalid

MAX_CENTS: Final = 10**13
"""A hundred billion in the main unit: above any city's budget, below 2^53, so that JSON keeps it exact."""

_PLAIN = re.compile(r"^(?P<whole>\d{1,15})(?:[.,](?P<cents>\d{1,2}))?$")
_GROUPED = re.compile(
    r"^(?P<whole>\d{1,3}(?:(?P<separator>[.,\u00a0\u202f' ])\d{3})(?:(?P=separator)\d{3})*)(?:[.,](?P<cents>\d{1,2}))?$"
)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in integer cents of one currency (ISO 4217)."""

    cents: int
    currency: str = "EUR"

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise Invalid("mixed_currencies", first=self.currency, second=other.currency)
        return Money(self.cents + other.cents, self.currency)


def parse_cents(typed: str, *, field: str | None = None) -> int:
    """Read an amount as people write it and return cents.

    Accepts 1234, 1234,5, 1234.50, 1.234, 1.234,50, 1,234.50, 1 234 with any one grouping sign.
    Refuses words, signs, more than two decimals and everything that can be read in two ways:
    `1.234` is grouped thousands because money has two decimals, never three.
    Raises Invalid `not_an_amount`, `negative_amount` or `amount_too_large`.
    """
    text = typed.strip().removesuffix("€").removesuffix("EUR").strip()
    if text.startswith(("-", "\u2212")):
        raise Invalid("negative_amount", field=field, typed=typed)
    ascii_text = text.translate({ord(c): str(i % 10) for i, c in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")})
    match = _GROUPED.match(ascii_text) or _PLAIN.match(ascii_text)
    if match is None:
        raise Invalid("not_an_amount", field=field, typed=typed)
    whole = int(re.sub(r"\D", "", match["whole"]))
    cents = whole * 100 + int((match["cents"] or "0").ljust(2, "0"))
    if cents > MAX_CENTS:
        raise Invalid("amount_too_large", field=field, typed=typed)
    return cents
