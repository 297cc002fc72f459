"""Whatever bytes come: an answer or a refusal with a place, in time and memory that grow with the file's size."""

import gc
import io
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from typing import Final

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from participation.config import ROOT
from participation.tally.errors import UnreadableFile
from participation.tally.formats.elections import Election, those
from participation.tally.formats.pabulib_reading import read_pabulib
from participation.tally.formats.preflib import read_preflib
from participation.tally.formats.registry import FORMATS, Reading
from participation.tally.formats.words import WORDS, said
from tests.unit.tally.formats import hostile_files
from tests.unit.tally.formats.hostile_files import LARGE, READERS, outcome
from tests.unit.tally.formats.test_abif import RANKED
from tests.unit.tally.formats.test_ballot_table import TABLE
from tests.unit.tally.formats.test_preflib import CAT, TOI
from tests.unit.tally.pabulib_files import APPROVAL, CUMULATIVE, ORDINAL

LINES: Final = """\
{"round": "online", "ballot": {"kind": "ranking", "k": 2}, "options": ["a", "b", "c"]}
{"round": "online", "ballot_no": 1, "content": ["c", "a"]}
"""

VALID: Final = {
    "pabulib": [APPROVAL, CUMULATIVE, ORDINAL],
    "preflib": [TOI, CAT],
    "abif": [RANKED, "12: Allie/5, Billy/0\n7: Billy/2\n"],
    "csv": [TABLE],
    "jsonlines": [LINES],
}

PIECES: Final = [
    *(b'; , " \n \r\n \r : > = / [ ] { } # | \t - . 0 1 9 \0 \xff \xef\xbb\xbf \xe2\x80\xae'.split(b" ")),
    b" ",
    b"\n\n",
    b"NaN",
    b"-1",
    b"1e9",
    b"9" * 50,
    b"9" * 5000,
    b"META\n",
    b"PROJECTS\n",
    b"VOTES\n",
    b"# NUMBER VOTERS: 3\n",
    b'"a\nb"',
    b"{{{{",
    b"[[[[",
    b'{"a": 1}\n',
]


def test_every_format_is_fuzzed() -> None:
    assert set(VALID) == set(READERS) == set(FORMATS)


def refusal_of(form: str, data: bytes) -> UnreadableFile | None:
    """Count a file; anything else that is raised than a refusal is a defect."""
    try:
        FORMATS[form].count(io.BytesIO(data), Reading("x"))
    except UnreadableFile as refusal:
        return refusal
    return None


def count_or_refuse(form: str, data: bytes) -> None:
    """A refusal names the file and what is wrong in words."""
    refusal = refusal_of(form, data)
    if refusal is not None:
        assert refusal.facts["file"] == "x"
        assert form == "jsonlines" or refusal.code in WORDS
        line = refusal.facts.get("line", 1)
        assert isinstance(line, int)
        assert 0 <= line <= data.count(b"\n") + 1
        assert said(refusal).startswith("x")


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=100)
@given(data=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(form: str, data: bytes) -> None:
    count_or_refuse(form, data)


@st.composite
def mutated(draw: st.DrawFn, form: str) -> bytes:
    """A valid file with pieces put in, taken out, doubled or moved."""
    data = draw(st.sampled_from(VALID[form])).encode()
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from([0, 0, 1, 2, 5, 20, 80])))
        piece = draw(st.sampled_from(PIECES))
        change = draw(st.sampled_from(["put", "cut", "double", "move"]))
        if change == "put":
            data = data[:start] + piece + data[end:]
        elif change == "cut":
            data = data[:start] + data[end:]
        elif change == "double":
            data = data[:end] + data[start:end] + data[end:]
        else:
            cut = data[start:end]
            rest = data[:start] + data[end:]
            at = draw(st.integers(0, len(rest)))
            data = rest[:at] + cut + rest[at:]
    return data


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=250)
@given(data=st.data())
def test_a_valid_file_with_changes_is_read_or_refused(form: str, data: st.DataObject) -> None:
    count_or_refuse(form, data.draw(mutated(form)))


@settings(max_examples=200)
@given(data=mutated("pabulib"), rows=st.integers(0, 30))
@example(data=APPROVAL.encode(), rows=9)
def test_ballots_read_at_once_are_those_read_one_by_one(data: bytes, rows: int) -> None:
    """The fast way through the votes and the careful one give the same file or the same refusal."""
    lines = data.split(b"\n")
    more = [lines[-2]] * rows if len(lines) > 1 else []
    at_once = b"\n".join([*lines[:-1], *more, b""])
    one_by_one = b"\n".join(line + b"\n" for line in at_once.split(b"\n"))
    found = []
    for text in (at_once, one_by_one):
        try:
            file = read_pabulib(io.BytesIO(text), name="x")
        except UnreadableFile as refusal:
            found.append((refusal.code, refusal.facts.get("column")))
        else:
            found.append((file.profile.options.tolist(), file.voter_columns))
    if b'"' not in data:  # between marks, an empty line more is another text
        assert found[0] == found[1]


MANY: Final = 20_000


WIDEST: Final = 60
"""Times the file's size that reading it may take in memory."""

ALWAYS: Final = 24_000_000
"""Bytes that reading may take however small a file is: one block taken apart into Python's objects."""


def peak(task: Callable[[], object]) -> int:
    """The most memory that a task holds at once, its result included."""
    gc.collect()
    tracemalloc.start()
    try:
        kept = task()
        return tracemalloc.get_traced_memory()[1] if kept is not None else 0
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("case", LARGE)
def test_memory_is_bounded_by_the_size_of_the_file(case: str) -> None:
    form, make = LARGE[case]
    data = make(MANY)
    assert peak(lambda: outcome(READERS[form], data)) <= ALWAYS + WIDEST * len(data)


@pytest.mark.slow
def test_a_reader_that_lists_every_voter_would_not_be() -> None:
    """The control: a short line can stand for ten million ballots."""
    many = TOI.replace("5: 3", f"{10**7}: 3").replace("VOTERS: 10", f"VOTERS: {10**7 + 5}").encode()

    def all_listed() -> object:
        election = read_preflib(io.BytesIO(many), name="x").election()
        assert election.times is not None
        return [
            those(election.profile, one)
            for one, times in zip(rows(election), election.times.tolist(), strict=True)
            for _ in range(min(times, 100_000))
        ]

    assert peak(lambda: read_preflib(io.BytesIO(many), name="x")) <= ALWAYS + WIDEST * len(many)
    assert peak(all_listed) > ALWAYS + WIDEST * len(many)


def rows(election: Election) -> list[NDArray[np.bool_]]:
    return list(np.eye(len(election.profile), dtype=np.bool_))


HUGE: Final = 10 * MANY
"""Of this size, a reader that looks back from every place needs minutes where the others need a second."""

PATIENCE: Final = 60
"""Seconds for all files together, which take five on a machine at rest: not a speed but the end of waiting."""


def finishes(*command: str) -> bool:
    """Whether a program ends well before the patience does; a reader that hangs can only be stopped from outside."""
    try:
        subprocess.run([sys.executable, *command], cwd=ROOT, check=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return False
    return True


@pytest.mark.slow
def test_no_reader_hangs_on_a_large_file() -> None:
    assert finishes("-m", hostile_files.__name__, str(HUGE))


@pytest.mark.slow
def test_a_reader_that_looks_back_would_hang() -> None:
    """The control: an expression that tries every way to divide a run of blanks."""
    assert not finishes("-c", f"import re; re.match(r'=\\s*\\s*\\s*:', '=' + ' ' * {HUGE})")
