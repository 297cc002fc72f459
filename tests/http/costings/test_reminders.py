"""The office reminds departments of the costs that they owe: once a day at most, in the language of each reader."""

import pytest
from flask import Flask
from sqlalchemy import select

from participation.accounts.models import Account
from participation.audit.models import AuditRecord
from participation.costings.jobs import render_reminder
from participation.costings.models import CostReminder
from participation.outbox.models import Job
from participation.rounds.rules import RoundState
from tests.support.scenes import Scene, api

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def scene(app: Flask) -> Scene:
    made = Scene(app)
    made.do(lambda session: made.town_now(session).recorded("M01", "Deutschkurse", department="D4"))
    return made


def letters(scene: Scene) -> list[Job]:
    found = select(Job).where(Job.name == "costings.reminder")
    return list(scene.read(lambda session: session.scalars(found).all()))


def test_a_department_that_owes_is_reminded_once_a_day_and_it_is_recorded(scene: Scene) -> None:
    assert "Remind all departments" in scene.birte.get("/administration/kosten", query_string={"lang": "en"}).text
    for _press in range(2):
        assert scene.birte.post("/rounds/kosten/costs/remind").status_code == 303
    assert len(letters(scene)) == 1
    assert len(scene.read(lambda session: session.scalars(select(CostReminder)).all())) == 1
    recorded = select(AuditRecord.facts).where(AuditRecord.action == "costs_reminded")
    assert scene.read(lambda session: session.scalar(recorded)) == {"departments": ["D4"], "letters": 1}
    door = scene.birte.get("/administration/kosten", query_string={"lang": "en"}).text
    assert "once a day at most" in door
    assert "Reminded on" in door
    again = api(scene.birte, "POST", "/rounds/kosten/costs/reminders", json={"departments": ["D4"]})
    assert (again.status_code, again.json["code"]) == (409, "reminded_today")


def test_the_letter_names_what_is_owed_then_in_the_language_of_its_reader(scene: Scene) -> None:
    assert api(scene.birte, "POST", "/rounds/kosten/costs/reminders", json={}).json == {
        "reminded": [{"department": "D4", "letters": 1}]
    }
    (job,) = letters(scene)
    with scene.app.app_context():
        scene.do(lambda session: setattr(session.get_one(Account, job.payload["account"]), "language", "en"))
        mail = scene.read(lambda session: render_reminder(session, job.payload))
        assert mail is not None
        assert "the costs of 1 measure are still missing" in mail.text
        assert "M01  Deutschkurse" in mail.text
        assert "/rounds/kosten" in mail.text
        said = {"once": "0", "annual": "5", "quality": "quoted", "cover": "open", "language": "de", "based_on": "0"}
        scene.jens.post("/processes/integration/proposals/M01/costs", data=said)
        assert scene.read(lambda session: render_reminder(session, job.payload)) is None


def test_nothing_is_sent_where_nothing_is_owed_or_the_round_is_over(scene: Scene) -> None:
    assert api(scene.birte, "POST", "/rounds/kosten/costs/reminders", json={"departments": ["D9"]}).status_code == 404
    for client in (scene.jens, scene.farid, scene.ayse):
        assert client.post("/rounds/kosten/costs/remind").status_code == 403
    scene.put("kosten", state=RoundState.CLOSED)
    assert api(scene.birte, "POST", "/rounds/kosten/costs/reminders", json={}).status_code == 409
    assert letters(scene) == []
