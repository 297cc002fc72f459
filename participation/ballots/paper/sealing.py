"""Entries that wait lie sealed under the round's secret: AES-256 in GCM, bound to their sheet, padded to one length."""

import secrets
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from participation.ballots.keys import RoundKey

PURPOSE: Final = "paper entry"
_NONCE: Final = 12
_BLOCK: Final = 512
"""Entries are filled up to a multiple of it with blanks, which JSON ignores, so that length says next to nothing."""


def seal(key: RoundKey, sheet_id: str, packed: bytes) -> bytes:
    """Return an entry of a sheet as the database keeps it."""
    nonce = secrets.token_bytes(_NONCE)
    padded = packed + b" " * (-len(packed) % _BLOCK)
    return nonce + AESGCM(key.sealing_key(PURPOSE)).encrypt(nonce, padded, sheet_id.encode())


def unseal(key: RoundKey, sheet_id: str, sealed: bytes) -> bytes:
    """Return what was sealed; raises InvalidTag for the entry of another sheet or round, or a changed one."""
    return AESGCM(key.sealing_key(PURPOSE)).decrypt(sealed[:_NONCE], sealed[_NONCE:], sheet_id.encode()).rstrip(b" ")
