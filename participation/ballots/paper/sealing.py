"""Entries that wait lie sealed under the round's secret: AES-256 in GCM, padded to one length.

Each is bound to its sheet, to who typed it and how often, so that whoever can write the database cannot put the entry
of one typist in the place of the other's.
"""

import secrets
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from participation.ballots.keys import RoundKey

PURPOSE: Final = "paper entry"
_NONCE: Final = 12
_BLOCK: Final = 512
"""Entries are filled up to a multiple of it with blanks, which JSON ignores, so that length says next to nothing."""


def seal(key: RoundKey, bound_to: str, packed: bytes) -> bytes:
    """Return an entry as the database keeps it."""
    nonce = secrets.token_bytes(_NONCE)
    padded = packed + b" " * (-len(packed) % _BLOCK)
    return nonce + AESGCM(key.sealing_key(PURPOSE)).encrypt(nonce, padded, bound_to.encode())


def unseal(key: RoundKey, bound_to: str, sealed: bytes) -> bytes:
    """Return what was sealed; raises InvalidTag for an entry of another place or round, or a changed one."""
    return AESGCM(key.sealing_key(PURPOSE)).decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to.encode()).rstrip(b" ")
