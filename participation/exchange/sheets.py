"""Reading files that people upload into records whose every cell knows where it stands.

Three forms lead to the same records: YAML in the form of the example city, CSV and XLSX with one row a proposal.
Nothing is guessed and nothing outside the file is touched: YAML tags and aliases are refused, an XLSX is measured
before it is unpacked.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import yaml
from yaml.events import AliasEvent
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from participation.core.errors import DomainError, Faults, Invalid
from participation.workbooks.reading import Cell, check_size, read_rows

MAX_ROWS: Final = 5_000
MAX_COLUMNS: Final = 80
MAX_DEPTH: Final = 12

TRANSLATED: Final = frozenset({"title", "text", "target_group", "partners"})
COLUMNS: Final = (
    "kind",
    "code",
    "parent",
    "field",
    "serves",
    "department",
    "unit",
    "language",
    "title",
    "text",
    "target_group",
    "partners",
    "once",
    "annual",
    "low",
    "high",
    "quality",
    "cover",
    "cover_source",
    "needs_post",
    "years",
    "posts",
    "feasibility",
    "statement",
    "first_month",
    "last_month",
)
REQUIRED: Final = frozenset({"kind", "code", "title"})


@dataclass(slots=True)
class Record:
    """One goal or measure of a file: cells by column name; translated columns by (name, language)."""

    row: int
    cells: dict[str, Cell] = field(default_factory=dict)
    wordings: dict[str, dict[str, Cell]] = field(default_factory=dict)
    surplus: Cell | None = None
    """Where the row has more cells than the header: nobody knows in which columns its cells belong."""

    def get(self, column: str) -> Cell:
        """Return the cell of a column, an empty one where the file has none."""
        return self.cells.get(column, Cell("", self.row, column))


def read_records(name: str, data: bytes) -> list[Record]:
    """Read an upload by its ending. Raises Invalid for the file as a whole, Faults for places inside it."""
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    reader = _READERS.get(ending)
    if reader is None:
        raise Invalid("unknown_file_kind", field="file", ending=ending, known=", ".join(sorted(_READERS)))
    check_size(data)
    records = reader(data)
    if not records:
        raise Invalid("no_rows", field="file")
    if len(records) > MAX_ROWS:
        raise Invalid("too_many_rows", field="file", rows=len(records), maximum=MAX_ROWS)
    return records


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        row = data.count(b"\n", 0, broken.start) + 1
        raise Invalid("not_utf8", field="file", row=row, byte=broken.start + 1) from broken


# Rows


def read_csv(data: bytes) -> list[Record]:
    """Read CSV whose header names known columns; the separator is the one under which it does."""
    text = _decoded(data)
    if "\x00" in text:
        raise Invalid("control_character_in_file", field="file", row=text.count("\n", 0, text.index("\x00")) + 1)
    first = text.lstrip("\r\n").split("\n", 1)[0]
    separators = [mark for mark in ";,\t" if {"kind", "code"} <= {_folded(name) for name in first.split(mark)}]
    if not separators:
        raise Invalid("header_missing", field="file", needed="kind, code, title")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separators[0], strict=True)
    rows: list[tuple[int, Sequence[str]]] = []
    try:
        for row in reader:
            rows.append((reader.line_num, row))
            if len(rows) > MAX_ROWS + 1:
                break
    except csv.Error as broken:
        raise Invalid("broken_csv", field="file", row=reader.line_num) from broken
    return _tabular(rows, lambda _index, header: header)


def read_xlsx(data: bytes) -> list[Record]:
    """Read the first sheet of a workbook, after its packing has been measured."""
    found = read_rows(data, max_rows=MAX_ROWS + 1, max_columns=MAX_COLUMNS)
    letters = [cell.column for cell in found[0][1]] if found else []
    rows = [(number, [cell.value for cell in row]) for number, row in found]
    return _tabular(rows, lambda index, header: f"{letters[index]} ({header})")


def _folded(name: str) -> str:
    return name.strip().strip('"').strip().lower()


def _tabular(rows: Sequence[tuple[int, Sequence[str]]], place: Callable[[int, str], str]) -> list[Record]:
    if not rows:
        return []
    names = _header(rows[0][0], rows[0][1], place)
    return [_row_record(number, names, row, place) for number, row in rows[1:] if any(map(str.strip, row))]


def _header(row: int, given: Sequence[str], place: Callable[[int, str], str]) -> list[str]:
    names = [_folded(name) for name in given]
    while names and not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise Invalid("too_many_columns", field="file", columns=len(names), maximum=MAX_COLUMNS)
    faults: list[DomainError] = []
    for index, name in enumerate(names):
        base, _, tag = name.partition(":")
        cell = Cell(name, row, place(index, name))
        if base not in COLUMNS or (tag and base not in TRANSLATED):
            faults.append(cell.fault(Invalid("unknown_column", name=name)))
        elif name in names[:index]:
            faults.append(cell.fault(Invalid("doubled_column", name=name)))
    missing = sorted(REQUIRED - set(names))
    faults += [Cell(name, row, name).fault(Invalid("column_missing", name=name)) for name in missing]
    if faults:
        raise Faults("import_refused", faults)
    return names


def _row_record(number: int, names: Sequence[str], row: Sequence[str], place: Callable[[int, str], str]) -> Record:
    record = Record(number)
    if any(map(str.strip, row[len(names) :])):
        record.surplus = Cell("", number, place(len(names), "?"))
    for index, (name, value) in enumerate(zip(names, row, strict=False)):
        base, _, tag = name.partition(":")
        cell = Cell(value.strip(), number, place(index, name))
        if tag:
            record.wordings.setdefault(base, {})[tag] = cell
        else:
            record.cells[base] = cell
    return record


# YAML


def read_yaml(data: bytes) -> list[Record]:
    """Read goals, subgoals and measures in the form of the example city; its other sections are left alone."""
    text = _decoded(data)
    root = _compose(text)
    if not isinstance(root, MappingNode):
        raise Invalid("yaml_without_sections", field="file")
    sections = dict(_items(root))
    records: list[Record] = []
    for section, kind in (("goals", "goal"), ("subgoals", "goal"), ("measures", "measure")):
        node = sections.get(section)
        if node is None:
            continue
        if not isinstance(node, SequenceNode):
            raise Invalid("yaml_section_is_no_list", field="file", section=section, row=_row(node))
        records += [_record(item, kind) for item in node.value]
    return records


def _compose(text: str) -> Node | None:
    """Parse without building any object, refusing tags, aliases and deep nesting."""
    try:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            row = _line(event.start_mark)
            if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
                raise Invalid("yaml_alias", field="file", row=row)
            if getattr(event, "tag", None) is not None:
                raise Invalid("yaml_tag", field="file", row=row, tag=str(getattr(event, "tag", "")))
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                raise Invalid("yaml_too_deep", field="file", row=row)
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as broken:
        mark = broken.problem_mark or broken.context_mark
        row, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise Invalid("broken_yaml", field="file", row=row, column=column) from broken
    except yaml.YAMLError as broken:
        raise Invalid("broken_yaml", field="file", row=1, column=1) from broken


def _items(node: MappingNode) -> Iterator[tuple[str, Node]]:
    seen: set[str] = set()
    for key, value in node.value:
        name = key.value if isinstance(key, ScalarNode) else ""
        if not name or name in seen:
            raise Invalid("yaml_key_doubled", field="file", row=_row(key), name=name)
        seen.add(name)
        yield name, value


def _line(mark: object) -> int:
    line: int = getattr(mark, "line", 0)
    return line + 1


def _row(node: Node) -> int:
    return _line(node.start_mark)


def _cell(node: Node, column: str) -> Cell:
    if isinstance(node, SequenceNode) and all(isinstance(item, ScalarNode) for item in node.value):
        return Cell(" ".join(item.value for item in node.value), _row(node), column)
    if not isinstance(node, ScalarNode):
        raise Invalid("yaml_shape", field="file", row=_row(node), column=column)
    is_null = node.tag == "tag:yaml.org,2002:null"
    return Cell("" if is_null else node.value.strip(), _row(node), column)


_KEYS: Final[Mapping[str, str]] = {
    "code": "code",
    "goal": "parent",
    "field": "field",
    "subgoals": "serves",
    "department": "department",
    "unit_de": "unit",
    "language": "language",
}
_WORDS: Final[Mapping[str, str]] = {
    "title": "title",
    "summary": "text",
    "text": "text",
    "target_group": "target_group",
    "partners": "partners",
}
_COSTS: Final[Mapping[str, str]] = {
    "once_eur": "once",
    "annual_eur": "annual",
    "quality": "quality",
    "financing": "cover",
    "financing_source_de": "cover_source",
    "needs_post": "needs_post",
}


def _record(node: Node, kind: str) -> Record:
    if not isinstance(node, MappingNode):
        raise Invalid("yaml_shape", field="file", row=_row(node), column=kind)
    record = Record(_row(node))
    record.cells["kind"] = Cell(kind, record.row, "kind")
    for name, value in _items(node):
        if name in _KEYS:
            record.cells[_KEYS[name]] = _cell(value, name)
        elif name in _WORDS:
            record.wordings[_WORDS[name]] = _by_language(value, name, record)
        elif name == "costing":
            _read_costing(value, record)
    return record


def _by_language(node: Node, name: str, record: Record) -> dict[str, Cell]:
    if isinstance(node, ScalarNode):
        record.cells[_WORDS[name]] = _cell(node, name)
        return {}
    if not isinstance(node, MappingNode):
        raise Invalid("yaml_shape", field="file", row=_row(node), column=name)
    return {tag: _cell(body, f"{name}.{tag}") for tag, body in _items(node)}


def _read_costing(node: Node, record: Record) -> None:
    if not isinstance(node, MappingNode):
        raise Invalid("yaml_shape", field="file", row=_row(node), column="costing")
    for name, value in _items(node):
        if name in _COSTS:
            record.cells[_COSTS[name]] = _cell(value, f"costing.{name}")
        elif name == "range_eur" and isinstance(value, SequenceNode):
            ends = re.split(r"\s+", _cell(value, "costing.range_eur").value)
            if len(ends) != 2:  # noqa: PLR2004 - a range has two ends
                raise Invalid("yaml_shape", field="file", row=_row(value), column="costing.range_eur")
            record.cells["low"] = Cell(ends[0], _row(value), "costing.range_eur")
            record.cells["high"] = Cell(ends[1], _row(value), "costing.range_eur")


_READERS: Final[Mapping[str, Callable[[bytes], list[Record]]]] = {
    "csv": read_csv,
    "xlsx": read_xlsx,
    "yaml": read_yaml,
    "yml": read_yaml,
}
