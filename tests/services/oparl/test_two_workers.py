"""Two workers look at the same moment: each object is written once."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from participation.oparl import services
from participation.oparl.rules.sources import Site
from participation.oparl.services import Renewal, renew_register
from tests.factories.city import lindenhafen

NOW = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)

pytestmark = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)


def look(session: Session) -> Renewal:
    return renew_register(session, Site("Lindenhafen"), lambda _file: {}, today=NOW.date(), now=NOW)


def both_at_once(engine: Engine) -> list[object]:
    """Let a second look begin while the first has written and not committed; return what came of the second."""
    came: list[object] = []

    def second() -> None:
        with Session(engine) as session:
            try:
                came.append(look(session))
                session.commit()
            except IntegrityError:
                came.append("met the other")

    with Session(engine) as first:
        assert look(first).added > 0
        other = threading.Thread(target=second)
        other.start()
        other.join(0.5)
        assert came == []  # it waits
        first.commit()
    other.join(10)
    return came


@pytest.fixture
def city(engine: Engine) -> None:
    with Session(engine) as session:
        lindenhafen(session, NOW)
        session.commit()


def test_the_second_waits_and_finds_nothing_to_do(engine: Engine, city: None) -> None:
    assert both_at_once(engine) == [Renewal()]


def test_without_the_lock_they_meet(engine: Engine, city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing: Callable[[Session], None] = lambda _session: None  # noqa: E731 - the lock taken off
    monkeypatch.setattr(services, "hold_register", nothing)
    assert both_at_once(engine) == ["met the other"]
