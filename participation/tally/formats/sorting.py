"""Sorting more lines than fit into memory: runs that do are sorted, put aside on the disk, and merged."""

import heapq
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from tempfile import TemporaryFile
from typing import Final

RUN: Final = 25_000


def sorted_lines(lines: Iterable[bytes], run: int = RUN) -> Iterator[bytes]:
    r"""Give lines in ascending order, each with its line feed; at most so many of them are held at once.

    >>> list(sorted_lines([b"b\n", b"c\n", b"a\n", b"b\n"], run=2))
    [b'a\n', b'b\n', b'b\n', b'c\n']
    """
    waiting = iter(lines)
    with ExitStack() as stack:
        runs: list[Iterable[bytes]] = []
        while held := sorted(islice(waiting, run)):
            if len(held) < run:
                runs.append(held)
                break
            file = stack.enter_context(TemporaryFile())
            file.writelines(held)
            file.seek(0)
            runs.append(file)
        del held
        yield from heapq.merge(*runs)
