"""One world for all tests of a worker; it is put back before each of them."""

from pathlib import Path

import pytest

from participation.app import create_app
from tests.http.abuse.ground import Ground
from tests.support.clients import Client
from tests.support.databases import Sqlite, prepare


@pytest.fixture(scope="package")
def one_ground(tmp_path_factory: pytest.TempPathFactory, shared_dir: Path) -> Ground:
    """Return the ground, made once."""
    backend = prepare(Sqlite(tmp_path_factory.mktemp("world"), shared_dir), shared_dir)
    backend.renew()
    app = create_app(backend.settings())
    app.test_client_class = Client
    return Ground(app, backend.data_dir / "participation.sqlite")


@pytest.fixture
def ground(one_ground: Ground) -> Ground:
    """Return the ground as it was made."""
    one_ground.renew()
    return one_ground
