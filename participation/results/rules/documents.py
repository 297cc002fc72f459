"""Documents as bytes: the same document gives the same bytes, and so the same hash, on every machine.

A document is written as JSON in UTF-8 without blanks, the names of objects in the order of their code points. For
names in ASCII and whole numbers below 2^53, which is all that results contain, this is RFC 8785.
"""

import hashlib
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
        if self._last is not None:
            if receipt <= self._last:
                raise ValueError("ballots must come sorted by receipt, each once")
            self._sum.update(b",")
        self._last = receipt
        self._sum.update(canonical({"content": content, "receipt": receipt}))

    def hexdigest(self) -> str:
        """Return the hash of the ballots added so far, in hex."""
        whole = self._sum.copy()
        whole.update(b"]")
        return whole.hexdigest()
