"""How wide the columns of a table are on paper, where a width was not given."""

from collections.abc import Iterator
from typing import Final

from participation.documents.blocks import Table, words_of

AT_THE_END: Final = frozenset({"number", "money", "share"})
"""Kinds of columns whose cells stand at the end of their line, digit below digit."""
_NARROWEST, _WIDEST = 6, 40
_LETTER, _PADDING = 95, 230
"""Of a table in a file that has no typesetter: about what a letter takes, and the room beside a cell's words."""


def shares(table: Table) -> list[int | None]:
    """Return the share of the width that each column gets among the others; None takes what its content needs.

    Numbers, money and dates are short and never broken. Where no text says how wide it is, it gets room by its
    usual length, within bounds.
    """
    return [
        column.width or (None if column.kind != "text" else _usual(table, place))
        for place, column in enumerate(table.columns)
    ]


def grid(table: Table, width: int) -> list[int]:
    """Return the widths of columns that together are as wide as the line, in twentieths of a point.

    A column of numbers takes what its longest cell needs, but all of them no more than two thirds; the others share
    the rest.
    """
    wanted = shares(table)
    needed = [
        0 if share is not None else _PADDING + _LETTER * min(_WIDEST, max(_lengths(table, place)))
        for place, share in enumerate(wanted)
    ]
    if not any(wanted):
        return [width * part // sum(needed) for part in needed]
    bound = min(sum(needed), width * 2 // 3)
    fixed = [part * bound // sum(needed) if part else 0 for part in needed]
    rest, parts = width - sum(fixed), sum(filter(None, wanted))
    return [given if share is None else rest * share // parts for given, share in zip(fixed, wanted, strict=True)]


def _usual(table: Table, place: int) -> int:
    lengths = sorted(_lengths(table, place))
    usual = lengths[len(lengths) * 9 // 10]
    return max(_NARROWEST, min(_WIDEST, usual))


def _lengths(table: Table, place: int) -> Iterator[int]:
    yield len(words_of(table.columns[place].title))
    for row in table.rows:
        if not row.across:
            yield len(words_of(row.cells[place].text))
