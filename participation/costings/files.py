"""The sheet that departments fill in: a workbook with what is stated now, lists to choose from, and instructions.

Row 1 holds the names by which the upload is read and is hidden; row 2 the headings in the reader's language. What must
not be changed (code, title, revision) is locked. Texts are written as texts, so none becomes a formula.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from flask_babel import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from participation.core.languages import LANGUAGES
from participation.costings.messages import cover_name, feasibility_name, quality_name
from participation.costings.models import Costs, Cover, EstimateQuality, Feasibility
from participation.costings.queries import Line, Sheet
from participation.costings.wording import language_name
from participation.processes.models import Process
from participation.texts.queries import wording
from participation.web.locale import current_language, reader_languages
from participation.workbooks.writing import safe_workbook, sheet_name

FIRST_ROW: Final = 2
"""The first row of measures, counted from 0."""

LISTS: Final = "lists"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the sheet; `look` names its format, `said` gives what is stated now, None for nothing."""

    name: str
    look: str
    width: int
    said: Callable[[Costs], object]


def _units(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else Decimal(hundredths) / 100


INPUTS: Final[tuple[Column, ...]] = (
    Column("once", "amount", 14, lambda costs: _units(costs.once_cents)),
    Column("annual", "amount", 14, lambda costs: _units(costs.annual_cents)),
    Column("years", "whole", 10, lambda costs: costs.years),
    Column("low", "amount", 14, lambda costs: _units(costs.low_cents)),
    Column("high", "amount", 14, lambda costs: _units(costs.high_cents)),
    Column("quality", "text", 22, lambda costs: quality_name(costs.quality)),
    Column("cover", "text", 22, lambda costs: cover_name(costs.cover)),
    Column("cover_source", "text", 30, lambda costs: costs.cover_source),
    Column("needs_post", "text", 10, lambda costs: _("yes") if costs.needs_post else None),
    Column(
        "posts",
        "amount",
        10,
        lambda costs: _units(costs.posts_hundredths),
    ),
    Column("feasibility", "text", 24, lambda costs: feasibility_name(costs.feasibility) if costs.feasibility else None),
    Column("statement", "text", 40, lambda costs: costs.statement),
    Column("first_month", "text", 12, lambda costs: costs.first_month),
    Column("last_month", "text", 12, lambda costs: costs.last_month),
    Column("note", "text", 40, lambda costs: costs.note),
    Column("language", "text", 16, lambda costs: language_name(costs.language) if costs.language else None),
)
LOCKED: Final = ("process", "code", "title", "revision")
NAMES: Final = (*LOCKED, *(column.name for column in INPUTS))


def headings() -> dict[str, str]:
    """Return what each column is called in the reader's language."""
    return {
        "process": _("Process"),
        "code": _("Code"),
        "title": _("Measure"),
        "revision": _("Revision"),
        "once": _("Cost, one time"),
        "annual": _("Cost in every full year"),
        "years": _("For how many years?"),
        "low": _("Expected from"),
        "high": _("Expected up to"),
        "quality": _("How sure is this?"),
        "cover": _("Does the budget cover it?"),
        "cover_source": _("Where the money comes from"),
        "needs_post": _("A new post is needed"),
        "posts": _("How many full-time posts?"),
        "feasibility": _("Can it be done?"),
        "statement": _("Conditions or reasons"),
        "first_month": _("First month"),
        "last_month": _("Last month"),
        "note": _("Note"),
        "language": _("Language of what you wrote"),
    }


def choices(process: Process) -> dict[str, list[tuple[str, str]]]:
    """Return what can be chosen in a column: values with their words in the reader's language."""
    tags = (*process.languages, *sorted(LANGUAGES.keys() - set(process.languages)))
    return {
        "quality": [(one.value, quality_name(one)) for one in EstimateQuality],
        "cover": [(one.value, cover_name(one)) for one in Cover],
        "needs_post": [("yes", _("yes")), ("no", _("no"))],
        "feasibility": [(one.value, feasibility_name(one)) for one in Feasibility],
        "language": [(tag, language_name(tag)) for tag in tags if tag in LANGUAGES],
    }


def costing_sheet(process: Process, sheet: Sheet, *, at: datetime) -> bytes:
    """Write the measures of a sheet as a workbook to fill in."""
    file = io.BytesIO()
    with safe_workbook(file, at=at) as book:
        looks = {name: book.add_format(look) for name, look in _LOOKS.items()}
        page = book.add_worksheet(sheet_name(_("Costs")))
        about = book.add_worksheet(sheet_name(_("Instructions")))
        lists = book.add_worksheet(LISTS)
        lists.hide()
        _fill(page, process, sheet.lines, looks)
        _offer(page, lists, choices(process), len(sheet.lines))
        _explain(about, process, looks)
        if current_language().direction == "rtl":
            page.right_to_left()
            about.right_to_left()
    return file.getvalue()


_TEXT: Final = {"valign": "top", "text_wrap": True}
_LOOKS: Final[Mapping[str, dict[str, Any]]] = {
    "heading": {**_TEXT, "bold": True, "bg_color": "#E5EAF0", "border": 1},
    "locked": {**_TEXT, "bg_color": "#F2F2F2"},
    "text": {**_TEXT, "num_format": "@", "locked": False},
    "amount": {"valign": "top", "num_format": "#,##0.00", "locked": False},
    "whole": {"valign": "top", "num_format": "0", "locked": False},
    "plain": _TEXT,
}


def _fill(page: Worksheet, process: Process, lines: Sequence[Line], looks: Mapping[str, Format]) -> None:
    words = headings()
    for place, name in enumerate(NAMES):
        page.write_string(0, place, name, looks["locked"])
        page.write_string(1, place, words[name], looks["heading"])
    for number, line in enumerate(lines, start=FIRST_ROW):
        title = wording(line.proposal.title, reader_languages(process.default_language)).body
        locked = (process.slug, line.proposal.code, title)
        for place, text in enumerate(locked):
            page.write_string(number, place, text, looks["locked"])
        page.write_number(number, len(locked), line.costing.revision if line.costing else 0, looks["locked"])
        costs = line.costing.costs if line.costing else None
        for place, column in enumerate(INPUTS, start=len(LOCKED)):
            said = column.said(costs) if costs else None
            if column.name == "language" and said is None:
                said = language_name(process.default_language)
            _write(page, number, place, said, looks[column.look])
    page.set_row(0, None, None, {"hidden": True})
    page.set_column(0, 0, None, None, {"hidden": True})
    page.set_column(1, 1, 9)
    page.set_column(2, 2, 45)
    page.set_column(3, 3, 9)
    for place, column in enumerate(INPUTS, start=len(LOCKED)):
        page.set_column(place, place, column.width)
    page.freeze_panes(FIRST_ROW, 3)
    page.protect("", {"format_columns": True, "format_rows": True})


def _write(page: Worksheet, row: int, place: int, said: object, look: Format) -> None:
    if said is None or said == "":
        page.write_blank(row, place, None, look)
    elif isinstance(said, (int, Decimal)):
        page.write_number(row, place, float(said), look)  # a spreadsheet's numbers are binary
    else:
        page.write_string(row, place, str(said), look)


def _offer(page: Worksheet, lists: Worksheet, offered: Mapping[str, Sequence[tuple[str, str]]], measures: int) -> None:
    """Let cells be chosen from lists, which stand on a sheet of their own: words may hold commas."""
    for column, (name, values) in enumerate(offered.items()):
        for row, (_value, words) in enumerate(values):
            lists.write_string(row, column, words)
        letter = "ABCDEFGH"[column]
        place = NAMES.index(name)
        page.data_validation(
            FIRST_ROW,
            place,
            max(FIRST_ROW, FIRST_ROW + measures - 1),
            place,
            {"validate": "list", "source": f"={LISTS}!${letter}$1:${letter}${len(values)}", "error_type": "warning"},
        )


def _explain(about: Worksheet, process: Process, looks: Mapping[str, Format]) -> None:
    about.set_column(0, 0, 100)
    title = wording(process.title, reader_languages(process.default_language)).body
    about.write_string(0, 0, title, looks["heading"])
    for row, words in enumerate(instructions(process.currency), start=1):
        about.write_string(row, 0, words, looks["plain"])


def instructions(currency: str) -> list[str]:
    """Return how the sheet is filled in, for the workbook and for the page that offers it."""
    return [
        _("Fill in one row for each measure. Rows that you leave empty stay as they are."),
        _("Code, title and revision are locked. By the revision we see whether somebody stated costs in the meantime."),
        _("Amounts are in %(currency)s, with comma or point. Write 0 if there is no cost.", currency=currency),
        _("Leave the years empty if the yearly cost runs for good."),
        _("The range is the one in which one-off cost and one full year of running cost are expected together."),
        _("Where there is a list, choose from it. Write months like 2027-03 or 03/2027, and posts like 0,5."),
        _("Write values, no formulas: nothing in the file is calculated when it is read."),
        _("Nothing is saved by the upload. You see what would change first, and then confirm it."),
    ]
