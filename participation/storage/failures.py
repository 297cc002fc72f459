"""What it means when the database fails: nothing was saved, or nobody can know whether it was.

A statement that fails leaves nothing behind. A COMMIT that fails because the connection broke, or because the disk
refused at its very end, may have been carried out all the same: whoever asked must not be told that nothing was saved.
"""

from typing import Final

from sqlalchemy import Connection, Engine, ExceptionContext, event
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

STORE_FAILURES: Final = (OperationalError, InterfaceError, InternalError, PoolTimeout)
"""What SQLAlchemy raises when the database is away, busy, full or broken; none of it is the asker's fault."""

IN_DOUBT: Final = "commit_in_doubt"
"""The code of an Unavailable where nobody can know; every other says that nothing was saved."""
RETRY_SECONDS: Final = 5
"""After how long a program may try again."""

_COMMITTING: Final = "participation_committing"
_IO_ERRORS_AFTER_WRITING: Final = frozenset({"SQLITE_IOERR_FSYNC", "SQLITE_IOERR_DIR_FSYNC", "SQLITE_IOERR_CLOSE"})
"""The commit's last page was written and its way to the disk failed: it may be found there after a crash."""


class CommitInDoubt(OperationalError):
    """The answer to a COMMIT was lost; the same request, sent again with its token, finds out by itself."""


def tell_doubt_apart(engine: Engine) -> None:
    """Let an engine raise CommitInDoubt where a failed COMMIT may have been carried out."""
    if not event.contains(engine, "handle_error", _doubt):
        event.listen(engine, "begin", _begins)
        event.listen(engine, "commit", _commits)
        event.listen(engine, "handle_error", _doubt, retval=True)


def _begins(connection: Connection) -> None:
    connection.info.pop(_COMMITTING, None)


def _commits(connection: Connection) -> None:
    connection.info[_COMMITTING] = True


def _doubt(context: ExceptionContext) -> BaseException | None:
    """Return what is raised instead; None leaves the error as it is."""
    connection, failure = context.connection, context.original_exception
    if connection is None or connection.closed or connection.invalidated or not connection.info.get(_COMMITTING):
        return None
    name = getattr(failure, "sqlite_errorname", "")
    if not (context.is_disconnect or name in _IO_ERRORS_AFTER_WRITING):
        return None
    return CommitInDoubt(None, None, failure, connection_invalidated=context.is_disconnect)
