"""Several workers look for news at the same moment: each thing is noted once, each mail filed once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from participation.monitoring.models import Follower, News
from participation.monitoring.queries import followers_to_look_at, last_news
from participation.monitoring.rules import GATHERING, MeasureState
from participation.monitoring.services import follow
from participation.monitoring.telling import note_news, tell
from participation.storage import write_transaction
from tests.services.monitoring.conftest import City

WORKERS = 4
LATER = GATHERING + timedelta(minutes=1)


@pytest.fixture
def told(city: City) -> City:
    """Let Ayşe follow everything, and three measures run."""
    follow(city.session, city.process.id, actor=city.as_(city.cast.ayse), now=city.now)
    for code in ("M01", "M02", "M03"):
        city.report(code, MeasureState.RUNNING)
    city.session.commit()
    return city


def race(engine: Engine, work: Callable[[Session], int]) -> list[int]:
    barrier = Barrier(WORKERS)

    def one(_number: int) -> int:
        with Session(engine, expire_on_commit=False) as session:
            barrier.wait()
            with write_transaction(session):
                return work(session)

    with ThreadPoolExecutor(WORKERS) as pool:
        return sorted(pool.map(one, range(WORKERS)))


def tell_in_a_race(engine: Engine, city: City) -> list[int]:
    ids = followers_to_look_at(city.session, city.now + LATER, 100)
    city.session.rollback()
    return race(engine, lambda session: tell(session, ids, now=city.now + LATER))


def test_workers_that_look_at_once_note_and_file_everything_once(engine: Engine, told: City) -> None:
    process_id = told.process.id
    assert race(engine, lambda session: note_news(session, process_id, now=told.now)) == [0, 0, 0, 3]
    assert told.session.scalars(select(News.number).order_by(News.number)).all() == [1, 2, 3]
    assert tell_in_a_race(engine, told) == [0, 0, 0, 1]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_control_who_does_not_hold_the_follower_files_a_mail_each(
    engine: Engine, told: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    note_news(told.session, told.process.id, now=told.now)
    told.session.commit()
    all_have_read = Barrier(WORKERS)

    def read_only(session: Session, follower_id: str) -> Follower | None:
        found = session.get(Follower, follower_id)
        all_have_read.wait()
        return found

    monkeypatch.setattr("participation.monitoring.telling.hold_follower", read_only)
    assert tell_in_a_race(engine, told) == [1, 1, 1, 1]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_control_who_does_not_hold_the_process_meets_the_key_of_each_thing(
    engine: Engine, told: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_began = Barrier(WORKERS)
    monkeypatch.setattr("participation.monitoring.telling.lock_process", lambda *_args: None)

    def read_together(session: Session, process_id: str) -> int:
        number = last_news(session, process_id)
        all_began.wait()
        return number

    monkeypatch.setattr("participation.monitoring.telling.last_news", read_together)
    with pytest.raises(IntegrityError):
        race(engine, lambda session: note_news(session, told.process.id, now=told.now))
