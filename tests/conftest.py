"""What every test may ask for. Tests of services and pages run on SQLite and on PostgreSQL."""

import gc
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from participation.app import create_app
from participation.config import Settings
from participation.extensions import db
from participation.storage import make_engine
from tests.support import postgres
from tests.support.clients import Client
from tests.support.databases import BACKENDS, Backend, Postgresql, Sqlite, drop_databases, prepare

BackendOf = Callable[[str], Backend]

# A slow machine is no fault of the code; and where nobody is looking, every run tries the same examples.
hypothesis.settings.register_profile(
    "suite",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize=os.environ.get("CI") == "true",
)
hypothesis.settings.load_profile("suite")


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


@pytest.fixture(scope="session")
def shared_dir(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all workers of this run see."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if _is_worker(request.config) else base


def pytest_collection_finish() -> None:
    """Spare Python its searches for cycles among everything that is there before the first test, and stays."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Take PostgreSQL away again; the workers of a parallel run leave that to the process that started them."""
    factory: pytest.TempPathFactory | None = getattr(session.config, "_tmp_path_factory", None)
    if _is_worker(session.config) or factory is None:
        return
    given = os.environ.get("PARTICIPATION_TEST_PG", "")
    if given:
        drop_databases(given, factory.getbasetemp())
    else:
        postgres.stop_server(factory.getbasetemp())


@pytest.fixture(scope="session")
def backend_of(shared_dir: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> BackendOf:
    """Return this worker's database of a kind, migrated; PostgreSQL starts when a test first asks for it."""
    home = tmp_path_factory.mktemp("databases")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    given = os.environ.get("PARTICIPATION_TEST_PG", "")
    made: dict[str, Backend] = {}

    def backend(name: str) -> Backend:
        if name not in made:
            if name == "sqlite":
                made[name] = prepare(Sqlite(home, shared_dir), shared_dir)
            else:
                run_pid = os.getppid() if _is_worker(request.config) else os.getpid()
                server = given or postgres.server_url(shared_dir, run_pid)
                made[name] = prepare(Postgresql(home, shared_dir, server, worker), shared_dir)
        return made[name]

    return backend


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest, backend_of: BackendOf) -> Backend:
    """Return a database with all tables and nothing in them, once of each kind.

    A test that is about one kind says so: `@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)`.
    """
    fresh = backend_of(request.param)
    fresh.renew()
    return fresh


@pytest.fixture
def settings(backend: Backend) -> Settings:
    """Return the settings of the application under test; a test module may override this fixture."""
    return backend.settings()


@pytest.fixture(scope="session")
def engines() -> dict[str, Engine]:
    """Return the engines that were made: one knows what it has compiled, which takes longer than many statements do."""
    return {}


@pytest.fixture
def engine(backend: Backend, engines: dict[str, Engine]) -> Iterator[Engine]:
    """Return an engine on the fresh database, for as many connections as a test wants; all of them are new."""
    if backend.url not in engines:
        engines[backend.url] = make_engine(backend.url)
    yield engines[backend.url]
    engines[backend.url].dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """Return a session as services get it: they flush, the test commits if others are to see it."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def now() -> datetime:
    """Return the moment at which tests take place: a Friday noon in Kiel."""
    return datetime(2026, 11, 20, 11, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def applications() -> dict[Settings, Flask]:
    """Return the applications that were built, because building one takes longer than most tests."""
    return {}


@pytest.fixture
def app(settings: Settings, applications: dict[Settings, Flask]) -> Iterator[Flask]:
    """Return the application on the fresh database. Its context is not entered: requests and tests enter their own."""
    if settings not in applications:
        applications[settings] = create_app(settings)
        applications[settings].test_client_class = Client
        gc.freeze()  # it stays
    app = applications[settings]
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a browser without JavaScript: it keeps cookies and sends the token of the form that it was shown."""
    return app.test_client()
