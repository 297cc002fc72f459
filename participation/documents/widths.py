"""How wide the columns of a table are on paper, where a width was not given."""

from collections.abc import Iterator
from typing import Final

from participation.documents.blocks import Table, words_of

AT_THE_END: Final = frozenset({"number", "money", "share"})
"""Kinds of columns whose cells stand at the end of their line, digit below digit."""
_NARROWEST, _WIDEST = 6, 40


def shares(table: Table) -> list[int | None]:
    """Return the share of the width that each column gets among the others; None takes what its content needs.

    Numbers, money and dates are short and never broken. Where no text says how wide it is, it gets room by its
    usual length, within bounds.
    """
    return [
        column.width or (None if column.kind != "text" else _usual(table, place))
        for place, column in enumerate(table.columns)
    ]


def _usual(table: Table, place: int) -> int:
    lengths = sorted(_lengths(table, place))
    usual = lengths[len(lengths) * 9 // 10]
    return max(_NARROWEST, min(_WIDEST, usual))


def _lengths(table: Table, place: int) -> Iterator[int]:
    yield len(words_of(table.columns[place].title))
    for row in table.rows:
        if not row.across:
            yield len(words_of(row.cells[place].text))
