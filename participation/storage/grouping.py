"""Writes that wait together are committed together, each in a savepoint of its own.

A durable commit on SQLite costs a round trip to the disk, whatever it holds, and there is one writer at a time. Where
hundreds hand in a ballot in the same minute, the one whose turn it is writes for those who stand behind it in the
line as well, and everybody is answered after the one commit:

- Every write sees what stands in the database when it is carried out, under the lock, in a session of its own.
- A refused write is rolled back to its savepoint and touches nobody else's.
- Nobody is answered before the commit, not even with a refusal, since that may rest on a neighbour's write. If the
  commit fails, everybody is told that nothing was saved.
- A group takes only those who stand next in the line, so many and for so long; a close waits for one group at most
  from when it is the first, and whoever comes after it stays behind it.
- A write runs without its request, possibly in another request's thread: it is given its arguments beforehand, and
  asking for `request`, `g` or who is signed in is an error rather than somebody else's answer.

This is for throughput only. What is right rests on the transaction, its savepoints and BEGIN IMMEDIATE.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextvars import Context
from typing import Concatenate, Final, Generic, ParamSpec, TypeVar, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from participation.core.errors import Unavailable
from participation.storage.engines import BUSY_TIMEOUT_MS, WRITE, begin_anew, write_transaction
from participation.storage.failures import IN_DOUBT, RETRY_SECONDS, STORE_FAILURES, CommitInDoubt
from participation.storage.line import Line, Place, line_of

A = ParamSpec("A")
R = TypeVar("R")

MOST_TOGETHER: Final = 64
"""How many writes one commit holds at most."""
LONGEST_SECONDS: Final = 0.1
"""For how long a group takes in those who come; the write that is under way then is its last."""

log = logging.getLogger("participation.storage")


class TransactionLost(RuntimeError):
    """SQLite ended the transaction by itself, as it does when the disk fails; nothing of the group is stored."""


def write_together(
    session: Session, verb: Callable[Concatenate[Session, A], R], *args: A.args, **kwargs: A.kwargs
) -> R:
    """Call `verb(session, ...)` in a writing transaction, with others that wait, and return its result once committed.

    `session` is the caller's own and says where to write; what it had read is read anew afterwards. The verb is given
    another one, must not keep it, and returns plain values. On PostgreSQL, whose writers do not wait for each
    other, every call is a transaction of its own.

    Raises what the verb raises; Unavailable `unavailable` if the store did not take it, and then nothing was saved,
    or `commit_in_doubt` if nobody can know.
    """
    engine = session.get_bind().engine

    def work(own: Session) -> R:
        return Context().run(verb, own, *args, **kwargs)

    try:
        begin_anew(session)
        if engine.dialect.name == "sqlite":
            return _write_in_line(engine, work)
        with Session(engine, expire_on_commit=False) as alone, write_transaction(alone):
            return work(alone)
    except (*STORE_FAILURES, TransactionLost) as reason:
        code = IN_DOUBT if isinstance(reason, CommitInDoubt) else "unavailable"
        # The text of the error is not for the log: it holds the row.
        log.error("a write met a store that failed (%s): %s", code, type(reason.__cause__ or reason).__name__)  # noqa: TRY400
        raise Unavailable(code, retry_after=RETRY_SECONDS) from reason


class _Waiting(Place, Generic[R]):
    """A write that waits in the line, and what came of it; that counts from the commit on."""

    __slots__ = ("_answer", "_refusal", "_work", "committed", "doubt")

    def __init__(self, work: Callable[[Session], R]) -> None:
        super().__init__()
        self._work = work
        self._answer: R | None = None
        self._refusal: Exception | None = None
        self.committed = False
        self.doubt: CommitInDoubt | None = None

    def carry_out(self, connection: Connection) -> None:
        """Write in a savepoint. What the write itself refuses is kept for whoever waits for it."""
        try:
            with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
                self._answer = self._work(session)
                session.commit()  # releases the savepoint
        except Exception as refusal:  # noqa: BLE001 - raised again in its own request
            self._refusal = refusal
        # After a failure of the disk SQLite has rolled everything back. Another savepoint would then begin a
        # transaction of its own and commit it, while the group is told that nothing was saved.
        if not connection.connection.driver_connection.in_transaction:  # type: ignore[union-attr]
            raise TransactionLost from self._refusal

    def result(self) -> R:
        """Return what the write returned or raise what it raised."""
        if self.doubt is not None:
            raise CommitInDoubt(None, None, self.doubt) from self.doubt
        if not self.committed:
            raise TransactionLost
        refusal, self._refusal = self._refusal, None
        if refusal is None:
            return cast("R", self._answer)
        try:
            raise refusal
        finally:
            del refusal  # the error holds this frame; together they would stay until the next collection


def _write_in_line(engine: Engine, work: Callable[[Session], R]) -> R:
    waiting, line = _Waiting(work), line_of(engine)
    with line.turn(waiting, BUSY_TIMEOUT_MS / 1000):
        if not waiting.served:
            _write_group(engine, waiting, line)
    return waiting.result()


def _write_group(engine: Engine, first: _Waiting[R], line: Line) -> None:
    """Write the first one's and those who stand behind it, and commit; the end of the turn calls them."""
    group: list[_Waiting[R]] = []
    try:
        with engine.connect() as connection, connection.execution_options(**{WRITE: True}).begin():
            for waiting in _next_ones(first, line):
                group.append(waiting)
                waiting.carry_out(connection)
    except CommitInDoubt as doubt:
        for waiting in group:
            waiting.doubt = doubt
        raise
    for waiting in group:
        waiting.committed = True


def _next_ones(first: _Waiting[R], line: Line) -> Iterator[_Waiting[R]]:
    end = time.monotonic() + LONGEST_SECONDS
    waiting: _Waiting[R] | None = first
    taken = 0
    while waiting is not None:
        yield waiting
        taken += 1
        waiting = line.call_up(_Waiting) if taken < MOST_TOGETHER and time.monotonic() < end else None
