"""Databases that may be killed. They are the tests' own and durable, unlike those of the other tests."""

import faulthandler
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support import preload
from tests.support.postgres import Keeper, durable_server
from tests.support.servers import Site, make_site, postgresql_url, sqlite_url

SiteMaker = Callable[[int], Site]
Note = Callable[[str], None]
LibraryMaker = Callable[[str], Path]


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[tuple[Keeper, str]]:
    """Return a PostgreSQL of this worker's own, and its address."""
    with durable_server() as (keeper, url):
        yield keeper, url


@pytest.fixture
def postgresql_keeper(postgresql_server: tuple[Keeper, str]) -> Keeper:
    """Return what can kill, stop and start the PostgreSQL on which `site_of` makes sites."""
    return postgresql_server[0]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Return the kind of database, both in turn."""
    return str(request.param)


@pytest.fixture
def site_of(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> SiteMaker:
    """Return what makes a site with an open round and so many voters, on a durable database of its own."""

    def make(voters: int) -> Site:
        folder = tmp_path / "site"
        if database == "sqlite":
            return make_site(folder, sqlite_url(folder), voters)
        _keeper, url = request.getfixturevalue("postgresql_server")
        return make_site(folder, postgresql_url(url), voters)

    return make


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Return what keeps a figure for tests/faults/README.md, in the file that PARTICIPATION_FAULT_FIGURES names."""
    kept = os.environ.get("PARTICIPATION_FAULT_FIGURES", "")
    began = time.monotonic()

    def write(figures: str) -> None:
        if kept:
            with Path(kept).open("a") as file:
                file.write(f"{request.node.name} ({time.monotonic() - began:.0f} s): {figures}\n")

    return write


@pytest.fixture(autouse=True)
def _take_your_time(request: pytest.FixtureRequest) -> None:
    """Let slow tests last longer than other tests may; they end by themselves when something hangs."""
    if request.node.get_closest_marker("slow"):
        faulthandler.cancel_dump_traceback_later()


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> LibraryMaker:
    """Return what compiles a source beside these tests into a library to preload; skips where that cannot be done."""
    folder, built = tmp_path_factory.mktemp("libraries"), dict[str, Path]()

    def build(name: str) -> Path:
        if name not in built:
            try:
                built[name] = preload.build(Path(__file__).with_name(name), folder)
            except preload.CannotPreload as reason:
                pytest.skip(str(reason))
        return built[name]

    return build
