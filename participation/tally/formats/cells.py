"""Rows of cells between separators, as .pb and CSV files have them.

A cell that holds the separator, a quotation mark or a line break stands in quotation marks, and marks inside
it are doubled (RFC 4180). A mark opens a quoted cell only where the matching one ends it: Pabulib publishes
names such as `"Odkupmy" i my` as they are, and these stay text, marks and all. So nothing is dropped, and a
cell in which a separator would then have to be guessed makes its row ragged, which is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from participation.tally.formats.lines import BLANKS, LONGEST_LINE, Place

QUOTE: Final = '"'


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text, without the blanks and marks around it, and where it begins."""

    text: str
    place: Place


@dataclass(slots=True)
class Row:
    """The cells of a row; while a quoted one is open, the next line belongs to the row."""

    separator: str
    cells: list[Cell] = field(default_factory=list)
    open: Place | None = None
    """Where the quoted cell begins that is still open."""
    _parts: list[str] = field(default_factory=list)
    _size: int = 0

    def read(self, line: str, place: Place) -> None:
        """Read the row's next line, whose place is its beginning. Raises UnreadableFile.

        >>> row = Row(";")
        >>> row.read('1; "a ""b""; c";"d" e', Place("x.pb", 1))
        >>> [cell.text for cell in row.cells], row.open
        (['1', 'a "b"; c', '"d" e'], None)
        """
        start = 0
        if self.open is not None:
            start = self._continue(line, self.open)
        while self.open is None and start <= len(line):
            start = self._cell(line, start, place)

    def _cell(self, line: str, start: int, place: Place) -> int:
        begin = _behind_blanks(line, start)
        if line.startswith(QUOTE, begin):
            close, end = _closing(line, begin + 1, self.separator)
            if close < 0:
                self.open, self._parts, self._size = place.right(begin + 1), [line[begin + 1 :]], len(line)
                return end
            if end >= 0:
                text = line[begin + 1 : close].replace(QUOTE * 2, QUOTE)
                self.cells.append(Cell(text, place.right(begin + 1)))
                return end + len(self.separator)
        end = line.find(self.separator, start)
        end = len(line) if end < 0 else end
        self.cells.append(Cell(line[start:end].strip(BLANKS), place.right(min(begin, end))))
        return end + len(self.separator)

    def _continue(self, line: str, opened: Place) -> int:
        """Look for the mark that closes the open cell; no other reading of a cell over lines makes sense."""
        close, end = _closing(line, 0, self.separator)
        self._size += len(line)
        if (close >= 0 and end < 0) or self._size > LONGEST_LINE:
            opened.refuse("unclosed_quotation_mark")
        if close < 0:
            self._parts.append(line)
            return end
        text = "\n".join([*self._parts, line[:close]]).replace(QUOTE * 2, QUOTE)
        self.cells.append(Cell(text, opened))
        self.open = None
        return end + len(self.separator)


def quoted(text: str, separator: str) -> str:
    """Write a cell so that it is read as the same text.

    >>> quoted('a "b" c', ";"), quoted("a, b", ";"), quoted(" a", ";")
    ('"a ""b"" c"', 'a, b', '" a"')
    """
    if any(sign in text for sign in (separator, QUOTE, "\n")) or text != text.strip(BLANKS):
        return QUOTE + text.replace(QUOTE, QUOTE * 2) + QUOTE
    return text


def row_text(texts: Sequence[str], separator: str) -> str:
    """A row of cells with its line break."""
    return separator.join(quoted(text, separator) for text in texts) + "\n"


def _closing(line: str, start: int, separator: str) -> tuple[int, int]:
    """Where the mark stands that closes a quoted cell, and where the cell ends; below zero if there is none.

    A mark that neither closes the cell nor is doubled has a place, but no end.
    """
    at = line.find(QUOTE, start)
    while at >= 0 and line.startswith(QUOTE, at + 1):
        at = line.find(QUOTE, at + 2)
    if at < 0:
        return -1, -1
    end = _behind_blanks(line, at + 1)
    return (at, end) if end >= len(line) or line.startswith(separator, end) else (at, -1)


def _behind_blanks(line: str, start: int) -> int:
    while line[start : start + 1] and line[start] in BLANKS:
        start += 1
    return start
