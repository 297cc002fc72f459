"""How far a body's weight could change before an outcome does, in whole numbers and as a bar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any

from flask_babel import gettext as _

from participation.results.pages.rows import Part, plain_number
from participation.results.rules.charts import Stretch, stretch


@dataclass(frozen=True, slots=True)
class Interval:
    """Which weights of a round, the others unchanged, leave the outcome as it is; the bar is of shares of the whole."""

    part: Part
    weight: str
    sentence: str
    bar: Stretch
    at: int


def intervals(document: Mapping[str, Any], parts: Sequence[Part]) -> list[Interval]:
    """Return the intervals of a document, one for each round; none where they were not worked out."""
    by_slug = {part.slug: part for part in parts}
    whole = sum(one["weight"] for one in document["weight_intervals"])
    return [
        Interval(
            by_slug[one["round"]],
            plain_number(one["weight"]),
            _could_be(one),
            stretch(Fraction(one["low_share"]), Fraction(one["high_share"])),
            stretch(Fraction(one["weight"], whole), Fraction(one["weight"], whole)).start,
        )
        for one in document["weight_intervals"]
    ]


def _could_be(one: Mapping[str, Any]) -> str:
    """Return the whole numbers within an interval, in words: weights are whole, and no end is rounded outwards."""
    low, high = Fraction(one["low"]), None if one["high"] is None else Fraction(one["high"])
    least = ceil(low) + (low.denominator == 1 and not one["holds_at_low"])
    most = None if high is None else floor(high) - (high.denominator == 1 and not one["holds_at_high"])
    if most is None:
        return _("any weight") if least == 0 else _("%(least)s or more", least=plain_number(least))
    if least == most:
        return _("only %(weight)s", weight=plain_number(least))
    return _("from %(least)s to %(most)s", least=plain_number(least), most=plain_number(most))
