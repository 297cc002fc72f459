"""Whether a connection to PostgreSQL that comes out of the pool is still alive.

A server that was restarted has closed all of them, and whoever gets one would be told that nothing was saved although
all is well again. SQLAlchemy can ask each time (`pool_pre_ping`), but a ballot takes a connection twice, once to see
who is there and once to write, and those two questions were two of its fourteen round trips. A connection that was in
use a moment ago is not asked: if it was lost in this very moment, so were those that others are using.
"""

import time
from typing import Final

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

FRESH_SECONDS: Final = 1.0
"""For how long a connection that was put back is taken to be alive."""
_PUT_BACK: Final = "participation_put_back"


def notice_lost_connections(engine: Engine) -> None:
    """Let an engine replace connections that were lost while nobody used them."""

    def put_back(_connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        entry.info[_PUT_BACK] = time.monotonic()

    def take(connection: DBAPIConnection, entry: ConnectionPoolEntry, _proxy: object) -> None:
        used = entry.info.get(_PUT_BACK)
        if used is None or time.monotonic() - used < FRESH_SECONDS:  # new, or in use a moment ago
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as lost:
            raise InvalidatePoolError from lost  # the pool makes new ones

    event.listen(engine, "checkin", put_back)
    event.listen(engine, "checkout", take)
