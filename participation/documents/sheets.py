"""Documents as workbooks: the values of their tables typed, so that they can be added up, and every other word a text.

The first table of a sheet begins at its top, so that the sheet can be filtered and read by programs; what stands before
it in the document comes below.
"""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from fractions import Fraction
from textwrap import wrap
from typing import Any, Final

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from participation.documents import blocks
from participation.documents.blocks import Block, ColumnKind, Document, Row, Sheet, Table, Words, words_of
from participation.documents.glyphs import legible
from participation.documents.widths import AT_THE_END
from participation.workbooks.writing import safe_workbook, sheet_name

_LONGEST_CELL: Final = 32_767
"""As many characters as the format lets a cell have."""
_NARROWEST, _LABELS, _WIDEST, _WIDEST_WORDS = 8, 30, 60, 90
_LINE, _HIGHEST = 15, 409
_PORTION: Final = 100
_A4: Final = 9
_ACCENT, _TINT = "#1F3A5F", "#EEF1F5"
_KINDS: Final[Mapping[ColumnKind, dict[str, Any]]] = {
    "text": {"text_wrap": True},
    "number": {"num_format": "#,##0"},
    "money": {"num_format": "#,##0.00"},
    "share": {"num_format": "0.00%"},
    "date": {"num_format": 14},
}
"""How the values of a kind of column look; 14 is the short date of whoever opens the workbook."""
_STRONG: Final[Mapping[bool, dict[str, Any]]] = {False: {}, True: {"bold": True, "top": 1, "bg_color": _TINT}}


def render_xlsx(sheets: Sequence[Sheet], *, language: str, on: date, title: str = "", author: str = "") -> bytes:
    """Return sheets as a workbook; `on` becomes its date, so that the same sheets give the same bytes."""
    file = io.BytesIO()
    at = datetime.combine(on, time(), UTC)
    with safe_workbook(file, at=at) as book:
        book.set_properties({"created": at.replace(tzinfo=None), "title": legible(title), "author": legible(author)})
        looks = _Looks(book)
        names: set[str] = set()
        for sheet in sheets:
            name = _own_name(sheet.name, names)
            page = book.add_worksheet(name)
            if blocks.direction_of(language) == "rtl":
                page.right_to_left()
            _Page(page, looks, sheet.blocks, "right" if blocks.direction_of(language) == "rtl" else "left").write()
    return file.getvalue()


def sheets_of(document: Document) -> tuple[Sheet, ...]:
    """Return a document as sheets: what stands at its head, then one for each section."""
    head = (blocks.Subheading(document.title), blocks.Facts(document.facts))
    return (
        Sheet(words_of(document.kind or document.title), head),
        *(Sheet(words_of(section.title) or section.key, section.blocks) for section in document.sections),
    )


def _own_name(words: str, taken: set[str]) -> str:
    """Return a sheet's name that no sheet has yet; programs do not tell capital letters apart in them."""
    wanted = sheet_name(legible(words)).strip(" '") or "–"
    name, number = wanted, 1
    while name.casefold() in taken:
        number += 1
        ending = f" ({number})"
        name = f"{wanted[: 31 - len(ending)]}{ending}"
    taken.add(name.casefold())
    return name


class _Looks:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}

    def of(self, **look: object) -> Format:
        wanted = {"valign": "top"} | look
        key = tuple(sorted(wanted.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(wanted)
        return self._made[key]


@dataclass(slots=True)
class _Page:
    """A sheet while it is written, row below row; `side` is where its lines begin."""

    page: Worksheet
    looks: _Looks
    blocks: Sequence[Block]
    side: str
    row: int = 0

    def write(self) -> None:
        first = next((block for block in self.blocks if isinstance(block, Table)), None)
        self._print()
        if first is not None:
            self._first_table(first)
        else:
            self.page.set_column(0, 0, _LABELS if self._has_pairs() else _WIDEST_WORDS)
            self.page.set_column(1, 1, _WIDEST_WORDS)
        for block in self.blocks:
            if block is not first:
                self._block(block)

    def _has_pairs(self) -> bool:
        return any(isinstance(block, blocks.Facts) for block in self.blocks)

    def _print(self) -> None:
        self.page.set_paper(_A4)
        self.page.set_landscape()
        self.page.fit_to_pages(1, 0)
        self.page.set_footer("&C&P / &N")

    def _first_table(self, table: Table) -> None:
        self.page.freeze_panes(1, 0)
        self.page.repeat_rows(0)
        self.page.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
        for place, column in enumerate(table.columns):
            self.page.set_column(place, place, _width(table, place, column.kind))
        self._rows(table)
        for words in (table.caption, table.note):
            if words is not None:
                self._line(words, italic=True)

    def _block(self, block: Block) -> None:
        if isinstance(block, Table):
            self.row += 1
            self._line(block.caption, bold=True)
            self._rows(block)
            if block.note is not None:
                self._line(block.note, italic=True)
        elif isinstance(block, blocks.Facts):
            for fact in block.facts:
                self._text(0, fact.label, bold=True, text_wrap=True)
                self._text(1, fact.value, text_wrap=True)
                self._heighten([(words_of(fact.label), _LABELS), (words_of(fact.value), _WIDEST_WORDS)])
                self.row += 1
        else:
            for words, look in _LINES[type(block)](block):
                self._line(words, **look)

    def _rows(self, table: Table) -> None:
        for place, column in enumerate(table.columns):
            look = {"bold": True, "text_wrap": True, "bottom": 2, "bottom_color": _ACCENT}
            side = self._ends() if column.kind in AT_THE_END else self._begins()
            self.page.write_string(self.row, place, _cell_words(column.title), self.looks.of(**look, **side))
        self.row += 1
        widths = [_width(table, place, column.kind) for place, column in enumerate(table.columns)]
        for row in (*table.rows, *table.footer):
            self._table_row(row, table)
            if not row.across:
                self._heighten([(words_of(cell.text), width) for cell, width in zip(row.cells, widths, strict=True)])
            self.row += 1

    def _table_row(self, row: Row, table: Table) -> None:
        if row.across:
            self._text(0, row.cells[0].text, bold=True, font_color=_ACCENT, align=self.side)
            return
        for place, (column, cell) in enumerate(zip(table.columns, row.cells, strict=True)):
            kind: ColumnKind = "text" if cell.value is None else column.kind
            side = self._begins() if kind == "text" else self._ends()
            look = self.looks.of(**_KINDS[kind], **side, **_STRONG[row.strong])
            if kind != "text":
                _VALUES[kind](self.page, self.row, place, cell.value, look)
            else:
                self.page.write_string(self.row, place, _cell_words(cell.text), look)

    def _begins(self) -> dict[str, Any]:
        return {"align": self.side, "indent": 1}

    def _ends(self) -> dict[str, Any]:
        return {"align": "right" if self.side == "left" else "left"}

    def _line(self, words: Words, **look: object) -> None:
        """Write words in lines of their own: beside a table in short ones, elsewhere in a wide column that wraps."""
        beside_table = any(isinstance(block, Table) for block in self.blocks)
        place = 1 if self._has_pairs() and not beside_table else 0
        for line in words_of(words).split("\n"):
            for part in (wrap(line, _WIDEST_WORDS) or [""]) if beside_table else [line]:
                self._text(place, part, align=self.side, text_wrap=not beside_table, **look)
                self._heighten([(part, _WIDEST_WORDS)])
                self.row += 1

    def _heighten(self, cells: list[tuple[str, int]]) -> None:
        """Make the row as high as its words need in columns of their widths; not every program does that itself."""
        lines = max(
            sum(max(1, -(-len(line) // (width + width // 6))) for line in words.split("\n")) for words, width in cells
        )
        if lines > 1:
            self.page.set_row(self.row, min(_HIGHEST, lines * _LINE))

    def _text(self, place: int, words: Words, **look: object) -> None:
        self.page.write_string(self.row, place, _cell_words(words), self.looks.of(**look))


Line = tuple[Words, dict[str, object]]


def _items(block: blocks.Items) -> Iterator[Line]:
    for number, item in enumerate(block.items, start=block.start):
        yield f"{number}. {words_of(item)}" if block.numbered else f"• {words_of(item)}", {}


def _choices(block: blocks.Choices) -> Iterator[Line]:
    if block.title is not None:
        yield block.title, {"bold": True}
    for choice in block.choices:
        yield f"{blocks.BOXES[choice.state]} {words_of(choice.label)}", {}


def _titled(title: Words | None, text: Words) -> Iterator[Line]:
    if title is not None:
        yield title, {"bold": True}
    yield text, {}


_LINES: Final[Mapping[type, Callable[[Any], Iterator[Line]]]] = {
    blocks.Paragraph: lambda block: _titled(None, block.text),
    blocks.Note: lambda block: _titled(block.title, block.text),
    blocks.Quote: lambda block: _titled(block.source, block.text),
    blocks.Subheading: lambda block: iter([(block.title, {"bold": True, "font_color": _ACCENT})]),
    blocks.PageBreak: lambda _block: iter(()),
    blocks.Items: _items,
    blocks.Choices: _choices,
}
_VALUES: Final[Mapping[ColumnKind, Callable[[Worksheet, int, int, Any, Format], Any]]] = {
    "number": lambda page, row, place, value, look: page.write_number(row, place, value, look),
    "money": lambda page, row, place, value, look: page.write_number(row, place, value / _PORTION, look),
    "share": lambda page, row, place, value, look: page.write_number(row, place, float(Fraction(value)), look),
    "date": lambda page, row, place, value, look: page.write_datetime(row, place, datetime.fromisoformat(value), look),
}
"""How a value is written. A spreadsheet's numbers are binary: whole cents up to 2^53 come back as they were."""


def _cell_words(words: Words) -> str:
    said = legible(words_of(words)).strip()
    return said if len(said) <= _LONGEST_CELL else f"{said[: _LONGEST_CELL - 1]}…"


def _lines(words: str, width: int) -> int:
    """Return about how many lines words take in a column, whose width is told in digits; letters are narrower."""
    return max(1, -(-len(words) // (width + width // 6)))


def _width(table: Table, place: int, kind: ColumnKind) -> int:
    longest = max(
        (len(line) for row in table.rows if not row.across for line in words_of(row.cells[place].text).split("\n")),
        default=0,
    )
    heading = max((len(word) for word in words_of(table.columns[place].title).split()), default=0)
    room = 3 if kind == "text" else 5
    return min(_WIDEST, max(_NARROWEST, longest + room, heading + room))
