"""Files made to be slow or large to read; run with a size, it reads them all."""

import io
import sys
from collections.abc import Callable
from typing import Final

from participation.tally.errors import UnreadableFile
from participation.tally.formats.abif import read_abif
from participation.tally.formats.ballot_table import read_table
from participation.tally.formats.pabulib_reading import read_pabulib
from participation.tally.formats.preflib import read_preflib
from participation.tally.jsonlines import read_ballots
from tests.unit.tally.formats.test_ballot_table import TABLE
from tests.unit.tally.formats.test_preflib import TOI

Reader = Callable[[bytes], object]

READERS: Final[dict[str, Reader]] = {
    "pabulib": lambda data: read_pabulib(io.BytesIO(data), name="x"),
    "preflib": lambda data: read_preflib(io.BytesIO(data), name="x"),
    "abif": lambda data: read_abif(io.BytesIO(data), name="x"),
    "csv": lambda data: read_table(io.BytesIO(data), name="x"),
    "jsonlines": lambda data: read_ballots(io.BytesIO(data), name="x"),
}


def tiny_votes(number: int) -> bytes:
    """The most rows for the size: two characters and more a voter."""
    header = f"META\nkey;value\nnum_projects;1\nnum_votes;{number}\nbudget;1\nvote_type;approval\n"
    rows = "".join(f"{voter:x};\n" for voter in range(number))
    return f"{header}PROJECTS\nproject_id;cost\n1;1\nVOTES\nvoter_id;vote\n{rows}".encode()


def short_orders(number: int) -> bytes:
    header = f"# DATA TYPE: toi\n# NUMBER ALTERNATIVES: 2\n# NUMBER VOTERS: {number}\n"
    return (header + "# ALTERNATIVE NAME 1: a\n# ALTERNATIVE NAME 2: b\n" + "1:1\n" * number).encode()


def long_order(number: int) -> bytes:
    size = min(9_000, number)
    names = "".join(f"# ALTERNATIVE NAME {one}: {one}\n" for one in range(1, size + 1))
    header = f"# DATA TYPE: soi\n# NUMBER ALTERNATIVES: {size}\n# NUMBER VOTERS: {number // size}\n"
    order = ",".join(map(str, range(1, size + 1)))
    return (header + names + f"1: {order}\n" * (number // size)).encode()


def table_rows(number: int) -> bytes:
    return b"body,round,kind,ballot,a\n" + b"".join(b"a,b,approval,%d,1\n" % one for one in range(number))


LARGE: Final[dict[str, tuple[str, Callable[[int], bytes]]]] = {
    "many small votes": ("pabulib", tiny_votes),
    "a cell that never ends": ("pabulib", lambda number: b'META\nkey;value\n"' + b'a""\n' * number),
    "marks that close nothing": ("pabulib", lambda number: b"META\nkey;value\n" + b';"a" "' * number),
    "odd runs of marks": ("pabulib", lambda number: b"META\nkey;value\n" + b'"""b;' * number),
    "blanks": ("pabulib", lambda number: b"META\nkey;value\n" + b" \t" * number),
    "many short orders": ("preflib", short_orders),
    "long orders": ("preflib", long_order),
    "braces": ("preflib", lambda number: TOI.encode() + b"1: " + b"{1," * number),
    "blanks in an order": ("preflib", lambda number: TOI.encode() + b"1: " + b" " * number + b"x"),
    "many blank ballots": ("abif", lambda number: b"1:\n" * number),
    "one option after the other": (
        "abif",
        lambda number: b"1:" + b">".join(b"a%d" % one for one in range(min(9_000, number))) + b"\n",
    ),
    "blanks before a name": ("abif", lambda number: b"=" + b" " * number + b"A:[a]\n"),
    "open brackets": ("abif", lambda number: b"1:" + b"[" * number),
    "nested metadata": ("abif", lambda number: b'{"a": ' + b"[" * number),
    "bare metadata": ("abif", lambda number: b"{a" + b" " * number + b":"),
    "rows of a table": (
        "csv",
        lambda number: TABLE.encode()[:40] + b"".join(b"a,b,approval,%d,1,0,\n" % one for one in range(number)),
    ),
    "nested lines": ("jsonlines", lambda number: b"[" * number),
}


def outcome(reader: Reader, data: bytes) -> object:
    try:
        return reader(data)
    except UnreadableFile as refusal:
        return refusal


if __name__ == "__main__":
    for form, make in LARGE.values():
        outcome(READERS[form], make(int(sys.argv[1])))
