"""What has to hold for a costing."""

import re
from typing import Final

from participation.core.errors import Conflict, DomainError, Faults, Invalid
from participation.core.money import MAX_CENTS, in_ascii_digits
from participation.proposals.rules import ProposalKind, ProposalState

COSTED_STATES: Final = frozenset({ProposalState.ADMITTED})
"""A measure is costed once it is admitted: what may still be merged or declined costs nobody work."""

MAX_YEARS: Final = 100
MAX_POSTS: Final = 1_000_000
"""Ten thousand full-time posts, in hundredths."""

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2199
_POSTS: Final = re.compile(r"^(?P<whole>[0-9]{1,5})(?:[.,](?P<part>[0-9]{1,2}))?$")
_MONTHS: Final = (
    re.compile(r"^(?P<year>[0-9]{4})[-/.](?P<month>[0-9]{1,2})$"),
    re.compile(r"^(?P<month>[0-9]{1,2})[-/. ]+(?P<year>[0-9]{4})$"),
)


def check_may_be_costed(kind: ProposalKind, state: ProposalState) -> None:
    """Refuse costs of goals, and of measures that were not admitted."""
    if kind is not ProposalKind.MEASURE:
        raise Conflict("only_measures_have_costs")
    if state not in COSTED_STATES:
        raise Conflict("measure_not_admitted", state=state.value)


def check_amounts(once_cents: int, annual_cents: int, low_cents: int | None, high_cents: int | None) -> None:
    """Refuse amounts at fault, all of them at once."""
    Faults.refuse(amount_faults(once_cents, annual_cents, low_cents, high_cents))


def amount_faults(
    once_cents: int, annual_cents: int, low_cents: int | None, high_cents: int | None
) -> list[DomainError]:
    """Return what is wrong with amounts, each fault with its input: once, annual, low or high.

    They are not negative and not beyond what a city can mean; a range has both ends and holds the sum of both costs.
    """
    faults: list[DomainError] = []
    for field, cents in (("once", once_cents), ("annual", annual_cents), ("low", low_cents), ("high", high_cents)):
        if cents is not None and cents < 0:
            faults.append(Invalid("negative_amount", field=field))
        elif cents is not None and cents > MAX_CENTS:
            faults.append(Invalid("amount_too_large", field=field))
    return faults or _range_faults(once_cents + annual_cents, low_cents, high_cents)


def _range_faults(volume: int, low_cents: int | None, high_cents: int | None) -> list[DomainError]:
    if low_cents is None and high_cents is None:
        return []
    if low_cents is None or high_cents is None:
        return [Invalid("range_needs_both_ends", field="high" if high_cents is None else "low")]
    if low_cents > high_cents:
        return [Invalid("range_upside_down", field="high")]
    if not low_cents <= volume <= high_cents:
        return [Invalid("volume_outside_range", field="low", volume_cents=volume)]
    return []


def running_faults(annual_cents: int, years: int | None) -> list[DomainError]:
    """Return what is wrong with the number of years: it belongs to a yearly cost, and no city plans for centuries."""
    if years is None:
        return []
    if not 1 <= years <= MAX_YEARS:
        return [Invalid("years_out_of_range", field="years", highest=MAX_YEARS)]
    return [Invalid("years_without_yearly_cost", field="years")] if annual_cents == 0 else []


def post_faults(posts_hundredths: int | None, *, needs_post: bool) -> list[DomainError]:
    """Return what is wrong with the posts: `needs_post` is true if and only if there are some."""
    if posts_hundredths is None:
        return []
    if not 0 <= posts_hundredths <= MAX_POSTS:
        return [Invalid("posts_out_of_range", field="posts", highest=MAX_POSTS // 100)]
    return [] if needs_post is (posts_hundredths > 0) else [Invalid("posts_contradict", field="posts")]


def post_is_needed(posts_hundredths: int | None, *, stated: bool | None) -> bool:
    """Return whether a post is needed: as stated, else as the number of posts says."""
    return bool(posts_hundredths) if stated is None else stated


def month_faults(first_month: str | None, last_month: str | None) -> list[DomainError]:
    """Return what is wrong with a time frame of months written `2027-03`: an end needs a beginning before it."""
    faults: list[DomainError] = []
    for field, month in (("first_month", first_month), ("last_month", last_month)):
        if month is not None:
            try:
                parse_month(month, field=field)
            except Invalid as fault:
                faults.append(fault)
    if not faults and last_month is not None:
        if first_month is None:
            faults.append(Invalid("time_frame_needs_beginning", field="first_month"))
        elif last_month < first_month:
            faults.append(Invalid("time_frame_upside_down", field="last_month"))
    return faults


def parse_month(typed: str, *, field: str) -> str:
    """Read a month as people write it (2027-03, 3/2027, 03.2027) and return it as `2027-03`."""
    text = in_ascii_digits(typed)
    match = next((found for shape in _MONTHS if (found := shape.match(text))), None)
    if match is None or not 1 <= int(match["month"]) <= 12:  # noqa: PLR2004 - months of a year
        raise Invalid("not_a_month", field=field, typed=typed)
    if not FIRST_YEAR <= int(match["year"]) <= LAST_YEAR:
        raise Invalid("month_out_of_range", field=field, first=FIRST_YEAR, last=LAST_YEAR)
    return f"{match['year']}-{int(match['month']):02d}"


def parse_posts(typed: str, *, field: str = "posts") -> int:
    """Read a number of full-time posts with comma or point (1, 0,5, 1.25) and return hundredths."""
    match = _POSTS.match(in_ascii_digits(typed))
    if match is None:
        raise Invalid("not_a_number_of_posts", field=field, typed=typed)
    return int(match["whole"]) * 100 + int((match["part"] or "0").ljust(2, "0"))


def parse_years(typed: str, *, field: str = "years") -> int:
    """Read a whole number of years."""
    text = in_ascii_digits(typed)
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise Invalid("not_a_number_of_years", field=field, typed=typed)
    return int(text)
