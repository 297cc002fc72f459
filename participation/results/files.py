"""Results as files: CSV for programs, XLSX for spreadsheets, JSON whole. The same snapshot gives the same bytes."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

import orjson
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from participation.results.rules.cells import guarded
from participation.results.tables import Cell, Table
from participation.tally.exact import rounded
from participation.workbooks.writing import MIMETYPE, safe_workbook

PERCENT_PLACES: Final = 2
_WIDEST: Final = 60
_NARROWEST: Final = 8


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: how it ends, what it is called on the web."""

    ending: str
    mimetype: str


CSV: Final = FileKind("csv", "text/csv")
XLSX: Final = FileKind("xlsx", MIMETYPE)
JSON: Final = FileKind("json", "application/json")
KINDS: Final[Mapping[str, FileKind]] = MappingProxyType({kind.ending: kind for kind in (CSV, XLSX, JSON)})


def as_csv(table: Table) -> bytes:
    """Write a table for programs: RFC 4180 with commas, UTF-8, decimal points, texts as rules.cells says.

    Shares are percentages rounded to two places beside the exact ones; amounts have two places.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.name for column in table.columns])
    writer.writerows([_CSV_CELLS[type(cell)](cell) for cell in row] for row in table.rows)
    return text.getvalue().encode()


@dataclass(frozen=True, slots=True)
class Labels:
    """A workbook's words in the reader's language."""

    table: str
    """The name of the sheet with the table."""
    headings: Sequence[str]
    notes_name: str
    """The name of the sheet that says how it was counted."""
    notes: Sequence[tuple[str, str]]


def as_xlsx(table: Table, labels: Labels, *, at: datetime) -> bytes:
    """Write a table as a workbook with typed cells; `at` becomes its date."""
    file = io.BytesIO()
    with safe_workbook(file, at=at) as book:
        formats = {name: book.add_format(look) for name, look in _LOOKS.items()}
        sheet = book.add_worksheet(labels.table)
        _write_row(sheet, 0, labels.headings, dict.fromkeys(formats, formats["heading"]))
        for number, row in enumerate(table.rows, start=1):
            _write_row(sheet, number, row, formats)
        for place, heading in enumerate(labels.headings):
            sheet.set_column(place, place, _width([heading, *(row[place] for row in table.rows)]))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(table.rows), len(labels.headings) - 1)
        about = book.add_worksheet(labels.notes_name)
        about.set_column(0, 0, 30)
        about.set_column(1, 1, 90)
        for number, note in enumerate(labels.notes):
            _write_row(about, number, note, formats | {"text": formats["wrapped"]})
    return file.getvalue()


def as_json(snapshot: Mapping[str, Any]) -> bytes:
    """Write a snapshot whole, for reading: names in order, indented."""
    return orjson.dumps(snapshot, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _percent(share: Fraction) -> str:
    return str(rounded(share * 100, PERCENT_PLACES))


_CSV_CELLS: Final[Mapping[type, Callable[[Any], str]]] = {
    str: guarded,
    bool: lambda value: "true" if value else "false",
    int: str,
    Decimal: str,
    Fraction: _percent,
    type(None): lambda _nothing: "",
}

_LOOKS: Final[Mapping[str, dict[str, Any]]] = {
    "heading": {"bold": True, "text_wrap": True, "valign": "top"},
    "text": {"valign": "top"},
    "wrapped": {"valign": "top", "text_wrap": True},
    "whole": {"num_format": "0", "valign": "top"},
    "amount": {"num_format": "#,##0.00", "valign": "top"},
    "share": {"num_format": "0.00%", "valign": "top"},
}


def _write_row(sheet: Worksheet, number: int, cells: Sequence[Cell], formats: Mapping[str, Format]) -> None:
    for place, cell in enumerate(cells):
        _XLSX_CELLS[type(cell)](sheet, number, place, cell, formats)


_XLSX_CELLS: Final[Mapping[type, Callable[[Worksheet, int, int, Any, Mapping[str, Format]], Any]]] = {
    str: lambda sheet, row, place, cell, formats: sheet.write_string(row, place, cell, formats["text"]),
    bool: lambda sheet, row, place, cell, formats: sheet.write_boolean(row, place, cell, formats["text"]),
    int: lambda sheet, row, place, cell, formats: sheet.write_number(row, place, cell, formats["whole"]),
    Decimal: lambda sheet, row, place, cell, formats: sheet.write_number(row, place, cell, formats["amount"]),
    Fraction: lambda sheet, row, place, cell, formats: sheet.write_number(
        row, place, float(rounded(cell, PERCENT_PLACES + 2)), formats["share"]
    ),
    type(None): lambda _sheet, _row, _place, _cell, _formats: None,
}
"""A spreadsheet's numbers are binary; the exact score stands beside its percentage as text."""


def _width(cells: Sequence[Cell]) -> int:
    longest = max(len(str(cell)) for cell in cells if cell is not None and not isinstance(cell, Fraction))
    return min(_WIDEST, max(_NARROWEST, longest + 2))
