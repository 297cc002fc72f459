"""The Merkle tree hash of RFC 6962, section 2.1, leaf by leaf, in memory that grows with the tree's height alone."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

SIZE: Final = 32
"""Bytes of a hash."""

_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"


class MerkleTree:
    """A tree that grows to the right. What is kept are the roots of the full trees that its leaves make so far.

    >>> tree = MerkleTree()
    >>> tree.root().hex()[:16]
    'e3b0c44298fc1c14'
    >>> tree.add([b"one", b"two", b"three"])
    >>> left = _node(_leaf(b"one"), _leaf(b"two"))
    >>> tree.root() == _node(left, _leaf(b"three"))
    True
    """

    def __init__(self, peaks: Sequence[bytes | None] = ()) -> None:
        """Begin anew, or go on from the peaks of another tree."""
        self._peaks = list(peaks)

    @property
    def peaks(self) -> tuple[bytes | None, ...]:
        """Return the roots of the full trees of 1, 2, 4 ... leaves, None where there is none."""
        return tuple(self._peaks)

    def __len__(self) -> int:
        return sum(2**height for height, peak in enumerate(self._peaks) if peak is not None)

    def add(self, leaves: Iterable[bytes]) -> None:
        """Take in further leaves, in their order."""
        sha256 = hashlib.sha256
        nodes = [sha256(_LEAF + leaf).digest() for leaf in leaves]
        height = 0
        while nodes:
            if height == len(self._peaks):
                self._peaks.append(None)
            waiting = self._peaks[height]
            if waiting is not None:
                nodes.insert(0, waiting)
            self._peaks[height] = nodes.pop() if len(nodes) % 2 else None
            nodes = [sha256(_NODE + left + right).digest() for left, right in zip(nodes[::2], nodes[1::2], strict=True)]
            height += 1

    def root(self) -> bytes:
        """Return the tree's hash so far."""
        root: bytes | None = None
        for peak in self._peaks:  # the smallest full tree stands furthest to the right
            if peak is not None:
                root = peak if root is None else _node(peak, root)
        return hashlib.sha256(b"").digest() if root is None else root


def _leaf(data: bytes) -> bytes:
    return hashlib.sha256(_LEAF + data).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()
