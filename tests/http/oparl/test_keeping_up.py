"""The worker keeps up with what changes, and what is taken back is refused at once."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.oparl import jobs, publishing
from participation.oparl.queries.register import hold_register, object_by_key
from participation.oparl.rules.addresses import Kind
from participation.outbox.worker import run_ticks
from participation.papers.models import Consultation, RenderedFile
from participation.processes.models import Process
from tests.http.oparl.conftest import LATER, Council, look

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def listed(client: FlaskClient, name: str) -> list[dict[str, object]]:
    body = client.get("/oparl/v1.1/bodies").get_json()["data"][0]
    return list(client.get(body[name].removeprefix("http://localhost")).get_json()["data"])


def test_the_worker_sees_a_change_at_its_next_look(app: Flask, client: FlaskClient, council: Council) -> None:
    run_ticks(app)
    before = len(listed(client, "consultation"))
    with app.app_context(), transaction() as session:
        station = session.query(Consultation).filter_by(paper_id=council.report.id).one()
        station.removed_at = station.modified_at = utcnow()
    run_ticks(app)
    assert len(listed(client, "consultation")) == before - 1


def test_a_change_is_dated_when_the_register_is_held_and_not_before_the_reading(
    app: Flask, council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    came: list[str] = []

    def clock() -> datetime:
        came.append("clock")
        return LATER + timedelta(minutes=len(came))

    def hold(session: Session) -> None:
        came.append("held")
        hold_register(session)

    monkeypatch.setattr(publishing, "hold_register", hold)
    with app.app_context(), transaction() as session:
        station = session.query(Consultation).filter_by(paper_id=council.report.id).one()
        station.removed_at = station.modified_at = LATER
    with app.app_context():
        publishing.renew(db.session(), clock)
        gone = object_by_key(db.session(), Kind.CONSULTATION, station.id)
        assert (came, gone.modified_at) == (["clock", "held", "clock"], LATER + timedelta(minutes=3))


def test_what_no_row_tells_is_seen_at_the_next_whole_look(
    app: Flask, client: FlaskClient, council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_ticks(app)
    with app.app_context(), transaction() as session:
        session.get_one(Process, council.process.id).time_zone = "Asia/Tokyo"  # no moment of change is noted
    run_ticks(app)
    assert "+09:00" not in str(listed(client, "meeting")[0]["start"])
    monkeypatch.setattr(jobs, "_WHOLE_LOOK", 0.0)
    app.extensions.pop(jobs._SEEN)  # as after the start of the program
    run_ticks(app)
    assert "+09:00" in str(listed(client, "meeting")[0]["start"])


def test_a_file_is_refused_as_soon_as_it_is_not_public(app: Flask, client: FlaskClient, council: Council) -> None:
    (file,) = [one for one in listed(client, "file") if str(one["fileName"]).endswith("de.pdf")]
    path = str(file["accessUrl"]).removeprefix("http://localhost")
    assert client.get(path).status_code == 200
    with app.app_context(), transaction() as session:
        session.query(RenderedFile).filter_by(kind="pdf", language="de").delete()
    assert client.get(path).status_code == 404  # the register does not know it yet
    look(app, LATER)
    assert client.get(path).status_code == 410
    gone = client.get(str(file["id"]).removeprefix("http://localhost"))
    assert gone.status_code == 200
    assert gone.get_json() == {
        "id": file["id"],
        "type": file["type"],
        "created": file["created"],
        "modified": "2026-11-20T12:00:00+00:00",
        "deleted": True,
    }
