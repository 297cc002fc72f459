"""One code of an app or one recovery code, typed in many browsers at the same moment, opens one of them.

Each race has a control without what decides it, which must fail.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from participation.accounts import rules, services
from participation.accounts.models import SecondFactor
from participation.accounts.queries import actor_of
from participation.accounts.services import showing_factors
from participation.core.errors import TooManyAttempts
from participation.storage import engine_options, prepare_engine, write_transaction
from tests.factories.people import person
from tests.support.databases import Backend
from tests.support.factors import app_code

KEY = "a key for tests"
BROWSERS = 4
GUESSES = 8
PATIENCE = 30
SHOWING = "participation.accounts.services.showing_factors"


@pytest.fixture
def engine(backend: Backend) -> Iterator[Engine]:
    """Return an engine with a connection for every browser at once."""
    engine = prepare_engine(create_engine(backend.url, pool_size=GUESSES + 2, **engine_options(backend.url)))
    yield engine
    engine.dispose()


@pytest.fixture
def keys(engine: Engine, now: datetime) -> tuple[str, str, str]:
    """Return the id of an account with an app, the code of the app half a minute later, and a recovery code."""
    with Session(engine, expire_on_commit=False) as session, write_transaction(session):
        account = person(session, "Birte", now=now)
        actor = actor_of(account)
        factor = services.begin_app(session, name="App", actor=actor, now=now)
        secret = services.app_secret(KEY, factor.id)
        added = services.confirm_app(session, factor.id, app_code(secret, now), key=KEY, actor=actor, now=now)
    return account.id, app_code(secret, now, later=1), added.recovery_codes[0]


def at_once(engine: Engine, times: int, account_id: str, typed: str, now: datetime) -> list[str]:
    barrier = Barrier(times)

    def show(_number: int) -> str:
        barrier.wait(PATIENCE)
        try:
            with Session(engine, expire_on_commit=False) as session, write_transaction(session):
                shown = services.show_code(session, account_id, typed, key=KEY, now=now + timedelta(seconds=30))
        except TooManyAttempts:
            return "throttled"
        return "in" if shown else "wrong"

    with ThreadPoolExecutor(times) as pool:
        return sorted(pool.map(show, range(times)))


def another(code: str) -> str:
    """Return six other digits than those of a code."""
    return f"{(int(code) + 1) % 1_000_000:06}"


@pytest.mark.parametrize("which", [1, 2])
def test_a_code_opens_one_browser(engine: Engine, keys: tuple[str, str, str], now: datetime, which: int) -> None:
    assert at_once(engine, BROWSERS, keys[0], keys[which], now) == ["in", *["wrong"] * (BROWSERS - 1)]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_code_opens_one_browser_even_without_the_line_at_the_door(
    engine: Engine, keys: tuple[str, str, str], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{SHOWING}.check_attempts", lambda *_arguments, **_more: None)
    assert at_once(engine, BROWSERS, keys[0], keys[1], now).count("in") == 1


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_control_a_code_that_is_looked_at_before_it_is_noted_opens_several(
    engine: Engine, keys: tuple[str, str, str], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody_looked = Barrier(BROWSERS)

    def look_then_note(session: Session, factor_id: str, step: int, now: datetime) -> bool:
        factor = session.get_one(SecondFactor, factor_id)
        unused = factor.last_step is None or factor.last_step < step
        everybody_looked.wait(PATIENCE)
        factor.last_step = step
        session.flush()
        return unused

    monkeypatch.setattr(f"{SHOWING}.check_attempts", lambda *_arguments, **_more: None)
    monkeypatch.setattr(showing_factors, "_take_step", look_then_note)
    assert at_once(engine, BROWSERS, keys[0], keys[1], now) == ["in"] * BROWSERS


def test_many_guesses_at_once_get_no_more_tries(engine: Engine, keys: tuple[str, str, str], now: datetime) -> None:
    answers = at_once(engine, GUESSES, keys[0], another(keys[1]), now)
    assert answers == [*["throttled"] * (GUESSES - rules.FACTOR_TRIES), *["wrong"] * rules.FACTOR_TRIES]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_control_without_the_line_at_the_door_all_guesses_get_a_try(
    engine: Engine, keys: tuple[str, str, str], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody_counted = Barrier(GUESSES)

    def wait_instead(*_arguments: object, **_more: object) -> None:
        everybody_counted.wait(PATIENCE)

    monkeypatch.setattr(f"{SHOWING}.check_attempts", wait_instead)
    assert at_once(engine, GUESSES, keys[0], another(keys[1]), now) == ["wrong"] * GUESSES
