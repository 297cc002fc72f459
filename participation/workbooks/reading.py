"""Reading workbooks that people upload: the packing is measured first, and every cell knows where it stands."""

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name

from participation.core.errors import DomainError, Invalid

MAX_BYTES: Final = 4 * 1024 * 1024
MAX_UNPACKED: Final = 16 * 1024 * 1024
MAX_RATIO: Final = 200
MAX_ENTRIES: Final = 500
MAX_CELL: Final = 10_000
"""As many characters as the longest text of the site has: many cells can point to one text that is stored once."""
MAX_FAULTS: Final = 200
"""How many faults of a file are told at once."""
MAX_TOLD: Final = 80
"""How many characters of a cell a fault repeats."""
_SIGNATURE: Final = b"PK\x03\x04"
_FORMULA: Final = "f"
_PLACES_OF_THOUSANDS: Final = -3


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as it was typed, with the row and the column (a header, a letter or a key) where it stands."""

    value: str
    row: int
    column: str
    is_formula: bool = False

    def fault(self, error: DomainError) -> DomainError:
        """Return the refusal with this place among its facts."""
        column = in_brief(self.column)
        facts = brief_facts(error) | {"row": self.row, "column": column}
        return Invalid(error.code, field=column, **facts)


def in_brief(words: str) -> str:
    """Return the beginning of what was typed, as much of it as a fault repeats."""
    return words if len(words) <= MAX_TOLD else f"{words[: MAX_TOLD - 1]}…"


def brief_facts(fault: DomainError) -> dict[str, Any]:
    """Return the facts of a fault with the beginning of what was typed; what could have been typed stays whole."""
    return {
        name: in_brief(value) if isinstance(value, str) and name != "known" else value
        for name, value in fault.facts.items()
    }


Row = tuple[int, list[Cell]]


def check_size(data: bytes) -> None:
    """Refuse an upload that is empty or too large."""
    if not data:
        raise Invalid("empty_file", field="file")
    if len(data) > MAX_BYTES:
        raise Invalid("file_too_large", field="file", maximum=MAX_BYTES)


def read_rows(
    data: bytes,
    *,
    max_rows: int,
    max_columns: int,
    is_wanted: Callable[[Sequence[str]], bool] = lambda _first: True,
    computed: bool = True,
) -> list[Row]:
    """Return the rows of the first sheet whose first row is wanted; an empty list where no sheet is.

    One row and one column beyond the limits are read, so that the caller can tell what has too many. With `computed`
    a formula is the value that the spreadsheet left beside it; without, its cell says that it is one. Nothing is
    ever evaluated here.
    Raises Invalid `empty_file`, `file_too_large`, `broken_xlsx`, `xlsx_unpacks_too_large` or `cell_too_long`.
    """
    from openpyxl import load_workbook  # noqa: PLC0415 - 12 MB with what it loads, for those processes alone that need it

    check_size(data)
    _check_packing(data)
    try:
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=computed, keep_links=False)
        try:
            for sheet in workbook.worksheets:
                rows = list(_rows(sheet, max_rows + 1, max_columns + 1))
                if rows and is_wanted([cell.value for cell in rows[0][1]]):
                    break
            else:
                rows = []
        finally:
            workbook.close()
    except DomainError:
        raise
    except Exception as broken:  # openpyxl raises whatever a malformed part happens to break
        raise Invalid("broken_xlsx", field="file") from broken
    while rows and not any(cell.value or cell.is_formula for cell in rows[-1][1]):
        rows.pop()
    return rows


def _rows(sheet: Any, max_rows: int, max_columns: int) -> Iterator[Row]:  # noqa: ANN401 - of openpyxl's several sheets
    for number, row in enumerate(sheet.iter_rows(max_row=max_rows, max_col=max_columns), start=1):
        yield (
            number,
            [
                Cell(_short(cell.value, number, place), number, xl_col_to_name(place - 1), cell.data_type == _FORMULA)
                for place, cell in enumerate(row, start=1)
            ],
        )


def _short(value: object, row: int, column: int) -> str:
    words = typed(value)
    if len(words) > MAX_CELL:
        raise Invalid("cell_too_long", field="file", cell=f"{xl_col_to_name(column - 1)}{row}", maximum=MAX_CELL)
    return words


def _check_packing(data: bytes) -> None:
    if not data.startswith(_SIGNATURE):
        raise Invalid("broken_xlsx", field="file")
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as broken:
        raise Invalid("broken_xlsx", field="file") from broken
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * len(data):
        raise Invalid("xlsx_unpacks_too_large", field="file")


def typed(value: object) -> str:
    """Return a cell's value as somebody would type it.

    A number with exactly three decimals gets a fourth one: typed, `1.234` would mean grouped thousands.
    """
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case float():
            number = Decimal(repr(value))
            return f"{number:f}0" if number.as_tuple().exponent == _PLACES_OF_THOUSANDS else f"{number:f}"
        case datetime() | date():
            return value.isoformat()
        case _:
            return str(value)
