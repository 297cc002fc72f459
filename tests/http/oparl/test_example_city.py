"""The example city as other programs see it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from participation.config import Settings
from participation.oparl.commands import OwnAnswers
from participation.oparl.rules.checking.interface import check_interface
from participation.outbox.worker import run_ticks
from tests.support.databases import Backend, renew_with_example_city

BASE = "https://lindenhafen.example"
ENTRANCE = f"{BASE}/oparl/v1.1/system"


@pytest.fixture(params=["sqlite"])
def backend(request: pytest.FixtureRequest, backend_of: Callable[[str], Backend], shared_dir: Path) -> Backend:
    fresh = backend_of(request.param)
    renew_with_example_city(fresh, shared_dir)
    return fresh


@pytest.fixture
def settings(backend: Backend) -> Settings:
    return backend.settings(base_url=BASE)


def test_the_example_city_keeps_to_the_specification(app: Flask) -> None:
    run_ticks(app)
    assert [str(fault) for fault in check_interface(OwnAnswers(app), ENTRANCE)] == []
