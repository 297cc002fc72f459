"""The formats by name: how files of each end, and how they are read into rounds that are counted."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePath
from types import MappingProxyType
from typing import Any, Final, Protocol

from participation.tally.declarations import RoundDeclaration, check_size
from participation.tally.errors import TallyError, UnreadableFile
from participation.tally.formats.abif import read_abif
from participation.tally.formats.ballot_table import read_table
from participation.tally.formats.elections import Election, Progress
from participation.tally.formats.lines import ByteReader
from participation.tally.formats.pabulib_budget import project_names
from participation.tally.formats.pabulib_reading import read_pabulib
from participation.tally.formats.preflib import read_preflib
from participation.tally.jsonlines import CountedRound, LineReader, read_ballots

COMPRESSED: Final = ".gz"


class Source(ByteReader, LineReader, Protocol):
    """An open file: read in blocks or by lines."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A file's rounds, and what its options are called where it says so."""

    rounds: Mapping[str, CountedRound]
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file is read with."""

    name: str
    """The file's name for messages."""
    declared: Sequence[RoundDeclaration] = ()
    """Rounds that a file of JSON lines need not declare itself."""
    progress: Progress = lambda _: None


@dataclass(frozen=True, slots=True)
class Format:
    """One format."""

    name: str
    endings: tuple[str, ...]
    count: Callable[[Source, Reading], Counted]
    """Read and count; raises UnreadableFile."""


def format_of(file: str, chosen: str | None = None) -> Format:
    """The format that was chosen, else the one that the file's ending says; raises UnreadableFile.

    >>> format_of("Poland_Wieliczka_2023.pb.gz").name, format_of("ballots.txt", "csv").name
    ('pabulib', 'csv')
    """
    if chosen is not None:
        if chosen not in FORMATS:
            raise UnreadableFile("unknown_format", file=file, text=chosen[:80], known=list(FORMATS))
        return FORMATS[chosen]
    ending = PurePath(file.lower().removesuffix(COMPRESSED)).suffix
    for one in FORMATS.values():
        if ending in one.endings:
            return one
    raise UnreadableFile("unknown_ending", file=file, known=list(FORMATS))


def _one(election: Election, reading: Reading) -> Counted:
    declaration = election.declaration
    return Counted({declaration.round: _counted(election, reading)}, election.names)


def _counted(election: Election, reading: Reading) -> CountedRound:
    with _in_the_file(reading):
        return election.count(reading.progress)


@contextmanager
def _in_the_file(reading: Reading) -> Iterator[None]:
    """Let refusals name the file."""
    try:
        yield
    except TallyError as fault:
        facts: dict[str, Any] = dict(fault.facts)
        raise UnreadableFile(fault.code, file=reading.name, **facts) from None


def _pabulib(stream: Source, reading: Reading) -> Counted:
    file = read_pabulib(stream, name=reading.name)
    about = file.meta.entries
    name = about.get("description") or about.get("unit") or "votes"
    declaration = RoundDeclaration(name, file.profile.kind, file.profile.shown)
    return _one(Election(declaration, file.profile, names=project_names(file)), reading)


def _preflib(stream: Source, reading: Reading) -> Counted:
    return _one(read_preflib(stream, name=reading.name).election(), reading)


def _abif(stream: Source, reading: Reading) -> Counted:
    return _one(read_abif(stream, name=reading.name).election(), reading)


def _table(stream: Source, reading: Reading) -> Counted:
    elections = read_table(stream, name=reading.name)
    with _in_the_file(reading):
        check_size([election.declaration for election in elections.values()])
    return Counted({name: _counted(election, reading) for name, election in elections.items()})


def _json_lines(stream: Source, reading: Reading) -> Counted:
    return Counted(read_ballots(stream, name=reading.name, declared=reading.declared))


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        one.name: one
        for one in (
            Format("jsonlines", (".jsonl", ".ndjson", ".json"), _json_lines),
            Format("pabulib", (".pb",), _pabulib),
            Format("preflib", (".soc", ".soi", ".toc", ".toi", ".cat"), _preflib),
            Format("abif", (".abif",), _abif),
            Format("csv", (".csv", ".tsv"), _table),
        )
    }
)
"""All formats by name."""
