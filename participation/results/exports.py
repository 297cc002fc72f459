"""A result as a finished file: its name, its kind and its bytes, the same from page, interface and command line."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from participation.results.files import KINDS, Labels, as_csv, as_json, as_xlsx
from participation.results.models import JointResult, RoundResult
from participation.results.tables import Snapshot, Table, joint_table, round_table
from participation.results.wording import joint_labels, round_labels


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file to hand out."""

    name: str
    mimetype: str
    data: bytes


@dataclass(frozen=True, slots=True)
class _Export:
    """What a kind of file is made from; `labels` is asked for only where a file has words of its own."""

    snapshot: Snapshot
    table: Table
    labels: Callable[[], Labels]
    at: datetime


_WRITERS: Final[Mapping[str, Callable[[_Export], bytes]]] = {
    "csv": lambda export: as_csv(export.table),
    "xlsx": lambda export: as_xlsx(export.table, export.labels(), at=export.at),
    "json": lambda export: as_json(export.snapshot),
}
ENDINGS: Final = tuple(_WRITERS)


def joint_file(result: JointResult, ending: str, languages: Sequence[str]) -> ExportedFile:
    """Return a joint ranking as a file of one of ENDINGS, titles in the first language there is."""
    snapshot = result.snapshot
    table = joint_table(snapshot, languages)
    export = _Export(snapshot, table, lambda: joint_labels(snapshot, table.columns, languages), result.computed_at)
    return _file(f"{snapshot['process']}-{snapshot['ranking']}", ending, export)


def round_file(result: RoundResult, ending: str, languages: Sequence[str]) -> ExportedFile:
    """Return a round's result as a file of one of ENDINGS, titles in the first language there is."""
    snapshot = result.snapshot
    table = round_table(snapshot, languages)
    export = _Export(snapshot, table, lambda: round_labels(snapshot, table.columns, languages), result.counted_at)
    return _file(f"{snapshot['process']}-{snapshot['round']}", ending, export)


def _file(name: str, ending: str, export: _Export) -> ExportedFile:
    return ExportedFile(f"{name}.{ending}", KINDS[ending].mimetype, _WRITERS[ending](export))
