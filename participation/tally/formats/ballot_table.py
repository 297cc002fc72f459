"""Ballots of several bodies and rounds as one table: our own layout of a CSV file.

    body,round,kind,ballot,M1,M2,M3
    online,measures,approval,1,1,0,1
    online,measures,approval,2,0,0,0
    steering,measures,ranking,1,2,,1
    steering,goals,score,1,5,0,-

One row a ballot and one column an option: so a spreadsheet shows it, an empty ballot is a row like any other,
and which options a voter was shown needs no second table. (One row for every option of every ballot would be
longer and could hold neither.) `body` and `round` together name a round; weights call it "online/measures".
`kind` is ranking, approval, points or score and the same for all ballots of a round; `ballot` is a number that
its round has once. What stands in an option's column:

    ranking   the place, from 1; equal places are tied; nothing: not ranked, last
    approval  1: chosen; 0 or nothing: not chosen
    points    a whole number; 0 or nothing: none
    score     a whole number from 0; nothing: no opinion
    -         the option did not stand in this round: then on none of its ballots

The separator is a comma, a semicolon or a tabulator, whichever follows `body` in the first line. Cells that
hold it stand in quotation marks (see cells). Rows come in any order.
"""

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from participation.tally.ballots import LARGEST_VALUE, Profile
from participation.tally.declarations import MOST_ROUNDS, RoundDeclaration
from participation.tally.formats.cells import QUOTE, Cell, Row, row_text
from participation.tally.formats.elections import Election
from participation.tally.formats.lines import BLANKS, LONGEST_CODE, MOST_OPTIONS, ByteReader, Place, numbered_lines
from participation.tally.formats.numbers import LONGEST_NUMBER, whole_number
from participation.tally.formats.pabulib_sections import code
from participation.tally.kinds import BallotKind

COLUMNS: Final = ("body", "round", "kind", "ballot")
SEPARATORS: Final = (",", ";", "\t")
NOT_SHOWN: Final = "-"
NOTHING: Final = ""


def round_name(body: str, round_: str) -> str:
    """What weights call a round of a table."""
    return f"{body}/{round_}"


def read_table(stream: ByteReader, *, name: str) -> dict[str, Election]:
    """Read a table of ballots, by round; `name` is the file's name for messages. Raises UnreadableFile."""
    reading, row = _Reading(name), Row(",")
    for number, line in numbered_lines(stream, name):
        place = Place(name, number)
        reading.last = number
        if row.open is None:
            if not line.strip(BLANKS) or reading.plain(line):
                continue
            if not reading.options:
                reading.separator = _separator(line, place)
            row = Row(reading.separator)
        row.read(line, place)
        if row.open is None:
            reading.row(row.cells)
    if row.open is not None:
        row.open.refuse("unclosed_quotation_mark")
    return reading.result()


def write_table(elections: Mapping[tuple[str, str], Election]) -> bytes:
    """Write ballots by body and round; reading them gives the same. Every ballot is a row, cast once."""
    options = tuple(dict.fromkeys(option for one in elections.values() for option in one.declaration.options))
    rows = [row_text([*COLUMNS, *options], ",")]
    for (body, round_), one in elections.items():
        number = 0
        cells = _written(one.profile, options)
        people = np.ones(len(one.profile), np.int64) if one.times is None else one.times
        for ballot, times in zip(cells, people.tolist(), strict=True):
            for _ in range(times):
                number += 1
                rows.append(row_text([body, round_, one.declaration.kind.value, str(number), *ballot], ","))
    return "".join(rows).encode()


@dataclass(slots=True)
class _Round:
    kind: BallotKind
    shown: tuple[int, ...]
    """The columns of the options that stood in it."""
    numbers: set[int] = field(default_factory=set)
    options: "array[int]" = field(default_factory=lambda: array("i"))
    values: "array[int]" = field(default_factory=lambda: array("q"))
    lengths: "array[int]" = field(default_factory=lambda: array("q"))
    known: dict[str, int | None] = field(default_factory=lambda: {NOTHING: None})
    """What a cell's text says, for every text that was read before."""

    def add(self, number: int, given: Sequence[tuple[int, int]]) -> None:
        """Keep a ballot: the options that it mentions, as places among those shown, and what it gives them."""
        self.numbers.add(number)
        self.options.extend([place for place, _ in given])
        self.values.extend([value for _, value in given])
        self.lengths.append(len(given))


@dataclass(slots=True)
class _Reading:
    name: str
    separator: str = ","
    options: tuple[str, ...] = ()
    rounds: dict[tuple[str, str], _Round] = field(default_factory=dict)
    last: int = 1

    def plain(self, line: str) -> bool:
        """Read a row as all rows of its round are; False if it has to be read cell by cell.

        A row's cells say the same wherever they stand, so that each different text of a number is read once.
        """
        texts = line.split(self.separator)
        if QUOTE in line or len(texts) != len(COLUMNS) + len(self.options):
            return False
        body, round_, kind, ballot, *cells = texts
        one = self.rounds.get((body, round_))
        if one is None or one.kind != kind or cells.count(NOT_SHOWN) != len(cells) - len(one.shown):
            return False
        if not (ballot.isascii() and ballot.isdigit() and len(ballot) <= LONGEST_NUMBER):
            return False
        try:
            values = [one.known[cells[column]] for column in one.shown]
        except KeyError:
            return False
        if int(ballot) in one.numbers:
            return False
        one.add(int(ballot), [(place, value) for place, value in enumerate(values) if value is not None])
        return True

    def row(self, row: Sequence[Cell]) -> None:
        """Read the line of column names, then one ballot a row."""
        if not self.options:
            self._head(row)
            return
        if len(row) != len(COLUMNS) + len(self.options):
            at = row[min(len(row) - 1, len(COLUMNS) + len(self.options))]
            at.place.refuse("wrong_number_of_cells", cells=len(row), columns=len(COLUMNS) + len(self.options))
        one = self._round(row)
        number = whole_number(row[3].text, row[3].place, "ballot")
        if number in one.numbers:
            row[3].place.refuse("id_twice", what="ballot", text=str(number))
        one.add(number, self._given(row[len(COLUMNS) :], one))

    def result(self) -> dict[str, Election]:
        """All rounds."""
        if not self.options:
            Place(self.name, self.last).refuse("missing_column_names", needs=list(COLUMNS))
        return {round_name(*key): self._election(round_name(*key), one) for key, one in self.rounds.items()}

    def _head(self, row: Sequence[Cell]) -> None:
        for cell, needed in zip(row, COLUMNS, strict=False):
            if cell.text.lower() != needed:
                cell.place.refuse("missing_column", name=needed)
        if len(row) <= len(COLUMNS):
            row[-1].place.refuse("no_options", needs=list(COLUMNS))
        if len(row) > len(COLUMNS) + MOST_OPTIONS:
            row[len(COLUMNS) + MOST_OPTIONS].place.refuse("too_many_options", limit=MOST_OPTIONS)
        seen: set[str] = set()
        for cell in row[len(COLUMNS) :]:
            if code(cell, "option") in seen:
                cell.place.refuse("column_twice", name=cell.text)
            seen.add(cell.text)
        self.options = tuple(cell.text for cell in row[len(COLUMNS) :])

    def _round(self, row: Sequence[Cell]) -> _Round:
        body, round_, kind = code(row[0], "body"), code(row[1], "round"), row[2]
        if kind.text not in list(BallotKind):
            kind.place.refuse(
                "unknown_ballot_kind", text=kind.text[:LONGEST_CODE], known=[one.value for one in BallotKind]
            )
        one = self.rounds.get((body, round_))
        if one is None:
            if len(self.rounds) == MOST_ROUNDS:
                row[0].place.refuse("too_many_rounds", limit=MOST_ROUNDS)
            if any(round_name(*other) == round_name(body, round_) for other in self.rounds):
                row[0].place.refuse("id_twice", what="round", text=round_name(body, round_))
            cells = row[len(COLUMNS) :]
            shown = tuple(at for at, cell in enumerate(cells) if cell.text != NOT_SHOWN)
            one = self.rounds[body, round_] = _Round(BallotKind(kind.text), shown)
        if one.kind != kind.text:
            kind.place.refuse("kind_differs", text=kind.text, first=one.kind.value)
        return one

    def _given(self, cells: Sequence[Cell], one: _Round) -> list[tuple[int, int]]:
        """The options that a ballot mentions, as places among those shown, and what it gives them."""
        places = {column: place for place, column in enumerate(one.shown)}
        read, given = _CELLS[one.kind], []
        for column, cell in enumerate(cells):
            if (cell.text == NOT_SHOWN) == (column in places):
                cell.place.refuse("shown_differs", option=self.options[column])
            if column in places and cell.text != NOTHING:
                value = read(whole_number(cell.text, cell.place, self.options[column]), cell.place)
                one.known[cell.text] = value
                given += [(places[column], value)] if value is not None else []
        return given

    def _election(self, name: str, one: _Round) -> Election:
        shown = tuple(self.options[column] for column in one.shown)
        options = np.frombuffer(one.options, np.int32) if one.options else np.zeros(0, np.int32)
        values = np.frombuffer(one.values, np.int64) if one.values else np.zeros(0, np.int64)
        lengths = np.frombuffer(one.lengths, np.int64)
        if one.kind is BallotKind.RANKING:
            options, ranked = _ranking(options, values, lengths)
            return Election(RoundDeclaration(name, one.kind, shown), Profile(one.kind, shown, options, ranked, lengths))
        valued = None if one.kind is BallotKind.APPROVAL else values
        return Election(RoundDeclaration(name, one.kind, shown), Profile(one.kind, shown, options, valued, lengths))


def _rank(value: int, place: Place) -> int | None:
    if not 1 <= value <= LARGEST_VALUE:
        place.refuse("value_out_of_range", least=1, most=LARGEST_VALUE)
    return value


def _choice(value: int, place: Place) -> int | None:
    if value > 1:
        place.refuse("value_out_of_range", least=0, most=1)
    return value or None


def _points(value: int, place: Place) -> int | None:
    return _score(value, place) or None


def _score(value: int, place: Place) -> int:
    if value > LARGEST_VALUE:
        place.refuse("value_out_of_range", least=0, most=LARGEST_VALUE)
    return value


_CELLS: Final[Mapping[BallotKind, Callable[[int, Place], int | None]]] = MappingProxyType(
    {
        BallotKind.RANKING: _rank,
        BallotKind.APPROVAL: _choice,
        BallotKind.POINTS: _points,
        BallotKind.SCORE: _score,
    }
)
"""What a number in a cell is on ballots of each kind; None where it says as much as nothing."""


def _ranking(
    options: NDArray[np.int32], places: NDArray[np.int64], lengths: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int64] | None]:
    """Put every ballot's options in the order of their places; levels beside them only if some are tied."""
    owners = np.repeat(np.arange(len(lengths)), lengths)
    order = np.lexsort((places, owners))
    options, places = options[order], places[order]
    fresh = np.ones(len(places), np.bool_)
    fresh[1:] = (places[1:] != places[:-1]) | (owners[1:] != owners[:-1])
    if fresh.all():
        return options, None
    # The last group of a ballot has level 1, each one before it one more.
    steps = np.cumsum(fresh)
    last = np.zeros(len(lengths), np.int64)
    np.maximum.at(last, owners, steps)
    return options, last[owners] - steps + 1


def _separator(line: str, place: Place) -> str:
    first = line.lstrip(BLANKS).lower()
    found = next((sign for sign in SEPARATORS if first.startswith(COLUMNS[0] + sign)), None)
    if found is None:
        place.refuse("missing_column", name=COLUMNS[0], separators=list(SEPARATORS))
    return found


def _written(profile: Profile, columns: Sequence[str]) -> list[list[str]]:
    """One row of cells for every ballot."""
    at = {option: column for column, option in enumerate(columns)}
    blank = [NOTHING if option in profile.shown else NOT_SHOWN for option in columns]
    rows, first = [], 0
    given = profile.levels_mentioned().tolist()
    options = profile.options.tolist()
    for length in profile.lengths.tolist():
        row = list(blank)
        mentioned = range(first, first + length)
        highest = max((given[entry] for entry in mentioned), default=0)
        for entry in mentioned:
            value = highest + 1 - given[entry] if profile.kind is BallotKind.RANKING else given[entry]
            row[at[profile.shown[options[entry]]]] = str(value)
        rows.append(row)
        first += length
    return rows
