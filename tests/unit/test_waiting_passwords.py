"""How many may wait for a password to be compared: a crowd must not fill every thread of the server."""

from contextlib import ExitStack

import pytest

from participation.accounts import services
from participation.accounts.services import passwords
from participation.core.errors import Unavailable

GOOD = "Sieben Möwen trinken Tee"


def test_whoever_comes_when_many_wait_is_refused_at_once() -> None:
    with ExitStack() as waiting:
        for _ in range(passwords.AT_A_TIME + 4):
            waiting.enter_context(passwords._TURNS.places)
        with pytest.raises(Unavailable, match="passwords_busy"):
            services.hash_password(GOOD)
    assert services.hash_password(GOOD)
