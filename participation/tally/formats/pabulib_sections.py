"""The sections META and PROJECTS of a .pb file: rows of cells to typed entries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from participation.tally.formats.cells import Cell
from participation.tally.formats.lines import BLANKS, LONGEST_CODE, MOST_OPTIONS, Place
from participation.tally.formats.numbers import exact_number, whole_number
from participation.tally.formats.pabulib import LIMITS, NOT_STATED, SEPARATOR, VOTE_TYPES, Meta, Project

_SELECTED: Final[Mapping[str, int | None]] = MappingProxyType({"": None, "0": 0, "1": 1, "2": 2, "3": 3})
_KNOWN_OF_PROJECTS: Final = ("project_id", "cost", "name", "category", "votes", "score", "selected")
_OTHER_SEPARATORS: Final = (",", "\t", "|")


@dataclass(frozen=True, slots=True)
class Columns:
    """The line of column names of a section."""

    names: tuple[str, ...]
    place: Mapping[str, int]
    """Each column's place by its name in small letters."""

    @classmethod
    def of(cls, row: Sequence[Cell], section: str, needed: Sequence[str]) -> "Columns":
        """Read the names; every section has its needed ones, and none twice."""
        places: dict[str, int] = {}
        for at, cell in enumerate(row):
            name = cell.text.lower()
            if not name:
                cell.place.refuse("column_without_a_name", section=section)
            if name in places:
                cell.place.refuse("column_twice", section=section, name=name)
            places[name] = at
        if len(row) == 1:
            refuse_other_separator(row[0], len(needed), section)
        for name in needed:
            if name not in places:
                row[0].place.refuse("missing_column", section=section, name=name)
        return cls(tuple(cell.text for cell in row), MappingProxyType(places))

    def check(self, row: Sequence[Cell], section: str) -> None:
        """A row has a cell for every column, not one more or less."""
        if len(row) == len(self.names):
            return
        if len(row) == 1:
            refuse_other_separator(row[0], len(self.names), section)
        at = row[min(len(row), len(self.names)) - 1] if len(row) < len(self.names) else row[len(self.names)]
        at.place.refuse("wrong_number_of_cells", section=section, cells=len(row), columns=len(self.names))


_KEY_AND_VALUE: Final = Columns(("key", "value"), MappingProxyType({"key": 0, "value": 1}))


@dataclass(slots=True)
class MetaReading:
    """The section META while it is read."""

    start: Place
    """The line of the section's name."""
    entries: dict[str, str] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    headed: bool = False

    def row(self, row: Sequence[Cell]) -> None:
        """Read one entry; the first row has to be key;value."""
        if not self.headed:
            if tuple(cell.text.lower() for cell in row) != _KEY_AND_VALUE.names:
                row[0].place.refuse("missing_column", section="META", name="key;value")
            self.headed = True
            return
        _KEY_AND_VALUE.check(row, "META")
        key, value = row
        if not key.text:
            key.place.refuse("missing_value", what="key")
        if key.text in self.entries:
            key.place.refuse("entry_twice", section="META", name=key.text[:LONGEST_CODE])
        self.entries[key.text], self.places[key.text] = value.text, value.place

    def number(self, name: str) -> Fraction | None:
        """An entry that is a number, None where it is not stated."""
        text = self.entries.get(name, "")
        return exact_number(text, self.places[name], name) if text else None

    def count(self, name: str) -> int:
        """An entry that counts something and has to be stated."""
        return whole_number(self._needed(name), self.places[name], name)

    def result(self) -> Meta:
        """Everything that the other sections need; raises UnreadableFile."""
        kind = self._needed("vote_type")
        if kind not in VOTE_TYPES:
            self.places["vote_type"].refuse("unknown_vote_type", text=kind[:LONGEST_CODE], known=list(VOTE_TYPES))
        budget = exact_number(self._needed("budget"), self.places["budget"], "budget")
        default = self.number("default_score")
        if default:
            self.places["default_score"].refuse("default_score_not_zero", text=self.entries["default_score"])
        stated = {name: value for name in LIMITS if (value := self.number(name)) is not None}
        return Meta(
            MappingProxyType(self.entries),
            VOTE_TYPES[kind],
            budget,
            self.entries.get("rule", "") or NOT_STATED,
            MappingProxyType(stated),
            self.number("min_project_score_threshold"),
        )

    def _needed(self, name: str) -> str:
        if name not in self.entries:
            self.start.refuse("missing_entry", section="META", name=name)
        if not self.entries[name]:
            self.places[name].refuse("missing_value", what=name)
        return self.entries[name]


@dataclass(slots=True)
class ProjectsReading:
    """The section PROJECTS while it is read."""

    start: Place
    columns: Columns | None = None
    projects: dict[str, Project] = field(default_factory=dict)

    def row(self, row: Sequence[Cell]) -> None:
        """Read the line of column names, then one project a row."""
        if self.columns is None:
            self.columns = Columns.of(row, "PROJECTS", ["project_id", "cost"])
            return
        self.columns.check(row, "PROJECTS")
        cells = {name: row[at] for name, at in self.columns.place.items()}
        project = _project(cells, self.columns)
        if project.id in self.projects:
            cells["project_id"].place.refuse(
                "id_twice", what="project_id", text=project.id, first=self.projects[project.id].line
            )
        if len(self.projects) == MOST_OPTIONS:
            cells["project_id"].place.refuse("too_many_options", limit=MOST_OPTIONS)
        self.projects[project.id] = project


def code(cell: Cell, what: str) -> str:
    """An id that can be told from others by eye, and stand in a list between commas."""
    if not cell.text:
        cell.place.refuse("missing_value", what=what)
    if len(cell.text) > LONGEST_CODE:
        cell.place.refuse("id_too_long", what=what, limit=LONGEST_CODE)
    if not cell.text.isprintable():
        cell.place.refuse("id_not_printable", what=what)
    return cell.text


def refuse_other_separator(cell: Cell, columns: int, section: str) -> None:
    """Name a row that is one cell here, but several between other separators."""
    for sign in _OTHER_SEPARATORS:
        if cell.text.count(sign) >= columns - 1:
            place = cell.place.right(cell.text.index(sign))
            place.refuse("other_separator", section=section, found=sign, expected=SEPARATOR)


def _project(cells: Mapping[str, Cell], columns: Columns) -> Project:
    name = code(cells["project_id"], "project_id")
    if "," in name:
        cells["project_id"].place.refuse("id_with_comma", what="project_id", text=name)
    selected = cells.get("selected")
    if selected is not None and selected.text not in _SELECTED:
        selected.place.refuse(
            "unknown_value", what="selected", text=selected.text[:LONGEST_CODE], known=list(_SELECTED)
        )
    category = cells["category"].text if "category" in cells else ""
    return Project(
        name,
        exact_number(cells["cost"].text, cells["cost"].place, "cost"),
        cells["name"].text if "name" in cells else None,
        tuple(one.strip(BLANKS) for one in category.split(",")) if category else (),
        _published(cells, "votes"),
        _published(cells, "score"),
        None if selected is None else _SELECTED[selected.text],
        MappingProxyType(
            {column: cells[column.lower()].text for column in columns.names if column.lower() not in _KNOWN_OF_PROJECTS}
        ),
        cells["project_id"].place.line,
    )


def _published(cells: Mapping[str, Cell], name: str) -> Fraction | None:
    cell = cells.get(name)
    return exact_number(cell.text, cell.place, name) if cell is not None and cell.text else None
