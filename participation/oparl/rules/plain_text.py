"""A document as plain text: what can be searched and listened to without opening the file."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from participation.documents.blocks import (
    FIRST_STRONG_ISOLATE,
    POP_ISOLATE,
    Cell,
    Choices,
    Document,
    Fact,
    Facts,
    Items,
    Note,
    PageBreak,
    Paragraph,
    Quote,
    Row,
    Subheading,
    Table,
    Words,
    words_of,
)

_BETWEEN_CELLS: Final = "\t"
_BOXES: Final = {"chosen": "[x]", "open": "[ ]", "unknown": "[?]"}
_ISOLATES: Final = str.maketrans("", "", FIRST_STRONG_ISOLATE + POP_ISOLATE)


def plain_text(document: Document) -> str:
    """Return everything that a document says, in its order: a line for each paragraph, entry and row of a table."""
    lines = [line for part in _parts(document) for line in part.translate(_ISOLATES).splitlines()]
    return "\n".join(line.rstrip() for line in lines if line.strip())


def _parts(document: Document) -> Iterator[str]:
    head = (document.kind, document.number, document.mark, document.title, document.summary)
    yield from (words_of(words) for words in head if words)
    yield from (_fact(fact) for fact in document.facts)
    for section in document.sections:
        yield words_of(section.title)
        for block in section.blocks:
            yield from _SAID[type(block)](block)
    if document.closing:
        yield words_of(document.closing)


def _fact(fact: Fact) -> str:
    return f"{words_of(fact.label)}: {words_of(fact.value)}"


def _said(*words: Words | None) -> Iterator[str]:
    yield from (words_of(one) for one in words if one)


def _items(block: Items) -> Iterator[str]:
    for number, item in enumerate(block.items, block.start):
        yield f"{number}. {words_of(item)}" if block.numbered else f"- {words_of(item)}"


def _choices(block: Choices) -> Iterator[str]:
    yield from _said(block.title)
    for choice in block.choices:
        yield f"{_BOXES[choice.state]} {words_of(choice.label)}"


def _row(cells: tuple[Cell, ...]) -> str:
    return _BETWEEN_CELLS.join(" ".join(words_of(cell.text).split()) for cell in cells)


def _table(block: Table) -> Iterator[str]:
    yield words_of(block.caption)
    yield _BETWEEN_CELLS.join(words_of(column.title) for column in block.columns)
    rows: tuple[Row, ...] = (*block.rows, *block.footer)
    yield from (_row(row.cells) for row in rows)
    yield from _said(block.note)


_SAID: Final[Mapping[type, Callable[[Any], Iterator[str]]]] = {
    Paragraph: lambda block: _said(block.text),
    Note: lambda block: _said(block.title, block.text),
    Quote: lambda block: _said(block.text, block.source),
    Subheading: lambda block: _said(block.title),
    PageBreak: lambda _block: iter(()),
    Items: _items,
    Choices: _choices,
    Facts: lambda block: (_fact(fact) for fact in block.facts),
    Table: _table,
}
