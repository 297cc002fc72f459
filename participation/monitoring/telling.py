"""Telling followers what is new."""

from typing import Final

from participation.core.ids import crockford, derive

_TOKEN_CHARACTERS: Final = 26


def stop_token(key: str, account_id: str) -> str:
    """Return the token of the link in every mail with news by which somebody wants no more of them (promise 14)."""
    return crockford(derive(key, "no more news", account_id), _TOKEN_CHARACTERS)
