"""PDFs that everybody may ask for: each is typeset once, one at a time, and kept while there is room.

Whoever asks for the same file again and again, a crawler for one, must not hold the processor.
"""

import threading
from collections import OrderedDict
from hashlib import sha256
from typing import Final

import orjson

from participation.core.turns import Turns
from participation.documents.blocks import Document
from participation.documents.pdf import render_pdf

MOST_BYTES: Final = 16_000_000
"""Of files kept by a process, the one that was asked for the longest time ago goes first."""


def name_of(document: Document) -> str:
    """Return the SHA-256 of a document's content in hex: the same content is the same file."""
    return sha256(orjson.dumps(document.to_json(), option=orjson.OPT_SORT_KEYS)).hexdigest()


class KeptFiles:
    """The files that a process made last, by the names of their documents."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.turns = Turns("files_busy", at_a_time=1, waiting=6, patience=5.0)
        self._most = most_bytes
        self._held: OrderedDict[str, bytes] = OrderedDict()
        self._room = most_bytes
        self._lock = threading.Lock()

    def pdf(self, document: Document) -> bytes:
        """Return a document as render_pdf does; raises Unavailable `files_busy` when many others are in front."""
        name = name_of(document)
        if held := self._find(name):
            return held
        with self.turns.one():
            return self._find(name) or self._keep(name, render_pdf(document))

    def _find(self, name: str) -> bytes | None:
        with self._lock:
            if name in self._held:
                self._held.move_to_end(name)
            return self._held.get(name)

    def _keep(self, name: str, file: bytes) -> bytes:
        if len(file) > self._most:
            return file
        with self._lock:
            self._held[name] = file
            self._room -= len(file)
            while self._room < 0:
                self._room += len(self._held.popitem(last=False)[1])
        return file


PUBLIC: Final = KeptFiles()
"""Those of this process."""
