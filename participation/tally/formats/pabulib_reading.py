"""Read a .pb file: tell its sections apart and hand their rows on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from participation.tally.formats.cells import Cell, Row
from participation.tally.formats.lines import BLANKS, Block, ByteReader, Place, blocks
from participation.tally.formats.pabulib import SECTIONS, SEPARATOR, PabulibFile
from participation.tally.formats.pabulib_sections import MetaReading, ProjectsReading
from participation.tally.formats.pabulib_votes import VotesReading

_META, _PROJECTS, _VOTES = SECTIONS
_FEW: Final = 8
"""Rows below which taking them one by one is as fast."""


def read_pabulib(stream: ByteReader, *, name: str) -> PabulibFile:
    """Read an election from a .pb file; `name` is the file's name for messages. Raises UnreadableFile."""
    reading = _Reading(name)
    for block in blocks(stream, name):
        reading.block(block)
    return reading.result()


@dataclass(slots=True)
class _Reading:
    name: str
    take: Callable[[Sequence[Cell]], None] | None = None
    """What reads a row of the section that is open."""
    meta: MetaReading | None = None
    projects: ProjectsReading | None = None
    votes: VotesReading | None = None
    waiting: Row | None = None
    """A row whose last cell is still open."""
    last: int = 0

    def block(self, block: Block) -> None:
        """Read some whole lines."""
        at = 0
        while at < len(block.lines):
            at += self._votes_at_once(block, at) or self._line(block.lines[at], block.first + at)
        self.last = block.first + len(block.lines) - 1

    def result(self) -> PabulibFile:
        """Everything, if the file has all its sections and as many rows as it says."""
        if self.waiting is not None and self.waiting.open is not None:
            self.waiting.open.refuse("unclosed_quotation_mark")
        for section, reading in zip(SECTIONS, (self.meta, self.projects, self.votes), strict=True):
            if reading is None:
                Place(self.name, max(1, self.last)).refuse("missing_section", name=section)
        if self.meta is None or self.projects is None or self.votes is None:
            raise AssertionError
        for section, one in ((_PROJECTS, self.projects), (_VOTES, self.votes)):
            if one.columns is None:
                one.start.refuse("missing_column_names", section=section)
        self._check_count("num_votes", len(self.votes.voters))
        columns = () if self.projects.columns is None else self.projects.columns.names
        return self.votes.result(list(self.projects.projects.values()), columns)

    def _votes_at_once(self, block: Block, at: int) -> int:
        if self.votes is None or self.votes.columns is None or self.waiting is not None:
            return 0
        rows = block.lines[at:]
        while rows and not rows[-1].strip(BLANKS):
            rows.pop()
        if len(rows) < _FEW or not self.votes.block(rows, block.first + at):
            self._one_by_one(block, at)
            return len(block.lines) - at
        return len(rows)

    def _one_by_one(self, block: Block, at: int) -> None:
        for number, line in enumerate(block.lines[at:], start=block.first + at):
            self._line(line, number)

    def _line(self, line: str, number: int) -> int:
        place = Place(self.name, number)
        if self.waiting is None:
            word = line.strip(BLANKS)
            if not word:
                return 1
            if word.upper() in SECTIONS:
                self._open(word.upper(), place)
                return 1
            self.waiting = Row(SEPARATOR)
        self.waiting.read(line, place)
        if self.waiting.open is None:
            row, self.waiting = self.waiting.cells, None
            self._row(row, place)
        return 1

    def _row(self, row: Sequence[Cell], place: Place) -> None:
        if self.take is None:
            place.refuse("missing_section", name=_META)
        self.take(row)

    def _open(self, section: str, place: Place) -> None:
        readings = (self.meta, self.projects, self.votes)
        wanted = next((name for name, one in zip(SECTIONS, readings, strict=True) if one is None), None)
        if wanted is None or SECTIONS.index(section) < SECTIONS.index(wanted):
            place.refuse("section_twice", name=section)
        if section != wanted:
            place.refuse("missing_section", name=wanted)
        if section == _META:
            self.meta = MetaReading(place)
            self.take = self.meta.row
        elif self.meta is not None and section == _PROJECTS:
            self.meta.result()
            self.projects = ProjectsReading(place)
            self.take = self.projects.row
        elif self.meta is not None and self.projects is not None:
            self._check_count("num_projects", len(self.projects.projects))
            index = {one: at for at, one in enumerate(self.projects.projects)}
            self.votes = VotesReading(place, self.meta.result(), index)
            self.take = self.votes.row

    def _check_count(self, entry: str, found: int) -> None:
        if self.meta is not None and self.meta.count(entry) != found:
            self.meta.places[entry].refuse("wrong_count", what=entry, stated=self.meta.count(entry), found=found)
