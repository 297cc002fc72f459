"""Whether a database is whole: its files, its references, its shape, its record of acts, its ballots.

Every check returns sentences about what is wrong, none where all is well, and reads in the caller's transaction.
"""

from collections.abc import Callable, Iterator
from typing import Final

from sqlalchemy import Connection, Engine, func, inspect, select, text
from sqlalchemy.orm import Session

from participation.audit.services import first_broken_record
from participation.backup.archive import Told
from participation.backup.schema import needed_triggers, newest_revision, revision_of, triggers_of
from participation.backup.state import ROUNDS
from participation.ballots.models import Ballot, CountedBallot
from participation.results.models import RoundResult
from participation.results.services.counting import hash_counted
from participation.rounds.models import Round
from participation.rounds.rules import RoundState

MOST_NAMED: Final = 20
"""Of several faults of one kind, so many are named."""


def find_faults(connection: Connection, engine: Engine, *, told: Told) -> list[str]:
    """Return everything that is wrong with a database at the program's own revision.

    `engine` is one of the same kind, on which triggers are made for comparison and forgotten.
    """
    told("comparing the shape of the database", 0)
    if revision_of(connection) != newest_revision():
        return [f"The database is of revision {revision_of(connection)}, the program of {newest_revision()}."]
    faults = _missing_triggers(connection, engine)
    for name, check in _CHECKS.items():
        told(name, 0)
        faults += check(connection)
    return faults


def damaged_files(connection: Connection) -> list[str]:
    """Return what SQLite finds wrong with its file; PostgreSQL looks after its own."""
    if connection.dialect.name != "sqlite":
        return []
    found = connection.execute(text(f"PRAGMA integrity_check({MOST_NAMED})")).scalars().all()
    return [f"The database file is damaged: {line}" for line in found if line != "ok"]


def broken_references(connection: Connection) -> list[str]:
    """Return which rows refer to rows that are not there."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("PRAGMA foreign_key_check")).all()[:MOST_NAMED]
        return [f"A row of {row[0]} refers to one of {row[2]} that is not there." for row in rows]
    return list(_orphans(connection))


def broken_record(connection: Connection) -> list[str]:
    """Walk the chain of officials' acts."""
    with Session(connection) as session:
        broken = first_broken_record(session)
    return [] if broken is None else [f"Record {broken} of the acts does not fit: it or one before it was changed."]


def differing_registers(connection: Connection) -> list[str]:
    """Return the rounds in which not everybody who is noted as having voted has a ballot."""
    rows = connection.execute(ROUNDS, {"open": RoundState.OPEN.value, "closed": RoundState.CLOSED.value})
    return [
        f"{row.slug}: {row.voters} people are noted as having voted, but there are {row.ballots} ballots."
        for row in rows
        if row.ballots != row.voters
    ]


def changed_results(connection: Connection) -> list[str]:
    """Return the concluded rounds whose ballots are not those that were counted."""
    concluded = connection.execute(
        select(Round.id, Round.slug, RoundResult.ballots, RoundResult.ballots_hash)
        .join(RoundResult, RoundResult.round_id == Round.id, isouter=True)
        .where(Round.state == RoundState.CONCLUDED, Round.ballot_kind.is_not(None))
        .order_by(Round.opens_at, Round.slug)
    ).all()
    return [fault for row in concluded for fault in _faults_of(connection, *row)]


def doubled_receipts(connection: Connection) -> list[str]:
    """Return the rounds in which a receipt stands more than once, in the box and among counted ballots together."""
    faults = []
    for table in (Ballot, CountedBallot):
        doubled = (
            select(table.round_id)
            .group_by(table.round_id, table.receipt)
            .having(func.count() > 1)
            .distinct()
            .subquery()
        )
        rows = connection.execute(select(Round.slug).where(Round.id.in_(select(doubled.c.round_id)))).scalars()
        faults += [f"{slug}: two ballots have the same receipt." for slug in rows]
    return faults


def _faults_of(
    connection: Connection, round_id: str, slug: str, ballots: int | None, ballots_hash: str | None
) -> Iterator[str]:
    if ballots is None:
        yield f"{slug} is concluded, but its result is not there."
        return
    left = connection.execute(select(func.count()).where(Ballot.round_id == round_id)).scalar_one()
    kept = connection.execute(select(func.count()).where(CountedBallot.round_id == round_id)).scalar_one()
    if left:
        yield f"{slug} is concluded, but {left} ballots still lie in its box."
    if kept != ballots:
        yield f"{slug}: {ballots} ballots were counted, but {kept} are there."
    elif hash_counted(connection, round_id) != ballots_hash:
        yield f"{slug}: the ballots are not those that were counted."


def _missing_triggers(connection: Connection, engine: Engine) -> list[str]:
    missing = needed_triggers(engine) - triggers_of(connection)
    return [f"The trigger {name} on {table} is missing, changed or off." for table, name, _body in sorted(missing)]


def _orphans(connection: Connection) -> Iterator[str]:
    inspector = inspect(connection)
    quote = connection.dialect.identifier_preparer.quote
    for table in sorted(inspector.get_table_names()):
        for key in inspector.get_foreign_keys(table):
            pairs = list(zip(key["constrained_columns"], key["referred_columns"], strict=True))
            matched = " AND ".join(f"parent.{quote(theirs)} = child.{quote(ours)}" for ours, theirs in pairs)
            given = " AND ".join(f"child.{quote(ours)} IS NOT NULL" for ours, _theirs in pairs)
            parent = quote(key["referred_table"])
            statement = (
                f"SELECT count(*) FROM {quote(table)} child WHERE {given} "  # noqa: S608 - names from the catalogue
                f"AND NOT EXISTS (SELECT FROM {parent} parent WHERE {matched})"
            )
            lost = connection.execute(text(statement)).scalar_one()
            if lost:
                yield f"{lost} rows of {table} refer to rows of {key['referred_table']} that are not there."


_CHECKS: Final[dict[str, Callable[[Connection], list[str]]]] = {
    "checking the files": damaged_files,
    "checking references between tables": broken_references,
    "walking the record of acts": broken_record,
    "comparing registers and boxes": differing_registers,
    "hashing counted ballots": changed_results,
    "looking for doubled receipts": doubled_receipts,
}
