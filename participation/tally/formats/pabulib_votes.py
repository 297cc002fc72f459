"""The section VOTES of a .pb file, fast: thousands of rows at a time, and one by one where that fails.

Whole blocks of rows are taken apart column by column without a loop in Python over single choices. Whenever
something is not as expected there, the same rows are read one by one, which finds the place of a fault or, if
there is none, gives the same ballots.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final, NoReturn, TypeVar

import numpy as np
from numpy.typing import NDArray

from participation.tally.ballots import LARGEST_VALUE, Profile
from participation.tally.formats.cells import QUOTE, Cell
from participation.tally.formats.lines import BLANKS, LONGEST_CODE, Place
from participation.tally.formats.numbers import whole_number
from participation.tally.formats.pabulib import SEPARATOR, Meta, PabulibFile, Project
from participation.tally.formats.pabulib_sections import Columns, code

_STRENGTH: Final = "vote_strength"
"""A column of some files that would let one ballot count more than once."""

_SEPARATORS_OF_LISTS: Final = ("|", " ", "/", "-", ":", ".", "\t")


Whole = TypeVar("Whole", np.int32, np.int64)


class _NotPlain(Exception):  # no fault: a block of rows that has to be read one by one
    """Something in a block is not as the fast way expects it."""


@dataclass(slots=True)
class VotesReading:
    """The section VOTES while it is read."""

    start: Place
    meta: Meta
    index: Mapping[str, int]
    """The places of the projects."""
    columns: Columns | None = None
    voters: set[str] = field(default_factory=set)
    others: dict[str, list[str]] = field(default_factory=dict)
    _texts: dict[str, str] = field(default_factory=dict)
    _options: list[NDArray[np.int32]] = field(default_factory=list)
    _points: list[NDArray[np.int64]] = field(default_factory=list)
    _lengths: list[NDArray[np.int64]] = field(default_factory=list)
    _lines: list[NDArray[np.int64]] = field(default_factory=list)
    _whole: dict[str, int] = field(default_factory=dict)

    def row(self, row: Sequence[Cell]) -> None:
        """Read the line of column names, then one ballot a row."""
        if self.columns is None:
            self._head(row)
            return
        self.columns.check(row, "VOTES")
        cells = {name: row[at] for name, at in self.columns.place.items()}
        voter = code(cells["voter_id"], "voter_id")
        if voter in self.voters:
            cells["voter_id"].place.refuse("id_twice", what="voter_id", text=voter)
        if _STRENGTH in cells and cells[_STRENGTH].text != "1":
            cells[_STRENGTH].place.refuse("vote_strength_not_one", text=cells[_STRENGTH].text[:LONGEST_CODE])
        options = self._choices(cells["vote"])
        points = self._points_of(cells["points"], len(options)) if "points" in cells else None
        self.voters.add(voter)
        self._keep(
            {name: [cell.text] for name, cell in cells.items()},
            np.array(options, np.int32),
            np.array([len(options)], np.int64),
            None if points is None else np.array(points, np.int64),
            np.array([cells["voter_id"].place.line]),
        )

    def block(self, lines: Sequence[str], first: int) -> bool:
        """Read many rows at once; False if they have to be read one by one."""
        try:
            self._block(lines, first)
        except _NotPlain:
            return False
        return True

    def result(self, projects: Sequence[Project], project_columns: tuple[str, ...]) -> PabulibFile:
        """The whole file, once its last line is read."""
        points = _joined(self._points, np.int64) if self.columns and "points" in self.columns.place else None
        kind = self.meta.vote_type.kind
        return PabulibFile(
            self.meta,
            project_columns,
            tuple(projects),
            {name: tuple(texts) for name, texts in self.others.items()},
            Profile(
                kind,
                tuple(self.index),
                _joined(self._options, np.int32),
                points if self.meta.vote_type.points else None,
                _joined(self._lengths, np.int64),
            ),
            points,
            _joined(self._lines, np.int64),
        )

    def _head(self, row: Sequence[Cell]) -> None:
        needed = ["voter_id", "vote", *(["points"] if self.meta.vote_type.points else [])]
        self.columns = Columns.of(row, "VOTES", needed)
        self.others = {name: [] for name in self.columns.names if name.lower() not in {"vote", "points"}}

    def _choices(self, cell: Cell) -> list[int]:
        chosen: dict[int, None] = {}
        for text, place in _items(cell):
            if text not in self.index:
                self._refuse_choice(text, place)
            option = self.index[text]
            if option in chosen:
                place.refuse("choice_twice", option=text)
            chosen[option] = None
        return list(chosen)

    def _refuse_choice(self, text: str, place: Place) -> NoReturn:
        for sign in _SEPARATORS_OF_LISTS:
            if sign in text and all(one.strip(BLANKS) in self.index for one in text.split(sign)):
                place.right(text.index(sign)).refuse("other_separator", section="VOTES", found=sign, expected=",")
        place.refuse("unknown_option", option=text[:LONGEST_CODE])

    def _points_of(self, cell: Cell, choices: int) -> list[int]:
        points = []
        for text, place in _items(cell):
            value = whole_number(text, place, "points")
            if value > LARGEST_VALUE:
                place.refuse("value_too_large", limit=LARGEST_VALUE)
            points.append(value)
        if len(points) != choices:
            cell.place.refuse("points_do_not_match_votes", points=len(points), votes=choices)
        return points

    def _block(self, lines: Sequence[str], first: int) -> None:
        if self.columns is None or _STRENGTH in self.columns.place:
            raise _NotPlain
        columns = dict(zip(self.columns.place, self._columns(lines), strict=True))
        voters = columns["voter_id"]
        fresh = set(voters)
        if len(fresh) < len(voters) or "" in fresh or not self.voters.isdisjoint(fresh):
            raise _NotPlain
        if max(map(len, fresh)) > LONGEST_CODE or not "".join(voters).isprintable():
            raise _NotPlain
        lengths, options = self._lists(columns["vote"], self.index)
        points = None
        if "points" in columns:
            self._learn(columns["points"])
            given, points = self._lists(columns["points"], self._whole)
            if not np.array_equal(given, lengths):
                raise _NotPlain
        _refuse_doubled(options, lengths, len(self.index))
        self.voters |= fresh
        self._keep(columns, options.astype(np.int32), lengths, points, np.arange(first, first + len(lines)))

    def _columns(self, lines: Sequence[str]) -> Iterable[Sequence[str]]:
        text = "\n".join(lines)
        blanks = any(sign in text for sign in BLANKS)
        if QUOTE in text:
            if blanks:
                raise _NotPlain
            rows = _unquoted(lines)
        else:
            rows = [line.split(SEPARATOR) for line in lines]
        try:
            columns: list[Sequence[str]] = list(zip(*rows, strict=True))
        except ValueError:
            raise _NotPlain from None
        if self.columns is None or len(columns) != len(self.columns.names) or len(rows) != len(lines):
            raise _NotPlain
        return [[cell.strip(BLANKS) for cell in column] for column in columns] if blanks else columns

    def _lists(self, column: Sequence[str], index: Mapping[str, int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """How many codes each cell lists, and what all of them stand for."""
        lengths = np.fromiter((text.count(",") + 1 if text else 0 for text in column), np.int64, len(column))
        joined = ",".join(filter(None, column))
        codes = joined.split(",") if joined else []
        try:
            return lengths, np.fromiter(map(index.__getitem__, codes), np.int64, len(codes))
        except KeyError:
            raise _NotPlain from None

    def _learn(self, column: Sequence[str]) -> None:
        """Read each different text of a number once."""
        for text in set(chain.from_iterable(cell.split(",") for cell in column)):
            if text not in self._whole and text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_VALUE)):
                value = int(text)
                if value <= LARGEST_VALUE:
                    self._whole[text] = value

    def _keep(
        self,
        columns: Mapping[str, Sequence[str]],
        options: NDArray[np.int32],
        lengths: NDArray[np.int64],
        points: NDArray[np.int64] | None,
        lines: NDArray[np.int64],
    ) -> None:
        for name, texts in self.others.items():
            column = columns[name.lower()]
            # The same few texts again and again, such as "internet": one of each is kept.
            texts.extend(column if name.lower() == "voter_id" else map(self._texts.setdefault, column, column))
        self._options.append(options)
        self._lengths.append(lengths)
        self._lines.append(lines)
        if points is not None:
            self._points.append(points)


def _items(cell: Cell) -> list[tuple[str, Place]]:
    """The codes of a list between commas with their places; no code where the cell is empty."""
    if not cell.text:
        return []
    items, at = [], 0
    for part in cell.text.split(","):
        text = part.strip(BLANKS)
        place = cell.place.right(at + len(part) - len(part.lstrip(BLANKS)))
        if not text:
            place.refuse("empty_choice")
        items.append((text, place))
        at += len(part) + 1
    return items


def _refuse_doubled(options: NDArray[np.int64], lengths: NDArray[np.int64], shown: int) -> None:
    keys = np.repeat(np.arange(len(lengths)), lengths) * max(1, shown) + options
    keys.sort()
    if np.any(keys[1:] == keys[:-1]):
        raise _NotPlain


def _unquoted(lines: Sequence[str]) -> list[list[str]]:
    try:
        return list(csv.reader(lines, delimiter=SEPARATOR, strict=True))
    except csv.Error:
        raise _NotPlain from None


def _joined(parts: list[NDArray[Whole]], kind: type[Whole]) -> NDArray[Whole]:
    return np.concatenate(parts) if parts else np.zeros(0, kind)
