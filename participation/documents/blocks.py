"""What a document says, without how it looks: sections of paragraphs, lists, pairs and tables, in frozen dataclasses.

Rooms above compose a Document once, in the reader's language; every format is made from that one, so that a figure
cannot differ between them. Texts are data. Nothing in them is ever read as markup, a formula or a template.

A composer's way:

    Document(
        title="Update of the integration concept",
        language="de",                      # of every text that names no other
        date=date(2026, 11, 22),            # from the snapshot, never from the clock
        kind="Beschlussvorlage", number="VO/2026/00001", issuer="Stadt Beispielstadt",
        page_words="Seite {page} von {pages}",
        facts=(Fact("Federführend", "Stabsstelle Integration"),),
        sections=(
            Section("reasons", "Begründung", (
                Paragraph("An 62 Maßnahmen …"),
                Paragraph(Text("نص باللغة العربية", "ar")),
                Table(
                    caption="Plan",
                    columns=(Column("Maßnahme", heads_row=True, width=6), Column("Kosten", "money", width=2)),
                    rows=(Row((Cell("Sprachkurse"), Cell("12.000 €", 1_200_000))),),
                ),
            )),
        ),
    )

`to_json` and `from_json` turn a document into plain values and back, so that it can be stored and rendered elsewhere.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from itertools import chain
from typing import Any, Final, Literal, Self

from participation.core.languages import LANGUAGES

Direction = Literal["ltr", "rtl"]
ColumnKind = Literal["text", "number", "money", "share", "date"]
State = Literal["chosen", "open", "unknown"]

PAGE: Final = "{page}"
PAGES: Final = "{pages}"
FIRST_STRONG_ISOLATE: Final = "\u2068"
POP_ISOLATE: Final = "\u2069"


def direction_of(language: str) -> Direction:
    """Return the direction in which a language is written; one that nobody knows is written left to right."""
    known = LANGUAGES.get(language)
    return "ltr" if known is None else known.direction


def isolated(words: str) -> str:
    """Return words for the middle of a sentence of the other direction, so that neither reorders the other."""
    return f"{FIRST_STRONG_ISOLATE}{words}{POP_ISOLATE}"


@dataclass(frozen=True, slots=True)
class Text:
    """Words in a language of their own, and so in a direction of their own.

    A line break stays one; an empty line begins a new paragraph.
    """

    words: str
    language: str | None = None


Words = str | Text
"""Plain words are in the document's language."""


def words_of(text: Words) -> str:
    """Return the words of a text."""
    return text if isinstance(text, str) else text.words


def language_of(text: Words, document_language: str) -> str:
    """Return the language of a text that stands in a document."""
    return document_language if isinstance(text, str) else text.language or document_language


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: Words


@dataclass(frozen=True, slots=True)
class Note:
    """Words set apart from those around them: what a reader must not overlook."""

    text: Words
    title: Words | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's own words, such as the statement of a body, and who said them."""

    text: Words
    source: Words | None = None


@dataclass(frozen=True, slots=True)
class Subheading:
    """A heading below that of its section, of level 2 or, inside such a one, 3."""

    title: Words
    level: Literal[2, 3] = 2


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins a page."""


@dataclass(frozen=True, slots=True)
class Items:
    """A list; a numbered one begins with `start`, as the points of a proposed decision do."""

    items: tuple[Words, ...]
    numbered: bool = False
    start: int = 1


BOXES: Final[Mapping[State, str]] = {"chosen": "☒", "open": "☐", "unknown": "▨"}
"""The sign of a box; an unknown one is hatched."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A box of a form. An unknown one is neither ticked nor empty."""

    label: Words
    state: State


@dataclass(frozen=True, slots=True)
class Choices:
    """Boxes that belong together, in one line where they fit: "The measure is: ☒ new ☐ voluntary ☐ prescribed"."""

    choices: tuple[Choice, ...]
    title: Words | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    label: Words
    value: Words


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of a label and its value, below each other."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    `kind` says what its cells' values are and on which side they stand: numbers, money and shares at the end.
    `width` is a share of the table's width among the other columns' (6 is twice 3); 0 takes what the content needs.
    `heads_row` marks the column whose cells name their rows; those who listen to a table hear it with every cell.
    """

    title: Words
    kind: ColumnKind = "text"
    width: int = 0
    heads_row: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """Words for people, and the value for whoever calculates with it.

    The value by the kind of the column: number an int; money an int of cents; share the exact fraction in words,
    such as `1217/2430` or `3/4`; date in ISO 8601; text none. Without a value a spreadsheet shows the words.
    """

    text: Words
    value: int | str | None = None


EMPTY: Final = Cell("")


@dataclass(frozen=True, slots=True)
class Row:
    """A row. One that goes `across` has a single cell over all columns, such as the line under which the money ends."""

    cells: tuple[Cell, ...]
    strong: bool = False
    across: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its caption names it, its footer rows (sums) stand once at the end, its note below.

    Raises ValueError if a row has another number of cells than there are columns.
    """

    caption: Words
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    footer: tuple[Row, ...] = ()
    note: Words | None = None

    def __post_init__(self) -> None:
        if not self.columns:
            raise ValueError("a table has at least one column")
        for row in chain(self.rows, self.footer):
            wanted = 1 if row.across else len(self.columns)
            if len(row.cells) != wanted:
                raise ValueError(f"a row of {len(row.cells)} cells where there are {wanted}")


Block = Paragraph | Note | Quote | Subheading | PageBreak | Items | Choices | Facts | Table


@dataclass(frozen=True, slots=True)
class Section:
    """A part under a heading of its own, or under none if its title is empty.

    `key` is the same in all languages (ASCII, no blanks), so that a template can ask for this part.
    One that `starts_page` is an annex or the like; a `landscape` one lies on pages of its own, turned, for wide tables.
    """

    key: str
    title: Words
    blocks: tuple[Block, ...]
    starts_page: bool = False
    landscape: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document in one language; raises ValueError if it has no title.

    `kind` and `number` stand above the title and in the running head of every page ("Beschlussvorlage VO/2026/00001"),
    `issuer` at its other end. `mark` is said on every page: that this is a draft, or invented. `summary` and `facts`
    follow the title. `contents` is the heading of the table of contents; without it there is none. `closing` is the
    last line of the document, such as where its figures can be checked. `page_words` must name {page} and {pages};
    `date_words` is the date as people write it.
    `author` goes into the file's properties together with title, subject and date.
    """

    title: Words
    language: str
    date: date
    sections: tuple[Section, ...]
    kind: Words | None = None
    number: str | None = None
    issuer: Words | None = None
    mark: Words | None = None
    summary: Words | None = None
    facts: tuple[Fact, ...] = ()
    subject: str = ""
    author: str = ""
    contents: Words | None = None
    closing: Words | None = None
    page_words: str = "{page} / {pages}"
    date_words: str = ""

    def __post_init__(self) -> None:
        if not words_of(self.title).strip():
            raise ValueError("a document has a title")
        if not {PAGE, PAGES} <= set(self.page_parts):
            raise ValueError("the words for a page's number name {page} and {pages}")

    @property
    def page_parts(self) -> list[str]:
        """Return the words for a page's number in parts, PAGE and PAGES among them."""
        return [part for part in re.split(r"(\{page\}|\{pages\})", self.page_words) if part]

    @property
    def direction(self) -> Direction:
        return direction_of(self.language)

    def to_json(self) -> dict[str, Any]:
        """Return the document as plain values."""
        plain: dict[str, Any] = _plain(self)
        return plain

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Self:
        """Return the document that plain values say; raises Malformed if they are none."""
        document = _made(plain)
        if not isinstance(document, cls):
            raise Malformed("these values are no document")
        return document


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook: tables keep their values, whatever else there is stands as text."""

    name: str
    blocks: tuple[Block, ...]


class Malformed(ValueError):
    """Plain values do not say a document."""


_TAG: Final = "is"
_CLASSES: Final[dict[str, Callable[..., Any]]] = {
    kind.__name__.lower(): kind
    for kind in (
        *(Text, Paragraph, Note, Quote, Subheading, PageBreak, Items, Choice, Choices, Fact, Facts),
        *(Column, Cell, Row, Table, Section, Document, Sheet),
    )
}
_DATES: Final = {("document", "date")}


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever stands in a document
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
    tag = type(value).__name__.lower()
    return {_TAG: tag} | dict(_stated(value)) if tag in _CLASSES else value


def _stated(value: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any of the dataclasses above
    """Yield the fields that say something other than what goes without saying."""
    for field in fields(value):
        stated = getattr(value, field.name)
        if stated != field.default:
            yield field.name, _plain(stated)


def _made(value: Any) -> Any:  # noqa: ANN401 - whatever stands in a document
    if isinstance(value, list):
        return tuple(_made(inner) for inner in value)
    if not isinstance(value, dict):
        return value
    tag = value.get(_TAG)
    if not isinstance(tag, str) or tag not in _CLASSES:
        raise Malformed(f"no part of a document is a {tag!r}")
    try:
        inner = {
            name: date.fromisoformat(stated) if (tag, name) in _DATES else _made(stated)
            for name, stated in value.items()
            if name != _TAG
        }
        return _CLASSES[tag](**inner)
    except (TypeError, ValueError) as fault:
        raise Malformed(f"{tag}: {fault}") from fault
