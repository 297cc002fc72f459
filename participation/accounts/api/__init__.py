"""The JSON side of accounts."""

from participation.accounts.api import bodies, joining, own, people, provider, security, signing_in
from participation.accounts.api.blueprint import blp

__all__ = ["blp", "bodies", "joining", "own", "people", "provider", "security", "signing_in"]
