"""Writing workbooks in which a text is a text whatever it begins with."""

import re
from datetime import UTC, datetime
from typing import IO, Final

import xlsxwriter

MIMETYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME: Final = 31


def safe_workbook(file: IO[bytes], *, at: datetime) -> xlsxwriter.Workbook:
    """Return a new workbook that makes no formula and no link of any text.

    `at` becomes the workbook's date, so that its bytes do not depend on the clock.
    """
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": at.astimezone(UTC).replace(tzinfo=None)})
    return book


def sheet_name(words: str) -> str:
    """Return words as the name of a sheet, which has 31 characters at most and a few that it cannot have."""
    return _NOT_IN_NAMES.sub(" ", words)[:_LONGEST_NAME].strip()
