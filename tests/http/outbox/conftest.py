"""An app whose worker a test may teach something."""

from collections.abc import Iterator

import pytest
from flask import Flask

from participation.outbox.worker import Work, work_of


@pytest.fixture
def work(app: Flask) -> Iterator[Work]:
    """Return what the app's worker can do; a test adds to it and everything is as before afterwards."""
    known = work_of(app)
    kept = (dict(known.handlers), dict(known.letters), dict(known.ticks), dict(known.losses))
    unhurried, transport = set(known.unhurried), known.transport
    known.ticks.clear()
    yield known
    known.handlers, known.letters, known.ticks, known.losses = kept
    known.unhurried, known.transport = unhurried, transport
