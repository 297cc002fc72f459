"""Text files read in blocks of whole lines, and what every reader says about a place in them.

A file is UTF-8, with or without a byte order mark; lines end with a line feed, with or without a carriage
return before it. Nothing is held beyond a block, so that memory does not depend on how a file is made. The
first fault raises UnreadableFile with the file's name, the line and the column, both from 1; columns count
characters as an editor shows them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NoReturn, Protocol

from participation.tally.errors import UnreadableFile

BLOCK: Final = 2**17
"""Bytes read at a time: some thousand ballots, few enough that their cells as Python's objects stay small."""

LONGEST_LINE: Final = 2**20
"""Bytes; a ballot that ranks ten thousand options still fits."""

MOST_OPTIONS: Final = 10_000
"""More options than any public collection has; the counts of one round grow with the square of it."""

LONGEST_CODE: Final = 200
"""Characters of an option's or a voter's code."""

BLANKS: Final = " \t"
"""What may stand around a cell or a code without belonging to it."""

_MARK: Final = b"\xef\xbb\xbf"


class ByteReader(Protocol):
    """Any binary file: plain, compressed, or in memory."""

    def read(self, size: int = -1, /) -> bytes:
        """At most so many bytes; empty at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Block:
    """Some whole lines, without their line breaks."""

    first: int
    """The number of the first line, from 1."""
    lines: list[str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: whoever finds a fault there raises it with `refuse`."""

    file: str
    line: int
    column: int = 1

    def refuse(self, code: str, **facts: Any) -> NoReturn:  # noqa: ANN401  # plain values for the words
        """Raise UnreadableFile for this place."""
        raise UnreadableFile(code, file=self.file, line=self.line, column=self.column, **facts)

    def right(self, characters: int) -> "Place":
        """The place so many characters further on in the line."""
        return Place(self.file, self.line, self.column + characters)


def blocks(stream: ByteReader, name: str) -> Iterator[Block]:
    r"""Read a file as blocks of lines; raises UnreadableFile for what is no text.

    >>> import io
    >>> [block.lines for block in blocks(io.BytesIO(b"a;b\r\nc"), "x")]
    [['a;b'], ['c']]
    """
    line, rest = 1, b""
    for data in iter(lambda: stream.read(BLOCK), b""):
        if line == 1 and not rest and data.startswith(_MARK):
            data = data[len(_MARK) :]  # noqa: PLW2901  # the mark is no part of the text
        rest += data
        end = rest.rfind(b"\n") + 1
        if not end:
            if len(rest) > LONGEST_LINE:
                Place(name, line).refuse("line_too_long", limit=LONGEST_LINE)
            continue
        block = Block(line, _text(rest[:end], name, line)[:-1].split("\n"))
        yield block
        line += len(block.lines)
        rest = rest[end:]
    if rest:
        yield Block(line, [_text(rest + b"\n", name, line)[:-1]])


def numbered_lines(stream: ByteReader, name: str) -> Iterator[tuple[int, str]]:
    """The lines of a file with their numbers, for formats that are read line by line."""
    for block in blocks(stream, name):
        yield from enumerate(block.lines, start=block.first)


def _text(data: bytes, name: str, line: int) -> str:
    """Decode whole lines, each ending with a line feed alone."""
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as fault:
        _place(data[: fault.start].decode("utf-8"), name, line).refuse("not_utf_8")
    for character, code in (("\0", "nul_character"), ("\r", "stray_carriage_return")):
        if character in text:
            _place(text[: text.index(character)], name, line).refuse(code)
    return text


def _place(before: str, name: str, line: int) -> Place:
    """The place behind some text that begins at a line's start."""
    return Place(name, line + before.count("\n"), len(before) - before.rfind("\n"))
