"""The example city as other programs see it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from participation.config import Settings
from participation.oparl.commands import OwnAnswers
from participation.oparl.rules.checking.interface import check_interface
from participation.outbox.worker import run_due_jobs, run_ticks
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
    return backend.settings(base_url=BASE, demo=True)


def read(app: Flask, url: str) -> Any:
    return app.test_client().get(url.removeprefix(BASE), base_url=BASE).get_json()


def test_the_example_city_keeps_to_the_specification_and_says_its_figures(app: Flask) -> None:
    run_due_jobs(app)
    run_ticks(app)
    assert [str(fault) for fault in check_interface(OwnAnswers(app), ENTRANCE)] == []
    (body,) = read(app, read(app, ENTRANCE)["body"])["data"]
    (paper,) = read(app, body["paper"])["data"]
    text = paper["mainFile"]["text"].replace("\u00a0", " ").replace("\u202f", " ")
    assert re.search(r"62 Maßnahmen", text)
    assert re.search(r"37 davon sind durch den Haushalt gedeckt, 25 sind es nicht", text)
    assert re.search(r"460\.000(?:,00)? (?:€|EUR)", text)
    roles = [step["role"] for step in paper["consultation"]]
    assert roles == [*["Vorberatung"] * 2, *["Kenntnisnahme"] * 4, "Vorberatung", "Entscheidung"]
    last = read(app, paper["consultation"][-1]["agendaItem"])
    assert (last["number"], last["result"]) == ("Ö 9.3", "Unverändert beschlossen")
