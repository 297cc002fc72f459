"""Which money there is in which year: council decisions that come on top of one another, or replace earlier ones."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from participation.core.errors import Conflict, DomainError, Invalid
from participation.core.money import MAX_CENTS
from participation.processes.rules import check_code
from participation.tally.budget import ledger

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2199
_REFERENCE: Final = re.compile(r"[A-Z]{1,6}/[0-9]{4}/[0-9]{1,6}(?:-[0-9]{1,3}){0,8}")
MAX_REFERENCE: Final = 40
"""Characters for which the database has room."""


MOST_YEARS: Final = 22
"""Years in one table: more are not read on a page."""


class Mode(StrEnum):
    """How a decision about money stands to those before it."""

    ADDITIVE = "additive"
    REPLACING = "replacing"


@dataclass(frozen=True, slots=True)
class Grant:
    """What one decision grants: so many cents in each of its years, None for a last year that nobody has set."""

    code: str
    cents: int
    first_year: int
    last_year: int | None
    mode: Mode
    carries_over: bool
    decided_on: date


@dataclass(frozen=True, slots=True)
class GrantedInYear:
    """One year of the table: what each decision brings then, by code, and which are replaced then by which."""

    year: int
    by_code: tuple[tuple[str, int], ...]
    replaced: tuple[tuple[str, str], ...]

    @property
    def cents(self) -> int:
        """Return what the year brings."""
        return sum(cents for _code, cents in self.by_code)


def decision_order(one: Grant) -> tuple[date, str]:
    """Return by what decisions are put in the order in which they were made, those of one day by their codes."""
    return one.decided_on, one.code


def in_order(grants: Iterable[Grant]) -> list[Grant]:
    """Return decisions in the order in which they were made."""
    return sorted(grants, key=decision_order)


def effective(grants: Iterable[Grant]) -> list[ledger.Envelope]:
    """Return what counts, as the money of a plan; one decision may come in several pieces.

    A replacing decision voids for its own years whatever was decided before it, and nothing of what comes after it.
    Before and after its years the earlier decisions hold.

    >>> early = Grant("A", 100, 2021, None, Mode.ADDITIVE, False, date(2020, 9, 24))
    >>> late = Grant("B", 120, 2022, 2023, Mode.REPLACING, False, date(2021, 3, 25))
    >>> [(piece.name, piece.first_year, piece.last_year) for piece in effective([late, early])]
    [('A', 2021, 2021), ('A', 2024, None), ('B', 2022, 2023)]
    """
    pieces: list[ledger.Envelope] = []
    for one in in_order(grants):
        if one.mode is Mode.REPLACING:
            pieces = [left for piece in pieces for left in _without(piece, one.first_year, one.last_year)]
        pieces.append(ledger.Envelope(one.code, one.cents, one.first_year, one.last_year, one.carries_over))
    return pieces


def _without(piece: ledger.Envelope, first: int, last: int | None) -> Sequence[ledger.Envelope]:
    """Return what is left of a piece outside of some years."""
    before = replace(piece, last_year=_earlier(piece.last_year, first - 1))
    left = [before] if before.first_year < first else []
    if last is not None and (piece.last_year is None or piece.last_year > last):
        left.append(replace(piece, first_year=max(piece.first_year, last + 1)))
    return left


def _earlier(year: int | None, other: int) -> int:
    return other if year is None else min(year, other)


def granted_by_year(grants: Sequence[Grant], years: Iterable[int]) -> list[GrantedInYear]:
    """Return the table of years: what is granted from which decision, and what a later one replaced."""
    ordered, pieces = in_order(grants), effective(grants)
    rows = []
    for year in years:
        by_code: dict[str, int] = {}
        for piece in pieces:
            if piece.grants(year):
                by_code[piece.name] = by_code.get(piece.name, 0) + piece.grants(year)
        replaced = [
            (one.code, later.code)
            for place, one in enumerate(ordered)
            if _holds(one, year) and (later := _replaced_by(ordered[place + 1 :], year)) is not None
        ]
        rows.append(GrantedInYear(year, tuple(by_code.items()), tuple(replaced)))
    return rows


def _holds(one: Grant, year: int) -> bool:
    return one.first_year <= year and (one.last_year is None or year <= one.last_year)


def _replaced_by(later: Sequence[Grant], year: int) -> Grant | None:
    """Return the first of the later decisions that voids the earlier ones in a year."""
    return next((one for one in later if one.mode is Mode.REPLACING and _holds(one, year)), None)


def read_as(grants: Sequence[Grant], mode: Mode) -> list[Grant]:
    """Return the decisions as they would count if each were meant in this way: on top, or in total."""
    return [replace(one, mode=mode) for one in grants]


def shown_years(grants: Sequence[Grant], *, beyond: int = 2) -> range:
    """Return the years that a table of decisions shows, the last of which holds for all that come after it.

    They end where nothing changes any more. Where decisions lie far apart the oldest years are left out, never those
    of the present.
    """
    if not grants:
        return range(0)
    turns = [one.first_year for one in grants] + [one.last_year + 1 for one in grants if one.last_year is not None]
    end = max(turns) + beyond
    return range(max(min(turns), end - MOST_YEARS), end)


def envelope_faults(
    code: str, cents: int, first_year: int, last_year: int | None, source_paper: str
) -> list[DomainError]:
    """Return what is wrong with a decision about money, each fault with its input."""
    faults: list[DomainError] = []
    try:
        check_code(code)
    except Invalid as fault:
        faults.append(fault)
    if cents < 0:
        faults.append(Invalid("negative_amount", field="amount"))
    elif cents > MAX_CENTS:
        faults.append(Invalid("amount_too_large", field="amount"))
    faults += year_faults(first_year, last_year)
    if source_paper and (len(source_paper) > MAX_REFERENCE or _REFERENCE.fullmatch(source_paper) is None):
        faults.append(Invalid("not_a_paper_reference", field="source_paper", typed=source_paper))
    return faults


def year_faults(first_year: int, last_year: int | None) -> list[DomainError]:
    """Return what is wrong with a first and a last year."""
    faults: list[DomainError] = [
        Invalid("year_out_of_range", field=field, first=FIRST_YEAR, last=LAST_YEAR)
        for field, year in (("first_year", first_year), ("last_year", last_year))
        if year is not None and not FIRST_YEAR <= year <= LAST_YEAR
    ]
    if not faults and last_year is not None and last_year < first_year:
        faults.append(Invalid("ends_before_it_starts", field="last_year"))
    return faults


def parse_year(typed: str, *, field: str) -> int:
    """Read a calendar year of four digits."""
    text = typed.strip()
    if re.fullmatch(r"[0-9]{4}", text) is None:
        raise Invalid("not_a_year", field=field, typed=typed)
    return int(text)


def check_basis(code: str, revision: int, based_on: int) -> None:
    """Refuse to change what somebody else has changed since it was on the screen."""
    if based_on != revision:
        raise Conflict(code, revision=revision, based_on=based_on)
