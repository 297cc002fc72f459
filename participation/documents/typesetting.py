"""A document as the plain values that the typesetter draws.

What a typesetter cannot know is settled here: the language it shall hyphenate by, where a word without a blank may be
broken, how wide the columns are, and that every character has a sign.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from participation.documents import blocks
from participation.documents.blocks import PAGE, PAGES, Block, Column, Document, Row, Section, Table, Words, words_of
from participation.documents.glyphs import shown
from participation.documents.widths import AT_THE_END, shares

Plain = dict[str, Any]

FAMILIES: Final = (
    "IBM Plex Sans",
    "Vazirmatn",
    "IBM Plex Sans Arabic",
    "IBM Plex Sans Hebrew",
    "Noto Sans Ethiopic",
    "Noto Sans Armenian",
    "Noto Sans Georgian",
    "Noto Sans Tamil",
    "Noto Sans SC",
    "Noto Sans Symbols 2",
    "Noto Emoji",
)
_PIECE: Final = 8
_LONGEST_WORD: Final = 60
_LONGEST_RUN_IN_A_CELL: Final = 28
"""Longer runs without a blank may be broken anywhere, as paper has an end; words of letters alone up to the first
length are left to be hyphenated by their language's rules, addresses and the like are not."""
_LONG_CELL: Final = 250
"""A row with a cell of more characters may go over to the next page; a shorter one stays whole."""
_LONG_HEADS: Final = 600
"""Headings of columns of more characters in all are not said again on every page."""
_LONGEST_HEAD: Final = 300
"""As much of a heading of a column as there is room for: what heads a table cannot go over to the next page."""
_RUNNING: Final = 100
"""As much of a text as goes into the head and foot of every page."""
_LONGEST_PROPERTY: Final = 2_000
"""As much of a text as goes into the properties and bookmarks of the file, whose texts PDF/A bounds."""
_MANY_COLUMNS: Final = 7
_BLANKS: Final = re.compile(r"\n[ ]*\n\s*")


def typeset(document: Document) -> Plain:
    """Return what typst/document.typ draws."""
    own = _Texts(document)
    running = " · ".join(filter(None, (own.plain(document.kind), own.plain(document.number))))
    return {
        "title": own.inline(document.title),
        "plain_title": _cut(own.plain(document.title), _LONGEST_PROPERTY),
        "language": _subtag(document.language),
        "direction": document.direction,
        "date": {"year": document.date.year, "month": document.date.month, "day": document.date.day},
        "fonts": FAMILIES,
        "kind": own.perhaps(document.kind),
        "number": own.inline(document.number or ""),
        "running": _cut(running, _RUNNING),
        "issuer": own.perhaps(document.issuer),
        "running_issuer": own.running(document.issuer),
        "mark": own.perhaps(document.mark),
        "running_mark": own.running(document.mark),
        "summary": own.perhaps(document.summary),
        "facts": [own.fact(fact) for fact in document.facts],
        "subject": _cut(own.plain(document.subject), _LONGEST_PROPERTY),
        "author": _cut(own.plain(document.author), _LONGEST_PROPERTY),
        "contents": None if document.contents is None else own.heading(document.contents),
        "closing": own.perhaps(document.closing),
        "page_words": [
            {"field": part.strip("{}")} if part in {PAGE, PAGES} else shown(part) for part in document.page_parts
        ],
        "sections": [own.section(section) for section in document.sections],
    }


def _cut(words: str, longest: int) -> str:
    """Return the beginning of words, as much of it as there is room for."""
    return words if len(words) <= longest else f"{words[: longest - 1]}…"


def _subtag(language: str) -> str:
    """Return the language that a typesetter hyphenates by: `de` for `de-simple`."""
    return language.partition("-")[0]


def _breakable(line: str, longest: int) -> str:
    """Return a line in which runs without a blank can be broken, by marks that take no room."""
    return re.sub(rf"\S{{{longest},}}", lambda found: _in_pieces(found[0]), line)


def _in_pieces(run: str) -> str:
    if run.isalpha() and len(run) <= _LONGEST_WORD:
        return run
    return "\u200b".join(run[start : start + _PIECE] for start in range(0, len(run), _PIECE))


class _Texts:
    """Texts of one document: which of them are in another language than the document is."""

    def __init__(self, document: Document) -> None:
        self._language = document.language
        self._drawn: Mapping[type, Callable[[Any], Plain]] = {
            blocks.Paragraph: lambda block: {"text": self.inline(block.text)},
            blocks.Note: lambda block: {"title": self.perhaps(block.title), "text": self.inline(block.text)},
            blocks.Quote: lambda block: {"text": self.inline(block.text), "source": self.perhaps(block.source)},
            blocks.Subheading: lambda block: self.heading(block.title) | {"level": block.level},
            blocks.PageBreak: lambda _block: {},
            blocks.Items: self._items,
            blocks.Choices: self._choices,
            blocks.Facts: lambda block: {"facts": [self.fact(fact) for fact in block.facts]},
            Table: self._table,
        }

    def plain(self, text: Words | None) -> str:
        """Return the bare words, for a line that has no language of its own."""
        return "" if text is None else shown(words_of(text)).replace("\n", " ")

    def perhaps(self, text: Words | None) -> str | Plain | None:
        return None if text is None else self.inline(text)

    def running(self, text: Words | None) -> str | Plain | None:
        """Return the beginning of a text in its language, for every page."""
        if text is None:
            return None
        return self.inline(blocks.Text(_cut(self.plain(text), _RUNNING), blocks.language_of(text, self._language)))

    def inline(self, text: Words, longest: int = _LONGEST_WORD) -> str | Plain:
        """Return a text: a string where it is one line in the document's language."""
        language = blocks.language_of(text, self._language)
        words = shown(words_of(text)).strip()
        if language == self._language and "\n" not in words:
            return _breakable(words, longest)
        return {
            "l": _subtag(language),
            "d": blocks.direction_of(language),
            "p": [[_breakable(line, longest) for line in paragraph.split("\n")] for paragraph in _BLANKS.split(words)],
        }

    def fact(self, fact: blocks.Fact) -> Plain:
        return {"label": self.inline(fact.label), "value": self.inline(fact.value)}

    def heading(self, title: Words) -> Plain:
        """Return a heading; one that is too long to be a bookmark stands in full below its beginning."""
        words = words_of(title).strip()
        if len(words) <= _LONGEST_PROPERTY:
            return {"title": self.inline(title), "empty": not words, "whole": None}
        beginning = blocks.Text(_cut(words, _LONGEST_PROPERTY), blocks.language_of(title, self._language))
        return {"title": self.inline(beginning), "empty": False, "whole": self.inline(title)}

    def section(self, section: Section) -> Plain:
        return self.heading(section.title) | {
            "starts_page": section.starts_page,
            "landscape": section.landscape,
            "blocks": [self._block(block) for block in section.blocks],
        }

    def _block(self, block: Block) -> Plain:
        kind = type(block)
        return {"is": kind.__name__.lower()} | self._drawn[kind](block)

    def _items(self, block: blocks.Items) -> Plain:
        return {
            "numbered": block.numbered,
            "start": block.start,
            "items": [self.inline(item) for item in block.items],
        }

    def _choices(self, block: blocks.Choices) -> Plain:
        return {
            "title": self.perhaps(block.title),
            "choices": [
                {
                    "label": self.inline(choice.label),
                    "sign": blocks.BOXES[choice.state],
                    "soft": choice.state == "unknown",
                }
                for choice in block.choices
            ],
        }

    def _table(self, table: Table) -> Plain:
        return {
            "caption": self.inline(table.caption),
            "repeats": sum(len(words_of(column.title)) for column in table.columns) <= _LONG_HEADS,
            "size": 8 if len(table.columns) >= _MANY_COLUMNS else 9,
            "columns": [
                self._column(column, width) for column, width in zip(table.columns, shares(table), strict=True)
            ],
            "rows": [self._row(row) for row in table.rows],
            "footer": [self._row(row) for row in table.footer],
            "sums_break": any(map(_is_long, table.footer)),
            "note": self.perhaps(table.note),
        }

    def _column(self, column: Column, width: int | None) -> Plain:
        words = _cut(words_of(column.title), _LONGEST_HEAD)
        title = self.inline(
            blocks.Text(words, blocks.language_of(column.title, self._language)), _LONGEST_RUN_IN_A_CELL
        )
        return {"title": title, "end": column.kind in AT_THE_END, "width": width}

    def _row(self, row: Row) -> Plain:
        """Return a row; it goes over to the next page whole or, if one of its cells is long, where it must."""
        return {
            "strong": row.strong,
            "across": row.across,
            "breaks": _is_long(row),
            "cells": [self.inline(cell.text, _LONGEST_RUN_IN_A_CELL) for cell in row.cells],
        }


def _is_long(row: Row) -> bool:
    return any(len(words_of(cell.text)) > _LONG_CELL for cell in row.cells)
