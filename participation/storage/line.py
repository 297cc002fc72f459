"""The writers of one process on SQLite, one after the other, in the order in which they came.

SQLite lets a waiting writer sleep and try again, for up to a tenth of a second at a time, and whoever wakes first is
next. In line they follow each other at once and nobody is overtaken. This is for speed and fairness only: what is
right rests on BEGIN IMMEDIATE, between processes too.
"""

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

LOCKED_SECONDS: Final = 15.0
"""For how long it counts that somebody has waited for the database in vain."""


class Place:
    """A place in the line. Whoever stands on it is called when it is their turn, or when another has served them."""

    __slots__ = ("_calling", "served")

    def __init__(self) -> None:
        self.served = False
        """Whether another does, in their turn, what was waited for."""
        self._calling = Lock()
        self._calling.acquire()

    def call(self) -> None:
        """Wake whoever stands here; once only."""
        self._calling.release()

    def wait(self, patience: float = -1) -> bool:
        """Wait to be called, for ever or for so many seconds; say whether it happened."""
        return self._calling.acquire(timeout=patience)


P = TypeVar("P", bound=Place)


class Line:
    """Gives the turn to write to one thread at a time, and remembers whether another process keeps the database locked.

    Whoever has waited in vain for the lock has shown that waiting is no use: until a write succeeds again, or the lock
    is old news, the others are told at once. Otherwise all threads would wait in turn, and nobody could even read.
    """

    def __init__(self) -> None:
        self._locked_until = 0.0
        self._guard = Lock()
        self._waiting: deque[Place] = deque()
        self._called_up: list[Place] = []
        self._taken = False

    @contextmanager
    def turn(self, place: Place, patience: float) -> Iterator[None]:
        """Wait for the turn and keep it for the time of the block; then call those who were served in it, and the next.

        A place that another served meanwhile (`place.served`) has no turn to keep. Raises OperationalError, as the
        database itself would, if it takes longer than `patience`; then the place is out of the line and nobody has
        served it or will.
        """
        self._enter(place, patience)
        try:
            yield
        finally:
            if not place.served:
                self._pass_on()

    def call_up(self, kind: type[P]) -> P | None:
        """Take the next one out of the line to serve it in this turn, if it is of a kind; nobody is overtaken.

        Only for the one who has the turn, at whose end it is called whatever has happened.
        """
        with self._guard:
            place = self._waiting[0] if self._waiting else None
            if not isinstance(place, kind):
                return None
            self._called_up.append(self._waiting.popleft())
            place.served = True
            return place

    def note_locked(self) -> None:
        """Remember that the database was locked for as long as anybody waits."""
        self._locked_until = time.monotonic() + LOCKED_SECONDS

    def note_free(self) -> None:
        """Remember that it can be written again."""
        self._locked_until = 0.0

    @property
    def is_locked(self) -> bool:
        """Say whether somebody has just waited for the database in vain."""
        return time.monotonic() < self._locked_until

    def __len__(self) -> int:
        return len(self._waiting)

    def _enter(self, place: Place, patience: float) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            if self.is_locked:  # one tries whether it still is; the others need not wait for that
                raise OperationalError("BEGIN IMMEDIATE", None, TimeoutError("the database is locked"))
            self._waiting.append(place)
        try:
            has_turn = place.wait(patience) or self._was_called_after_all(place)
        except BaseException:  # an interrupt: nobody may be left waiting for a turn that is not passed on
            if not self._step_out(place) and not place.served:
                self._pass_on()
            raise
        if not has_turn:
            raise OperationalError("BEGIN IMMEDIATE", None, TimeoutError("too many others are writing"))

    def _was_called_after_all(self, place: Place) -> bool:
        """Step out of the line; whoever was taken out of it in this very moment waits for the outcome instead."""
        return not self._step_out(place) and place.wait()

    def _step_out(self, place: Place) -> bool:
        """Leave the line; say whether the place was still in it."""
        with self._guard:
            if place not in self._waiting:
                return False
            self._waiting.remove(place)
            return True

    def _pass_on(self) -> None:
        with self._guard:
            served, self._called_up = self._called_up, []
            for place in served:
                place.call()
            if self._waiting:
                self._waiting.popleft().call()
            else:
                self._taken = False


_LINES: Final[WeakKeyDictionary[Engine, Line]] = WeakKeyDictionary()
_MAKING: Final = Lock()


def line_of(engine: Engine) -> Line:
    """Return the line of this process's writers on an engine."""
    with _MAKING:
        return _LINES.setdefault(engine, Line())
