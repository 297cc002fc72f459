"""What a database holds, read in one transaction."""

from typing import Final, cast

from sqlalchemy import Connection, Table, func, select, text

from participation.audit.models import AuditRecord
from participation.audit.services import GENESIS
from participation.backup.manifest import AuditHead, Refused, RoundThen, State
from participation.backup.schema import revision_of, tables_of
from participation.rounds.rules import RoundState

ROUNDS: Final = text(
    "SELECT id, slug, state, "
    "(SELECT count(*) FROM ballots WHERE round_id = rounds.id) AS ballots, "
    "(SELECT count(*) FROM participations WHERE round_id = rounds.id) AS voters "
    "FROM rounds WHERE ballot_kind IS NOT NULL AND state IN (:open, :closed) ORDER BY opens_at, slug"
)
"""Rounds with a vote that is not concluded. In words of SQL, because a backup may be of an older revision."""

_AUDIT: Final = cast("Table", AuditRecord.__table__)


def state_of(connection: Connection) -> State:
    """Return what the database holds; raises Refused where it has not been migrated."""
    revision = revision_of(connection)
    if revision is None:
        raise Refused("The database holds nothing of this program.")
    tables = tables_of(connection)
    return State(
        schema=revision,
        tables={table: _count(connection, table) for table in tables},
        audit=audit_head(connection),
        rounds=tuple(
            RoundThen(row.id, row.slug, row.state, row.ballots, row.voters)
            for row in connection.execute(ROUNDS, {"open": RoundState.OPEN.value, "closed": RoundState.CLOSED.value})
        ),
    )


def audit_head(connection: Connection) -> AuditHead:
    """Return the last record of officials' acts."""
    last = connection.execute(
        select(_AUDIT.c.number, _AUDIT.c.hash).order_by(_AUDIT.c.number.desc()).limit(1)
    ).one_or_none()
    return AuditHead(last.number, last.hash) if last else AuditHead(0, GENESIS)


def holds_data(connection: Connection) -> bool:
    """Say whether there is a row in any of the program's tables."""
    return any(_count(connection, table) for table in tables_of(connection))


def _count(connection: Connection, table: str) -> int:
    return connection.execute(select(func.count()).select_from(text(f'"{table}"'))).scalar_one()
