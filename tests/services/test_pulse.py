"""Connections to PostgreSQL that were lost while nobody used them."""

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from participation.storage import pulse

pytestmark = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)


def lose_all_connections(engine: Engine) -> None:
    """Do what a restart of the server does to connections that wait in the pool."""
    ask(engine)
    ours = "FROM pg_stat_activity WHERE datname = :name AND pid <> pg_backend_pid()"
    end = text(f"SELECT pg_terminate_backend(pid, 5000) {ours}")
    killer = create_engine(engine.url, poolclass=NullPool)
    with killer.connect() as connection:
        assert connection.scalars(end, {"name": engine.url.database}).all() == [True]


def ask(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text("SELECT 1")) or 0)


def test_a_lost_connection_is_replaced_before_anybody_uses_it(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "FRESH_SECONDS", 0)
    lose_all_connections(engine)
    assert [ask(engine) for _ in range(3)] == [1, 1, 1]


def test_control_without_asking_the_next_one_is_told_of_a_failure_that_is_over(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "FRESH_SECONDS", 3600)
    lose_all_connections(engine)
    with pytest.raises(OperationalError):
        ask(engine)
    assert ask(engine) == 1


def test_a_connection_that_was_in_use_a_moment_ago_is_not_asked(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "FRESH_SECONDS", 3600)
    asked: list[object] = []
    monkeypatch.setattr(engine.dialect, "do_ping", asked.append)
    assert [ask(engine) for _ in range(3)] == [1, 1, 1]
    assert asked == []
    monkeypatch.setattr(pulse, "FRESH_SECONDS", 0)
    assert ask(engine) == 1
    assert len(asked) == 1
