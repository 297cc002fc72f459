"""Opaque identifiers and tokens."""

import hashlib
import hmac
import secrets
from typing import Final

CROCKFORD: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32 alphabet: no i, l, o, u, so that a code can be read aloud and typed."""

_BY_BYTE: Final = bytes(ord(CROCKFORD[byte % 32]) for byte in range(256))
"""Every character stands for eight bytes, so that each is as likely as any other."""


def new_id() -> str:
    """Return 20 random Crockford characters (100 bits).

    Random rather than counted, so that a key tells neither when a row was written nor after which other one.
    """
    return random_code(20)


def random_code(characters: int) -> str:
    """Return `characters` random Crockford characters, 5 bits each: those of as many random bytes."""
    return secrets.token_bytes(characters).translate(_BY_BYTE).decode("ascii")


def crockford(data: bytes, characters: int) -> str:
    """Return the first `characters` * 5 bits of `data` as Crockford characters."""
    bits = int.from_bytes(data, "big")
    total = len(data) * 8
    return "".join(CROCKFORD[(bits >> (total - 5 * (place + 1))) & 31] for place in range(characters))


def normalise_code(typed: str) -> str:
    """Fold what a person typed into Crockford's alphabet: case, separators, and O, I, L read as 0, 1, 1."""
    folded = typed.strip().lower().replace("o", "0").replace("i", "1").replace("l", "1")
    return "".join(character for character in folded if character not in " -–—_.\u00a0")


def derive(key: str, purpose: str, subject: str) -> bytes:
    """Return HMAC-SHA-256 of `purpose` and `subject` under `key`.

    Tokens that appear in mails or on cards are derived when they are rendered, so none is stored (promise 14).
    """
    return hmac.new(key.encode(), f"{purpose}\x00{subject}".encode(), hashlib.sha256).digest()


def fingerprint(token: str) -> str:
    """Return the SHA-256 of a high-entropy token in hex; what a table keeps instead of the token."""
    return hashlib.sha256(token.encode()).hexdigest()
