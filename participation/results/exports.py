"""A result as a finished file: its name, its kind and its bytes, the same from page, interface and command line.

Tables and snapshots are of results alone. Ballots are given out one by one only of rounds that publish them (promise
12). Whoever gives out a file asks `exportable_round` or `exportable_ranking`, which ask for the permission.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from sqlalchemy.orm import Session

from participation.core.actor import Actor
from participation.core.errors import Conflict, NotFound
from participation.core.permissions import Permission, authorise
from participation.results.files import KINDS, Labels, as_csv, as_json, as_xlsx
from participation.results.models import JointResult, RoundResult
from participation.results.queries import Head, joint_result_of, ranking_head, result_of, round_head, wording_in
from participation.results.rules.other_formats import (
    PABULIB,
    PREFLIB,
    ranking_as_pabulib,
    ranking_as_preflib,
    round_as_pabulib,
    round_as_preflib,
)
from participation.results.services import counted_profiles
from participation.results.tables import Snapshot, Table, joint_table, round_table
from participation.results.wording import joint_labels, round_labels
from participation.tally.ballots import Profile


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file to hand out, whole or, where it holds ballots, in pieces that are made while they are taken."""

    name: str
    mimetype: str
    pieces: Iterable[bytes]


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


def exportable_round(session: Session, slug: str, *, actor: Actor) -> tuple[Head, RoundResult]:
    """Return a round's result for somebody who may export it; raises Forbidden, or NotFound `no_result_yet`."""
    head = round_head(session, slug)
    authorise(actor, Permission.RANKING_EXPORT, head.process_id)
    result = result_of(session, head.id)
    if result is None:
        raise NotFound("no_result_yet", slug=slug)
    return head, result


def exportable_ranking(session: Session, process: str, ranking: str, *, actor: Actor) -> tuple[Head, JointResult]:
    """Return a joint ranking for somebody who may export it; raises Forbidden, or NotFound `no_joint_result_yet`."""
    head = ranking_head(session, process, ranking)
    authorise(actor, Permission.RANKING_EXPORT, head.process_id)
    result = joint_result_of(session, head.id)
    if result is None:
        raise NotFound("no_joint_result_yet", slug=ranking)
    return head, result


def joint_file(result: JointResult, statistics: Snapshot | None, ending: str, languages: Sequence[str]) -> ExportedFile:
    """Return a joint ranking as a file of one of ENDINGS, titles in the first language there is."""
    snapshot = result.snapshot
    table = joint_table(snapshot, languages, statistics)
    export = _Export(snapshot, table, lambda: joint_labels(snapshot, table.columns, languages), result.computed_at)
    return _file(f"{snapshot['process']}-{snapshot['ranking']}", ending, export)


def round_file(result: RoundResult, ending: str, languages: Sequence[str]) -> ExportedFile:
    """Return a round's result as a file of one of ENDINGS, titles in the first language there is."""
    snapshot = result.snapshot
    table = round_table(snapshot, languages)
    export = _Export(snapshot, table, lambda: round_labels(snapshot, table.columns, languages), result.counted_at)
    return _file(f"{snapshot['process']}-{snapshot['round']}", ending, export)


def ballots_file(
    session: Session,
    result: RoundResult,
    format_: str,
    languages: Sequence[str],
    budget_cents: int | None,
    told: Callable[[int], object] = lambda _ballots: None,
) -> ExportedFile:
    """Return a round's counted ballots as a file of one of FORMATS; raises Conflict `ballots_not_published`.

    They are read while its pieces are taken, or before it, which `told` is told of page by page.
    """
    snapshot = result.snapshot
    if not snapshot["publishes_ballots"]:
        raise Conflict("ballots_not_published", round=snapshot["round"])
    parts = counted_profiles(session, result.round, told)
    ending, pieces = _BALLOTS[format_](snapshot, parts, _names(snapshot, languages), budget_cents)
    return ExportedFile(f"{snapshot['process']}-{snapshot['round']}-ballots.{ending}", PLAIN_TEXT, pieces)


def bodies_file(result: JointResult, format_: str, languages: Sequence[str], budget_cents: int | None) -> ExportedFile:
    """Return a joint ranking, its bodies in the place of voters, as a file of one of FORMATS."""
    snapshot = result.snapshot
    ending, data = _BODIES[format_](snapshot, _names(snapshot, languages), budget_cents)
    return ExportedFile(f"{snapshot['process']}-{snapshot['ranking']}.{ending}", PLAIN_TEXT, [data])


def _names(snapshot: Snapshot, languages: Sequence[str]) -> dict[str, str]:
    return {one["code"]: wording_in(one["title"], languages).body for one in snapshot["options"]}


_Pieces: TypeAlias = tuple[str, Iterable[bytes]]
_BALLOTS: Final[Mapping[str, Callable[[Snapshot, Iterable[Profile], Mapping[str, str], int | None], _Pieces]]] = {
    PABULIB: lambda snapshot, parts, names, cents: (PABULIB, round_as_pabulib(snapshot, parts, names, cents)),
    PREFLIB: lambda snapshot, parts, names, _cents: round_as_preflib(snapshot, parts, names),
}
_BODIES: Final[Mapping[str, Callable[[Snapshot, Mapping[str, str], int | None], tuple[str, bytes]]]] = {
    PABULIB: lambda snapshot, names, cents: (PABULIB, ranking_as_pabulib(snapshot, names, cents)),
    PREFLIB: lambda snapshot, names, _cents: ranking_as_preflib(snapshot, names),
}
FORMATS: Final = tuple(_BALLOTS)
PLAIN_TEXT: Final = "text/plain"


def _file(name: str, ending: str, export: _Export) -> ExportedFile:
    return ExportedFile(f"{name}.{ending}", KINDS[ending].mimetype, [_WRITERS[ending](export)])
