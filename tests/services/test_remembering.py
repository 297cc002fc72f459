"""A scene that is written down again is the one that was made: the same rows, the same things in hand."""

from datetime import datetime

import pytest
from sqlalchemy import Engine, inspect, select
from sqlalchemy.orm import Session

from participation.accounts.models import Account
from participation.processes.models import Process
from tests.factories import remembering
from tests.factories.contributions import make_town
from tests.factories.remembering import rows_of
from tests.factories.results import make_hall


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "_scenes", {})


def stored(session: Session) -> dict[str, list[str]]:
    """Return all rows by table, in no order: PostgreSQL puts them where there is room."""
    return {table.name: sorted(map(repr, rows)) for table, rows in rows_of(session)}


def test_what_is_written_down_again_is_what_was_made(engine: Engine, now: datetime) -> None:
    with Session(engine, expire_on_commit=False) as session:
        made = make_town(session, now)
        written = stored(session)
        session.rollback()
    assert len(written) > 10
    with Session(engine, expire_on_commit=False) as again:
        town = make_town(again, now)
        assert stored(again) == written
        assert town.session is again
        assert (town.process.id, town.ayse) == (made.process.id, made.ayse)
        assert again.get(Process, town.process.id) is town.process
        assert not inspect(town.process).modified
        town.submitted()  # services go on from there
        town.recorded("M1", "Sprachcafé")
        again.commit()


def test_a_scene_is_made_anew_where_there_is_something_or_too_much_time_has_passed(
    session: Session, now: datetime
) -> None:
    first = make_hall(session, now)
    session.rollback()
    assert make_hall(session, now, ["M1"]).process.id != first.process.id  # of other measures
    session.rollback()
    assert make_hall(session, now + remembering.OLDEST).process.id == first.process.id
    session.rollback()
    assert make_hall(session, now + 2 * remembering.OLDEST).process.id != first.process.id
    session.rollback()
    assert make_hall(session, now - remembering.OLDEST).process.id != first.process.id
    session.rollback()
    session.add(Account(email="someone@lindenhafen.example", display_name="Someone", language="de", created_at=now))
    assert make_hall(session, now).process.id != first.process.id
    assert "Someone" in session.scalars(select(Account.display_name)).all()
