"""A plan as a file: CSV for programs, XLSX for spreadsheets, JSON whole, PDF for reading and printing.

The same settled plan gives the same bytes in one language: dates come from its document, not from the clock.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from flask_babel import gettext as _

from participation.budgeting.wording import reason_in_words, status_in_words, summary_in_words
from participation.costings.messages import cover_name
from participation.costings.models import Cover
from participation.documents.blocks import EMPTY, Block, Cell, Column, Paragraph, Row, Section, Table, Text
from participation.documents.blocks import Document as Whole
from participation.documents.kept import PUBLIC
from participation.processes.models import Process
from participation.results import tables
from participation.results.files import KINDS, Labels, as_csv, as_json, as_xlsx
from participation.results.pages.rows import moment
from participation.results.queries import wording_in
from participation.web.locale import current_language
from participation.web.rendering import money_in_words

Document = Mapping[str, Any]
PDF: Final = "application/pdf"


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A file to hand out."""

    name: str
    mimetype: str
    data: bytes


@dataclass(frozen=True, slots=True)
class _Export:
    """What files are made from; `at` is when the plan was settled, of a draft now."""

    document: Document
    process: Process
    languages: Sequence[str]
    at: datetime


def plan_file(
    document: Document, process: Process, ending: str, languages: Sequence[str], *, now: datetime
) -> PlanFile:
    """Return a plan as a file of one of ENDINGS, in the first of the languages there is."""
    at = moment(document["settled_at"]) if document["settled_at"] else now
    writer, mimetype = _WRITERS[ending]
    name = f"{document['process']}-{document['plan']}.{ending}"
    return PlanFile(name, mimetype, writer(_Export(document, process, languages, at)))


def plan_table(document: Document, languages: Sequence[str]) -> tables.Table:
    """Return every measure with its place, what it costs, when it starts, and why."""
    return tables.Table(
        tuple(map(tables.Column, _HEADINGS)), tuple(_cells(row, document, languages) for row in document["measures"])
    )


def _cells(row: Document, document: Document, languages: Sequence[str]) -> tuple[tables.Cell, ...]:
    costing, by_hand = row["costing"], row["by_hand"]
    return (
        row["rank"],
        row["code"],
        wording_in(row["title"], languages).body,
        None if row["score"] is None else Fraction(row["score"]),
        wording_in(row["department"]["title"], languages).body if row["department"] else None,
        *(None if costing is None else Decimal(costing[name]) / 100 for name in _AMOUNTS),
        document["currency"],
        costing["cover"] if costing else None,
        row["status"],
        row["start_year"],
        reason_in_words(row, document["currency"]),
        wording_in(by_hand["reason"], languages).body if by_hand else None,
    )


_AMOUNTS: Final = ("once_cents", "annual_cents", "volume_cents")
_HEADINGS: Final[Mapping[str, Callable[[], str]]] = {
    "rank": lambda: _("Place"),
    "code": lambda: _("Code"),
    "title": lambda: _("Title"),
    "score_percent": lambda: _("Joint figure"),
    "department": lambda: _("Department"),
    "cost_once": lambda: _("Cost once"),
    "cost_annual": lambda: _("Cost a year"),
    "cost_volume": lambda: _("Cost volume"),
    "currency": lambda: _("Currency"),
    "cover": lambda: _("Cover in the budget"),
    "status": lambda: _("What becomes of it"),
    "start_year": lambda: _("Year in which it starts"),
    "reason": lambda: _("Why"),
    "by_hand": lambda: _("Reason of what was decided by hand"),
}
"""Columns by their names in CSV files, which are part of the interface."""


def _xlsx(export: _Export) -> bytes:
    document = export.document
    table = plan_table(document, export.languages)
    notes = [("", sentence) for sentence in summary_in_words(document)]
    labels = Labels(_("Plan"), [heading() for heading in _HEADINGS.values()], _("Years"), [*notes, *_years(export)])
    return as_xlsx(table, labels, at=export.at)


def _years(export: _Export) -> list[tuple[str, str]]:
    """Return what each year brings and pays for, in words."""
    currency = export.document["currency"]
    return [
        (
            str(year["year"]),
            _(
                "%(granted)s granted, %(before)s from the year before, %(spent)s spent, %(lapsed)s lapse.",
                granted=money_in_words(year["granted_cents"], currency),
                before=money_in_words(year["carried_in_cents"], currency),
                spent=money_in_words(year["spent_cents"], currency),
                lapsed=money_in_words(year["lapsed_cents"], currency),
            ),
        )
        for year in export.document["by_year"]
    ]


def _pdf(export: _Export) -> bytes:
    return PUBLIC.pdf(plan_as_document(export.document, export.process, export.languages, export.at.date()))


def plan_as_document(document: Document, process: Process, languages: Sequence[str], day: date) -> Whole:
    """Return a plan in blocks: the figures in sentences, the years, and every measure with its reason."""
    sentences = tuple(Paragraph(sentence) for sentence in summary_in_words(document))
    return Whole(
        title=_text(document["title"], languages),
        language=current_language().tag,
        date=day,
        kind=_("Plan"),
        issuer=process.city,
        mark=_mark(process, is_settled=document["state"] == "settled"),
        sections=(
            Section("figures", _("The figures"), sentences),
            Section("years", _("The money of each year"), (_year_table(document, languages),)),
            Section(
                "measures",
                _("Which measures start, when and why"),
                (_measure_table(document, languages),),
                starts_page=True,
                landscape=True,
            ),
        ),
        page_words=_("Page {page} of {pages}"),
    )


def _mark(process: Process, *, is_settled: bool) -> str | None:
    """Return what is said on every page of a draft, and of what is invented."""
    said = [] if is_settled else [_("Draft")]
    if process.is_example:
        said.append(_("Example data: this city, its process and everything in it are invented."))
    return " · ".join(said) or None


def _year_table(document: Document, languages: Sequence[str]) -> Block:
    envelopes = {one["code"]: _text(one["title"], languages) for one in document["envelopes"]}
    rows = [
        Row(
            (
                Cell(str(year["year"])),
                _money(year["granted_cents"], document),
                Cell(_joined([envelopes[one["envelope"]] for one in year["granted"]])),
                _money(year["spent_cents"], document),
                _money(year["lapsed_cents"], document),
                Cell(", ".join(year["starting"])),
            )
        )
        for year in document["by_year"]
    ]
    columns = (
        Column(_("Year"), heads_row=True, width=1),
        Column(_("Granted"), "money", width=2),
        Column(_("From which decision"), width=4),
        Column(_("Spent"), "money", width=2),
        Column(_("Lapses"), "money", width=2),
        Column(_("Starts in this year"), width=4),
    )
    return Table(_("What each year brings and pays for"), columns, tuple(rows))


def _measure_table(document: Document, languages: Sequence[str]) -> Block:
    columns = (
        Column(_("Place"), "number", width=1),
        Column(_("Code"), width=2),
        Column(_("Measure"), heads_row=True, width=5),
        Column(_("Cost volume"), "money", width=3),
        Column(_("Cover"), width=2),
        Column(_("What becomes of it"), width=3),
        Column(_("Why"), width=9),
    )
    return Table(
        _("Every measure with its reason"),
        columns,
        tuple(_measure(row, document, languages) for row in document["measures"]),
    )


def _measure(row: Document, document: Document, languages: Sequence[str]) -> Row:
    costing, by_hand = row["costing"], row["by_hand"]
    why = reason_in_words(row, document["currency"])
    said = wording_in(by_hand["reason"], languages).body if by_hand else ""
    return Row(
        (
            EMPTY if row["rank"] is None else Cell(str(row["rank"]), row["rank"]),
            Cell(row["code"]),
            Cell(_text(row["title"], languages)),
            EMPTY if costing is None else _money(costing["volume_cents"], document),
            EMPTY if costing is None else Cell(cover_name(Cover(costing["cover"]))),
            Cell(status_in_words(row)),
            Cell(f"{why}\n\n{said}" if said else why),
        )
    )


def _money(cents: int, document: Document) -> Cell:
    return Cell(money_in_words(cents, document["currency"]), cents)


def _text(words: Document, languages: Sequence[str]) -> Text:
    shown = wording_in(words, languages)
    return Text(shown.body, shown.language)


def _joined(texts: Sequence[Text]) -> Text | str:
    return Text(", ".join(one.words for one in texts), texts[0].language) if texts else ""


_WRITERS: Final[Mapping[str, tuple[Callable[[_Export], bytes], str]]] = {
    "csv": (lambda export: as_csv(plan_table(export.document, export.languages)), KINDS["csv"].mimetype),
    "xlsx": (_xlsx, KINDS["xlsx"].mimetype),
    "json": (lambda export: as_json(export.document), KINDS["json"].mimetype),
    "pdf": (_pdf, PDF),
}
ENDINGS: Final = tuple(_WRITERS)
