"""A control that must fail: it waits for locks and for PostgreSQL without end, as drivers do by themselves.

Gunicorn loads `app` from here in place of the program's own.
"""

import psycopg

from participation.storage import engines, grouping, patience

DAY_MS = 24 * 60 * 60 * 1000

engines.BUSY_TIMEOUT_MS = grouping.BUSY_TIMEOUT_MS = engines.LOCKED_TIMEOUT_MS = DAY_MS  # type: ignore[misc, attr-defined]
patience.ImpatientConnection.wait = psycopg.Connection.wait  # type: ignore[method-assign]
patience.CONNECT_SECONDS = patience.LOCK_SECONDS = 0  # type: ignore[misc]

from wsgi import app  # noqa: E402 - built only after the limits are gone

__all__ = ["app"]
