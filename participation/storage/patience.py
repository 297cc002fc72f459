"""How long PostgreSQL is waited for: not for ever.

A server that is stopped, or a machine that vanished from the network, keeps its connections open and says nothing.
The timeouts that PostgreSQL itself offers are kept by the server and do not help then, so whoever waits looks at the
clock: a connection that did not answer in time is thrown away, and the request ends with a sentence instead of hanging.

Only people who wait are impatient. Jobs and commands run as long as they take and the other machine is there.
"""

import threading
from typing import Any, Final, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

RV = TypeVar("RV")

CONNECT_SECONDS: Final = 3
"""How long a new connection may take."""
ALIVE: Final = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}
"""When a connection to a machine that is gone counts as broken, for jobs too: after a minute instead of two hours."""
LOCK_SECONDS: Final = 10
"""How long a lock is waited for; PostgreSQL counts this itself and says so."""
ANSWER_SECONDS: Final = 13.0
"""How long somebody who waits for a page waits for an answer of PostgreSQL, locks included."""

_INTERVAL: Final = 0.1
"""How often psycopg looks whether it was interrupted; its own value."""


class _Patience(threading.local):
    seconds: float | None = None


_PATIENCE: Final = _Patience()


def wait_at_most(seconds: float | None) -> None:
    """Let this thread wait for each answer of PostgreSQL at most so long, or as long as it takes."""
    _PATIENCE.seconds = seconds


class ImpatientConnection(psycopg.Connection[Any]):
    """A connection that gives up on a server that does not answer."""

    def wait(self, gen: PQGen[RV], interval: float = _INTERVAL, timeout: float | None = None) -> RV:
        """Wait as psycopg does, and no longer than those who wait have time."""
        try:
            return super().wait(gen, interval, _PATIENCE.seconds if timeout is None else timeout)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:  # asked and not answered
                self.pgconn.finish()
            raise


def be_impatient(engine: Engine) -> None:
    """Let an engine on PostgreSQL connect in bounded time and wait for locks in bounded time."""
    if not event.contains(engine, "do_connect", _connect):
        event.listen(engine, "do_connect", _connect)
        event.listen(engine, "connect", _limit_locks)


def _connect(_dialect: object, _record: object, arguments: list[Any], named: dict[str, Any]) -> DBAPIConnection:
    for name, value in {"connect_timeout": CONNECT_SECONDS, **ALIVE}.items():
        named.setdefault(name, value)
    return ImpatientConnection.connect(*arguments, **named)  # type: ignore[return-value]


def _limit_locks(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
    cursor.close()
    connection.commit()
