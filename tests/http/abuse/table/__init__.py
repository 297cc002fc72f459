"""The table of acts: who may do what to what, and when."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tests.http.abuse.acts import Act
from tests.http.abuse.table import accounts, contributions, rounds

ROOMS: Final = (accounts, contributions, rounds)
ACTS: Final[Mapping[str, Act]] = MappingProxyType({name: act for room in ROOMS for name, act in room.ACTS.items()})
"""By endpoint."""

ELSEWHERE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "accounts.confirm_sign_in_code": "tests/http/accounts/test_sign_in.py",
        "accounts.confirm_sign_in_link": "tests/http/accounts/test_sign_in.py",
        "accounts.sign_out": "tests/http/accounts/test_sign_in.py",
        "api_accounts.confirm_sign_in_code": "tests/http/accounts/test_sign_in.py",
        "api_accounts.confirm_sign_in_link": "tests/http/accounts/test_sign_in.py",
        "api_accounts.end_session": "tests/http/accounts/test_sign_in.py",
    }
)
"""Endpoints that change only what the browser itself holds a secret for, and the file in which they are tested."""
