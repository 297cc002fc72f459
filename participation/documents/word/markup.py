"""The blocks of a document as WordprocessingML (ECMA-376, part 1).

What people wrote passes `escaped` and nothing else, so that no sign of it is markup, a field or a placeholder.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from participation.documents import blocks
from participation.documents.blocks import Block, Cell, Document, Row, Section, Table, Words, words_of
from participation.documents.glyphs import legible
from participation.documents.widths import AT_THE_END, grid

NAMESPACE: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "{": "&#123;", "}": "&#125;"})
_RIGHT_TO_LEFT: Final = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_RUNS: Final = {
    "ltr": re.compile(f"[{_RIGHT_TO_LEFT}](?:[^{_RIGHT_TO_LEFT}A-Za-z\u00c0-\u058f]*[{_RIGHT_TO_LEFT}])*"),
    "rtl": re.compile(f"[A-Za-z\u00c0-\u058f](?:[^{_RIGHT_TO_LEFT}]*[A-Za-z\u00c0-\u058f])*"),
}
"""Parts of a line that read the other way than the line does, with what stands between their letters."""
_PARAGRAPHS: Final = re.compile(r"\n[ ]*\n\s*")
_SOFT, _ACCENT, _TINT, _HAIR = "505050", "1F3A5F", "EEF1F5", "C4C8CE"
_MANY_COLUMNS: Final = 7
_LONG_HEADS: Final = 600
"""Headings of columns of more characters in all are not said again on every page."""


def escaped(words: str) -> str:
    """Return words as they stand in XML and, with the braces of a placeholder, in a template."""
    return legible(words).translate(_ESCAPES)


def mixed(line: str, direction: blocks.Direction) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a line, each with whether it reads from the right."""
    done = 0
    for found in _RUNS[direction].finditer(line):
        if found.start() > done:
            yield line[done : found.start()], direction == "rtl"
        yield found[0], direction == "ltr"
        done = found.end()
    if done < len(line):
        yield line[done:], direction == "rtl"


@dataclass(frozen=True, slots=True)
class Place:
    """What the markup must know of the file that it goes into: its styles by name, lists, and the width of a line."""

    styles: Mapping[str, str]
    bullets: int
    numbers: Callable[[int], int]
    width: int
    turned_width: int


class Markup:
    """The markup of one document's blocks."""

    def __init__(self, document: Document, place: Place) -> None:
        self._document = document
        self._place = place
        self._width = place.width
        self._drawn: Mapping[type, Callable[[Any], str]] = {
            blocks.Paragraph: lambda block: self.flowing(block.text),
            blocks.Note: self._note,
            blocks.Quote: self._quote,
            blocks.Subheading: lambda block: self.heading(block.title, block.level),
            blocks.PageBreak: lambda _block: '<w:p><w:r><w:br w:type="page"/></w:r></w:p>',
            blocks.Items: self._items,
            blocks.Choices: self._choices,
            blocks.Facts: lambda block: self.facts(block.facts),
            Table: self._table,
        }

    def section(self, section: Section) -> str:
        """Return a section; a turned one lies between two marks of a section of pages, which are filled in later."""
        self._width = self._place.turned_width if section.landscape else self._place.width
        breaks = "<w:pageBreakBefore/>" if section.starts_page and not section.landscape else ""
        inner = self.heading(section.title, 1, breaks) + "".join(map(self.block, section.blocks))
        return f"{_pages('portrait')}{inner}{_pages('landscape')}" if section.landscape else inner

    def block(self, block: Block) -> str:
        return self._drawn[type(block)](block)

    def heading(self, title: Words, level: int, properties: str = "") -> str:
        if not words_of(title).strip():
            return ""
        style = self._style(f"heading {level}")
        look = "" if style else f'<w:b/><w:bCs/><w:color w:val="{_ACCENT}"/>'
        outline = "" if style else f'<w:outlineLvl w:val="{level - 1}"/>'
        return self.paragraph(title, style + "<w:keepNext/>" + properties, look, after=outline)

    def title(self) -> str:
        style = self._style("title")
        return self.paragraph(self._document.title, style, "" if style else '<w:b/><w:sz w:val="36"/>')

    def facts(self, facts: tuple[blocks.Fact, ...]) -> str:
        """Return pairs as a table without lines, labels small."""
        if not facts:
            return ""
        first = self._width * 28 // 100
        rows = "".join(
            f"<w:tr>{self._cell(fact.label, first, look=_small())}{self._cell(fact.value, self._width - first)}</w:tr>"
            for fact in facts
        )
        return self._framed(rows, [first, self._width - first], borders=_lines("insideH"))

    def flowing(self, text: Words, properties: str = "", look: str = "") -> str:
        """Return a text as the paragraphs that its empty lines make."""
        parts = _PARAGRAPHS.split(words_of(text).strip())
        language = blocks.language_of(text, self._document.language)
        return "".join(self.paragraph(blocks.Text(part, language), properties, look) for part in parts)

    def paragraph(self, text: Words, properties: str = "", look: str = "", after: str = "") -> str:
        """Return one paragraph in the direction of its language.

        `properties` come before the direction and `after` behind it, in the order that the standard demands.
        """
        language = blocks.language_of(text, self._document.language)
        direction = blocks.direction_of(language)
        bidi = f'<w:bidi w:val="{int(direction == "rtl")}"/>'
        return f"<w:p><w:pPr>{properties}{bidi}{after}</w:pPr>{self.runs(text, look)}</w:p>"

    def runs(self, text: Words, look: str = "") -> str:
        """Return the runs of a text: each of one direction, line breaks between the lines."""
        language = blocks.language_of(text, self._document.language)
        direction = blocks.direction_of(language)
        tag = language.replace("de-simple", "de")
        return "<w:r><w:br/></w:r>".join(
            "".join(_run(part, tag, look, from_right=from_right) for part, from_right in mixed(line, direction))
            for line in words_of(text).strip().split("\n")
        )

    def _style(self, name: str) -> str:
        found = self._place.styles.get(name)
        return f'<w:pStyle w:val="{found}"/>' if found else ""

    def _note(self, block: blocks.Note) -> str:
        box = f'<w:shd w:val="clear" w:color="auto" w:fill="{_TINT}"/>'
        title = "" if block.title is None else self.paragraph(block.title, f"<w:keepNext/>{box}", "<w:b/><w:bCs/>")
        return title + self.flowing(block.text, box)

    def _quote(self, block: blocks.Quote) -> str:
        indent = '<w:ind w:left="420" w:right="420"/>'
        words = "".join(
            self.paragraph(blocks.Text(part, blocks.language_of(block.text, self._document.language)), after=indent)
            for part in _PARAGRAPHS.split(words_of(block.text).strip())
        )
        return words + ("" if block.source is None else self.paragraph(block.source, after=indent, look=_small()))

    def _items(self, block: blocks.Items) -> str:
        number = self._place.numbers(block.start) if block.numbered else self._place.bullets
        listed = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'
        return "".join(self.paragraph(_in_one(item, self._document.language), listed) for item in block.items)

    def _choices(self, block: blocks.Choices) -> str:
        language, from_right = self._document.language, self._document.direction == "rtl"

        def sign(words: str) -> str:
            return _run(words, language, "", from_right=from_right)

        title = "" if block.title is None else self.runs(block.title, "<w:b/><w:bCs/>") + sign("   ")
        boxes = sign("     ").join(
            sign(f"{blocks.BOXES[choice.state]} ") + self.runs(choice.label) for choice in block.choices
        )
        bidi = f'<w:bidi w:val="{int(from_right)}"/>'
        return f"<w:p><w:pPr>{bidi}</w:pPr>{title}{boxes}</w:p>"

    def _table(self, table: Table) -> str:
        widths = grid(table, self._width)
        size = 15 if len(table.columns) >= _MANY_COLUMNS else 17
        look = f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
        heads = "".join(
            self._cell(column.title, width, look="<w:b/><w:bCs/>" + look, at_end=column.kind in AT_THE_END)
            for column, width in zip(table.columns, widths, strict=True)
        )
        repeats = sum(len(words_of(column.title)) for column in table.columns) <= _LONG_HEADS
        rows = [f"<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{heads}" if repeats else heads]
        rows += [self._row(row, table, widths, look) for row in (*table.rows, *table.footer)]
        inner = "".join(f"<w:tr>{row}</w:tr>" for row in rows)
        caption = self._style("caption")
        return (
            self.paragraph(table.caption, f"{caption}<w:keepNext/>", "" if caption else "<w:b/><w:bCs/>")
            + self._framed(inner, widths, borders=_lines("top", "bottom", "insideH"), name=words_of(table.caption))
            + ("" if table.note is None else self.paragraph(table.note, look=_small()))
        )

    def _row(self, row: Row, table: Table, widths: list[int], look: str) -> str:
        bold = "<w:b/><w:bCs/>" if row.strong or row.across else ""
        if row.across:
            return self._cell(row.cells[0].text, sum(widths), look=bold + look, span=len(widths), fill=_TINT)
        cells: zip[tuple[blocks.Column, Cell, int]] = zip(table.columns, row.cells, widths, strict=True)
        return "".join(
            self._cell(cell.text, width, look=bold + look, at_end=column.kind in AT_THE_END)
            for column, cell, width in cells
        )

    def _cell(  # the shape of a cell is many small things
        self, text: Words, width: int, *, look: str = "", at_end: bool = False, span: int = 1, fill: str = ""
    ) -> str:
        spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
        shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
        language = blocks.language_of(text, self._document.language)
        # A text of the other direction reads its own way, but stands where its column begins.
        turned = blocks.direction_of(language) != self._document.direction
        side = f'<w:jc w:val="{"end" if at_end != turned else "start"}"/>'
        spacing = '<w:spacing w:before="30" w:after="30"/>'
        bidi = f'<w:bidi w:val="{int(blocks.direction_of(language) == "rtl")}"/>'
        inner = f"<w:p><w:pPr>{bidi}{spacing}{side}</w:pPr>{self.runs(_in_one(text, language), look)}</w:p>"
        return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spanned}{shade}</w:tcPr>{inner}</w:tc>'

    def _framed(self, rows: str, widths: list[int], *, borders: str, name: str = "") -> str:
        visual = "<w:bidiVisual/>" if self._document.direction == "rtl" else ""
        caption = f'<w:tblCaption w:val="{escaped(name)[:250]}"/>' if name else ""
        columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        return (
            f'<w:tbl><w:tblPr>{visual}<w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
            f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/>'
            f'<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1"'
            f' w:noVBand="1"/>{caption}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>'
            '<w:p><w:pPr><w:spacing w:before="0" w:after="60"/></w:pPr></w:p>'
        )


def _run(words: str, language: str, look: str, *, from_right: bool) -> str:
    turned = "<w:rtl/>" if from_right else ""
    known = from_right == (blocks.direction_of(language) == "rtl")
    tag = f'<w:lang w:{"bidi" if from_right else "val"}="{language}"/>' if known else ""
    return f'<w:r><w:rPr>{look}{turned}{tag}</w:rPr><w:t xml:space="preserve">{escaped(words)}</w:t></w:r>'


def _in_one(text: Words, language: str) -> blocks.Text:
    """Return a text as one paragraph, whose empty lines are line breaks."""
    return blocks.Text(_PARAGRAPHS.sub("\n", words_of(text).strip()), blocks.language_of(text, language))


def _small() -> str:
    return f'<w:color w:val="{_SOFT}"/><w:sz w:val="17"/><w:szCs w:val="17"/>'


def _lines(*sides: str) -> str:
    return "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{_HAIR}"/>' for side in sides)


def _pages(orientation: str) -> str:
    """Return the mark with which pages of an orientation end; what else they are is copied from the template's own."""
    return f'<w:p><w:pPr><w:sectPr w:rsidSect="{orientation}"/></w:pPr></w:p>'
