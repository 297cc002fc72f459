"""Letting writers of this process stand in line on SQLite, in a known order, so that they are committed together."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Engine

from participation.storage.line import Line, Place, line_of

PATIENCE: Final = 30


@contextmanager
def somebody_else_writes(engine: Engine) -> Iterator[Line]:
    """Hold the turn, so that others have to stand in line."""
    line = line_of(engine)
    with line.turn(Place(), PATIENCE):
        yield line


def wait_for(line: Line, length: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while len(line) < length:
        assert time.monotonic() < deadline
        time.sleep(0.001)


def in_line(engine: Engine, calls: Sequence[Callable[[], Any]]) -> list[Future[Any]]:
    """Let all stand in line in this order behind one who writes, then let the line go."""
    with ThreadPoolExecutor(len(calls)) as pool:
        with somebody_else_writes(engine) as line:
            futures = []
            for number, call in enumerate(calls, start=1):
                futures.append(pool.submit(call))
                wait_for(line, number)
        return futures
