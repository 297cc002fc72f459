"""A bundle as a ZIP file whose bytes depend on nothing but its files, and which begins before its files are read.

Nothing is packed: what a packer makes of a file differs from version to version of its library, and most of a bundle
are receipts and salts, which cannot be packed anyway. A checksum stands behind its file, as in ZIP files that are
written in one go; readers that go along with them find the end of a file inside of it, which is why files lie in blocks
of "deflate" that hold them as they are (RFC 1951, 3.2.4). Times and rights are the same everywhere.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

BLOCK: Final = 2**16 - 1
"""The longest block that is not packed."""

_VERSION: Final = 20
_CHECKSUM_BEHIND: Final = 0x8
_DEFLATE: Final = 8
_MADE: Final = struct.pack("<HH", 0, 1 << 5 | 1)
"""1 January 1980, midnight: the first day that there is."""
_UNIX: Final = 3 << 8
_PLAIN_FILE: Final = 0o100644 << 16

_HEAD: Final = struct.Struct("<4sHHH4sIIIHH")
_BEHIND: Final = struct.Struct("<4sIII")
_LISTED: Final = struct.Struct("<4sHHHH4sIIIHHHHHII")
_END: Final = struct.Struct("<4sHHHHIIH")
_BLOCK_HEAD: Final = struct.Struct("<BHH")


@dataclass(frozen=True, slots=True)
class BundleFile:
    """A file's name, its length, and its content piece by piece."""

    name: str
    size: int
    pieces: Iterable[bytes] = field(repr=False)


class WrongLength(ValueError):
    """A file was not as long as it was said to be; what was written of the archive is no archive."""


def archive_length(files: Sequence[BundleFile]) -> int:
    """Return how long the archive of these files is, before one of them is read."""
    names = sum(2 * len(file.name.encode()) for file in files)
    heads = len(files) * (_HEAD.size + _BEHIND.size + _LISTED.size)
    return names + heads + sum(_length_in_blocks(file.size) for file in files) + _END.size


def archive(files: Sequence[BundleFile]) -> Iterator[bytes]:
    """Write files in their order; memory does not grow with them, and equal files give equal bytes.

    Raises WrongLength, and struct.error for what an archive of 4 GiB cannot hold.
    """
    listed, at = [], 0
    for file in files:
        name, begins = file.name.encode(), at
        yield _HEAD.pack(b"PK\3\4", _VERSION, _CHECKSUM_BEHIND, _DEFLATE, _MADE, 0, 0, 0, len(name), 0) + name
        checksum, size = 0, 0
        for block in _blocks(file.pieces):
            yield block
            content = memoryview(block)[_BLOCK_HEAD.size :]
            checksum, size = zlib.crc32(content, checksum), size + len(content)
        if size != file.size:
            raise WrongLength(f"{file.name}: {size} bytes instead of {file.size}")
        figures = checksum, _length_in_blocks(size), size
        yield _BEHIND.pack(b"PK\7\10", *figures)
        about = _VERSION, _CHECKSUM_BEHIND, _DEFLATE, _MADE, *figures, len(name), 0, 0, 0, 0, _PLAIN_FILE, begins
        listed.append(_LISTED.pack(b"PK\1\2", _UNIX | _VERSION, *about) + name)
        at += _HEAD.size + len(name) + _length_in_blocks(size) + _BEHIND.size
    yield b"".join(listed)
    yield _END.pack(b"PK\5\6", 0, 0, len(listed), len(listed), sum(map(len, listed)), at, 0)


def _length_in_blocks(size: int) -> int:
    return size + _BLOCK_HEAD.size * max(1, -(-size // BLOCK))


def _blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Put pieces into blocks of one length; the last one, which says that it is, may be shorter."""
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        while len(waiting) > BLOCK:
            yield _block(waiting[:BLOCK], is_last=False)
            del waiting[:BLOCK]
    yield _block(waiting, is_last=True)


def _block(content: bytearray, *, is_last: bool) -> bytes:
    return _BLOCK_HEAD.pack(is_last, len(content), len(content) ^ 0xFFFF) + content
