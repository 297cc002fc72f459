"""What tests of services may ask for beside a session."""

import pytest

from participation.ballots.keys import KeyStore
from tests.support.databases import Backend


@pytest.fixture
def keys(backend: Backend) -> KeyStore:
    """Return a store for the secrets of rounds, in the folder that the application would use."""
    settings = backend.settings()
    return KeyStore(settings.keys_dir, application_key=settings.secret_key)
