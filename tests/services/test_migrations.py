"""The tables that migrations make are the tables that the models mean, and every step can be taken back."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import inspect, text

import participation
from participation.extensions import db
from tests.support.databases import Backend


@pytest.fixture(autouse=True, scope="module")
def models_of_every_room() -> None:
    """Import them all: tables that the application does not load are compared as well."""
    for module in pkgutil.walk_packages(participation.__path__, "participation."):
        if module.name.endswith(".models"):
            import_module(module.name)


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def tables() -> set[str]:
    """Return what is really there."""
    db.session.remove()
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_upgrade_downgrade_upgrade(backend: Backend) -> None:
    db.engine.dispose()
    backend.empty()
    flask_migrate.upgrade()
    assert tables() == set(db.metadata.tables)
    flask_migrate.downgrade(revision="base")
    assert tables() == set()
    flask_migrate.upgrade()
    assert tables() == set(db.metadata.tables)


def test_a_change_of_models_without_a_migration_is_found(caplog: pytest.LogCaptureFixture) -> None:
    flask_migrate.check()
    forgotten = db.Table("forgotten", db.metadata, db.Column("id", db.Integer, primary_key=True))
    try:
        with pytest.raises(SystemExit):
            flask_migrate.check()
        assert "add_table" in caplog.text
        assert "forgotten" in caplog.text
    finally:
        db.metadata.remove(forgotten)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_downgrade_takes_its_functions_along() -> None:
    """SQLite has only triggers, which go with their tables; functions of PostgreSQL must be dropped by name."""
    flask_migrate.downgrade(revision="base")
    left = text("SELECT proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = 'public'")
    assert db.session.scalars(left).all() == []
