"""What tests of services may ask for beside a session."""

import pytest

from participation.ballots.keys import KeyStore
from tests.support.databases import Backend


@pytest.fixture
def keys(backend: Backend) -> KeyStore:
    """Return a store for the secrets of rounds, in the folder that the application would use."""
    return KeyStore(backend.settings().keys_dir)
