"""The JSON side of accounts."""

from participation.accounts.api import bodies, own, people, signing_in
from participation.accounts.api.blueprint import blp

__all__ = ["blp", "bodies", "own", "people", "signing_in"]
