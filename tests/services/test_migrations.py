"""The tables that migrations make are the tables that the models mean, and every step can be taken back."""

import pkgutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

import participation
from participation.ballots.guard import key_store
from participation.ballots.services import open_round
from participation.core.actor import SYSTEM
from participation.extensions import db, transaction
from participation.monitoring.models import RoadmapTime
from participation.monitoring.rules import Repeat
from participation.monitoring.services import StepDraft, add_step, note_done
from participation.monitoring.telling import note_news
from participation.papers.rules.consultations import Competence, Outcome
from participation.results import services
from participation.results.concluding import add_statistics, finish_count
from participation.rounds.queries import known_until, round_by_slug, rounds_to_forget
from tests.factories import council
from tests.factories.results import conclude, declare, fill_box, make_hall, vote_and_close
from tests.factories.votes import make_round
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


def rows_of(*statements: str) -> list[list[tuple[object, ...]]]:
    found = [sorted(tuple(row) for row in db.session.execute(text(statement))) for statement in statements]
    db.session.remove()
    return found


KEPT = (
    "SELECT round_id, ballot_key, revision, CAST(content AS TEXT), receipt, request FROM ballots",
    "SELECT round_id, participant, participant_class, channel, CAST(voted_on AS TEXT) FROM participations",
    "SELECT id, round_id, action, actor_id, CAST(facts AS TEXT) FROM round_events WHERE action <> 'confirm_conclusion'",
    "SELECT round_id, rule, ballots_hash, CAST(snapshot AS TEXT) FROM round_results",
    "SELECT ranking_id, inputs_hash, CAST(snapshot AS TEXT) FROM joint_results",
    "SELECT ranking_id, round_id, weight FROM joint_ranking_parts",
)


def test_what_people_have_done_outlasts_the_way_back_and_forth(now: datetime) -> None:
    """Ballots of open rounds, registers, events and results are the same rows afterwards, and as well protected."""
    with transaction() as session:
        hall = make_hall(session, now)
        concluded = make_round(session, hall.process, now, slug="concluded")
        declare(session, hall, {"concluded": 1}, now)
        vote_and_close(session, concluded, [["M1"], ["M2", "M1"], []], now, key_store())
        conclude(session, concluded, hall, now)
        running = make_round(session, hall.process, now, slug="running")
        open_round(session, running.slug, actor=SYSTEM, now=now, keys=key_store())
        fill_box(session, running, [["M3"], ["M1", "M3"]], now)
        counting = make_round(session, hall.process, now, slug="counting")
        vote_and_close(session, counting, [["M1"]], now, key_store())
        services.request_conclusion(session, "counting", actor=hall.birte, now=now)
        services.confirm_conclusion(session, "counting", actor=hall.farid, now=now)
    before = rows_of(*KEPT)
    assert [len(rows) for rows in before] == [3, 6, 8, 1, 1, 1]
    flask_migrate.downgrade(revision="0001")
    assert rows_of(*KEPT) == before
    flask_migrate.upgrade()
    assert rows_of(*KEPT) == before
    for table in ("round_results", "joint_results", "joint_statistics"):
        if table == "joint_statistics":
            add_statistics()
        with pytest.raises(DatabaseError, match="append-only"), transaction() as session:
            session.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - a name from above
    with transaction() as session:  # and the count that was under way can be confirmed anew
        services.confirm_conclusion(session, "counting", actor=hall.farid, now=now)
    assert finish_count(round_by_slug(db.session(), "counting").id) is not None


def test_news_outlast_the_way_back_and_forth_with_the_first_result_of_each_station(now: datetime) -> None:
    with transaction() as session:
        process = make_hall(session, now).process
        rat = council.committee(session, process, "rat", "Stadtrat", now=now)
        stop = council.Stop(rat, now.date(), competence=Competence.DECISION, outcome=Outcome.DEFERRED)
        paper = council.paper(session, process, "VO/2031/00001", "Umsetzung", (stop,), now=now)
        note_news(session, process.id, now=now)
        paper.consultations[0].outcome_revision = 2
        note_news(session, process.id, now=now)
    kept = "SELECT number, paper_id, consultation_id, outcome_revision FROM news"
    ((before,), station) = (rows_of(kept), paper.consultations[0].id)
    assert [row[3] for row in before if row[2]] == [1, 2]
    flask_migrate.downgrade(revision="0035")
    flask_migrate.upgrade()
    assert rows_of(kept) == [[row for row in before if row[3] != 2]]
    assert rows_of("SELECT id, outcome_revision FROM consultations") == [[(station, 1)]]


def test_times_of_steps_keep_the_days_that_pages_had_shown(now: datetime) -> None:
    today = now.date()
    with transaction() as session:
        process = make_hall(session, now).process
        draft = StepDraft({"de": "Auswertung"}, Repeat.YEARLY, date(2024, 2, 29))
        step = add_step(session, process, draft, actor=SYSTEM, now=now)
        for number in range(2):
            day = today - timedelta(days=9 - number)
            note_done(session, process, step.id, done_on=day, notes={}, based_on=number, actor=SYSTEM, now=now)
    flask_migrate.downgrade(revision="0036")
    flask_migrate.upgrade()
    db.session.remove()
    times = db.session.scalars(select(RoadmapTime).order_by(RoadmapTime.number)).all()
    assert [time.due_on for time in times] == [date(2024, 2, 29), date(2025, 2, 28)]


def test_rounds_that_ended_before_an_upgrade_are_known_for_thirty_days_more(now: datetime) -> None:
    long_ago, upgraded = now - timedelta(days=900), datetime.now(UTC)
    with transaction() as session:
        hall = make_hall(session, long_ago)
        round_ = make_round(session, hall.process, long_ago, slug="old")
        vote_and_close(session, round_, [["M1"]], long_ago, key_store())
        conclude(session, round_, hall, long_ago)
        make_round(session, hall.process, long_ago, slug="planned")
        old = round_.id
    flask_migrate.downgrade(revision="0011")
    flask_migrate.upgrade()
    spared = upgraded + timedelta(days=30)
    assert rounds_to_forget(db.session(), spared - timedelta(seconds=1)) == []
    assert rounds_to_forget(db.session(), spared + timedelta(minutes=10)) == [old]
    assert known_until(db.session(), [old])[old] >= spared
    assert db.session.scalars(text("SELECT round_id FROM retention_floors")).all() == [old]


def test_the_box_refuses_two_ballots_under_one_key_after_its_migration(now: datetime) -> None:
    with transaction() as session:
        hall = make_hall(session, now)
        running = make_round(session, hall.process, now, slug="running")
        open_round(session, running.slug, actor=SYSTEM, now=now, keys=key_store())
        fill_box(session, running, [["M3"]], now)
    for columns in ("round_id, ballot_key", "round_id, receipt"):
        other = {"round_id, ballot_key": "receipt", "round_id, receipt": "ballot_key"}[columns]
        twice = text(
            f"INSERT INTO ballots ({columns}, {other}, revision, content, request) "  # noqa: S608 - names from above
            f"SELECT {columns}, 'other', revision, content, request FROM ballots"
        )
        with pytest.raises(IntegrityError), transaction() as session:
            session.execute(twice)
