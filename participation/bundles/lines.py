"""Ballots as the lines of ballots.jsonl.

A line's salt makes its hash one that nobody can guess, so that few ballots cannot be found out from their root. Salts
are derived from one secret of the round, so that they need not be kept beside the ballots.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

import orjson

Content: TypeAlias = Sequence[str] | Mapping[str, int]

ROUND_SALT_BYTES: Final = 32
SALT_BYTES: Final = 16
RECEIPT_LENGTH: Final = 16
RECEIPT_SIGNS: Final = frozenset("0123456789abcdefghjkmnpqrstvwxyz")


_LINE: Final = b'{"content":%b,"receipt":"%b","salt":"%b"}'
"""A receipt has no character that JSON would write in another way."""
_BLOCK: Final = 64
_PADS: Final = tuple(bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))
_DIGITS: Final = 2 * SALT_BYTES


def new_round_salt() -> bytes:
    """Draw the secret from which a round's salts are derived."""
    return secrets.token_bytes(ROUND_SALT_BYTES)


def ballot_lines(round_salt: bytes, ballots: Iterable[tuple[str, Content]]) -> list[bytes]:
    """Return the lines of ballots, each a receipt and a content, without their line feeds.

    >>> ballot_lines(bytes(32), [("7k0m2v9qhx4t1c8e", ["M3", "M1"])])
    [b'{"content":["M3","M1"],"receipt":"7k0m2v9qhx4t1c8e","salt":"fcdb2b747c1c95233fb99b060fc80578"}']
    """
    inner, outer = (hashlib.sha256(round_salt.ljust(_BLOCK, b"\0").translate(pad)) for pad in _PADS)
    lines = []
    for receipt, content in ballots:
        # HMAC-SHA256 (RFC 2104) with what it makes of the key once for all: twice as fast as hmac.digest.
        name = receipt.encode()
        within, salt = inner.copy(), outer.copy()
        within.update(name)
        salt.update(within.digest())
        lines.append(
            _LINE % (orjson.dumps(content, option=orjson.OPT_SORT_KEYS), name, salt.hexdigest()[:_DIGITS].encode())
        )
    return lines
