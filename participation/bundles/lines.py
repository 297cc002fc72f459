"""Ballots as the lines of ballots.jsonl.

A line's salt makes its hash one that nobody can guess, so that few ballots cannot be found out from their root. Salts
are derived from one secret of the round, so that they need not be kept beside the ballots.
"""

import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

import orjson

Content: TypeAlias = Sequence[str] | Mapping[str, int]

ROUND_SALT_BYTES: Final = 32
SALT_BYTES: Final = 16
RECEIPT_LENGTH: Final = 16
RECEIPT_SIGNS: Final = frozenset("0123456789abcdefghjkmnpqrstvwxyz")


def new_round_salt() -> bytes:
    """Draw the secret from which a round's salts are derived."""
    return secrets.token_bytes(ROUND_SALT_BYTES)


def ballot_lines(round_salt: bytes, ballots: Iterable[tuple[str, Content]]) -> list[bytes]:
    """Return the lines of ballots, each a receipt and a content, without their line feeds.

    >>> ballot_lines(bytes(32), [("7k0m2v9qhx4t1c8e", ["M3", "M1"])])
    [b'{"content":["M3","M1"],"receipt":"7k0m2v9qhx4t1c8e","salt":"fcdb2b747c1c95233fb99b060fc80578"}']
    """
    digest, dumps, sort = hmac.digest, orjson.dumps, orjson.OPT_SORT_KEYS
    return [
        dumps(
            {
                "content": content,
                "receipt": receipt,
                "salt": digest(round_salt, receipt.encode(), "sha256")[:SALT_BYTES].hex(),
            },
            option=sort,
        )
        for receipt, content in ballots
    ]
