"""Taking turns at what is dear: a crowd must fill neither the memory nor every thread of the server."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from participation.core.errors import Unavailable

_COME_BACK_SECONDS = 5


class Turns:
    """A few work, a few wait for a short while, and whoever comes when all places are taken is refused at once."""

    def __init__(self, code: str, *, at_a_time: int, waiting: int, patience: float) -> None:
        """Keep `at_a_time` + `waiting` places; the refusal is Unavailable with `code`, after `patience` seconds."""
        self.code = code
        self.patience = patience
        self.working = threading.BoundedSemaphore(at_a_time)
        self.places = threading.BoundedSemaphore(at_a_time + waiting)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a turn; raises Unavailable with the seconds after which to come back (`retry_after`)."""
        if not self.places.acquire(blocking=False):
            raise Unavailable(self.code, retry_after=_COME_BACK_SECONDS)
        try:
            if not self.working.acquire(timeout=self.patience):
                raise Unavailable(self.code, retry_after=_COME_BACK_SECONDS)
            try:
                yield
            finally:
                self.working.release()
        finally:
            self.places.release()
