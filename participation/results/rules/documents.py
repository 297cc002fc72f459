"""Documents as bytes: the same document gives the same bytes, and so the same hash, on every machine.

A document is written as JSON in UTF-8 without blanks, the names of objects in the order of their code points. For
names in ASCII and whole numbers below 2^53, which is all that results contain, this is RFC 8785.
"""

import hashlib
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import orjson


def canonical(document: object) -> bytes:
    """Return the one way of writing a document."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def document_hash(document: object) -> str:
    """Return the SHA-256 of a document in hex."""
    return hashlib.sha256(canonical(document)).hexdigest()


class BallotsHash:
    """The SHA-256 over the canonical JSON of all ballots of a round, sorted by receipt, computed ballot by ballot.

    It is the hash of the one document [{"content": ..., "receipt": ...}, ...]; ballots are added in the order of
    their receipts, code point by code point, so that memory does not grow with their number.

    >>> box = BallotsHash()
    >>> box.add("a1", ["M1"])
    >>> box.add("b2", [])
    >>> box.hexdigest() == document_hash([{"receipt": "a1", "content": ["M1"]}, {"receipt": "b2", "content": []}])
    True
    """

    def __init__(self) -> None:
        self._sum = hashlib.sha256(b"[")
        self._last: str | None = None

    def add(self, receipt: str, content: Any) -> None:  # noqa: ANN401 - lists and mappings alike
        """Take in the next ballot; one out of order would give another hash for the same ballots."""
        self.add_all([(receipt, content)])

    def add_all(self, ballots: Sequence[tuple[str, Any]]) -> None:
        """Take in the next ballots, which is faster than one by one."""
        if not ballots:
            return
        receipts = [receipt for receipt, _content in ballots]
        if (self._last is not None and receipts[0] <= self._last) or any(a >= b for a, b in pairwise(receipts)):
            raise ValueError("ballots must come sorted by receipt, each once")
        if self._last is not None:
            self._sum.update(b",")
        self._last = receipts[-1]
        written = canonical([{"content": content, "receipt": receipt} for receipt, content in ballots])
        self._sum.update(memoryview(written)[1:-1])  # without the brackets of this portion

    def digest_so_far(self) -> str:
        """Return a hash of the ballots added so far to compare with itself; it is not that of any document."""
        return self._sum.hexdigest()

    def hexdigest(self) -> str:
        """Return the hash of the ballots added so far, in hex."""
        whole = self._sum.copy()
        whole.update(b"]")
        return whole.hexdigest()
