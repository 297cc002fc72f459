"""Reminders on the way from the door to the mailbox, and out of it again."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from participation.accounts.models import Account
from participation.ballots.jobs import remind, remind_now_and_then, render_reminder
from participation.ballots.models import Reminder, ReminderWish
from participation.core.windows import Window
from participation.extensions import db, transaction
from participation.outbox.mail import Mail
from participation.outbox.models import Job
from participation.rounds.models import Round
from tests.factories.town import Town
from tests.support.forging import forged
from tests.support.pages import words
from tests.support.scenes import api

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def town(app: Flask) -> Town:
    town = Town(app)
    town.round("online", window=Window(town.now - timedelta(days=9), town.now + timedelta(days=2)))
    return town


def mails(town: Town) -> list[Mail]:
    """Return the mails that the worker would send now."""
    with town.app.app_context():
        remind(db.session(), town.now)
        jobs = db.session.scalars(select(Job).where(Job.name == "ballots.reminder_mail")).all()
        rendered = [render_reminder(db.session(), job.payload) for job in jobs]
    return [mail for mail in rendered if mail is not None]


def test_somebody_asks_at_the_door_and_is_reminded_in_their_language(town: Town) -> None:
    ayse = town.as_(town.cast.ayse)
    assert "Shall we remind you?" in words(ayse.get("/online/online?lang=en"))
    assert ayse.post("/rounds/online/reminder", data={"wanted": "yes"}).location == "/online/online"
    assert "You get a mail some days before the end" in words(ayse.get("/online/online?lang=en"))
    town.extend("online", days=1, de="Wegen der Feiertage")
    (mail,) = mails(town)
    assert mail.to == town.cast.ayse.email
    assert "http://localhost/online/online" in mail.text
    assert "Wegen der Feiertage" in mail.text
    assert not re.search(r"\bM01\b", mail.text + mail.subject)
    assert town.cast.ayse.display_name not in mail.text
    town.vote("online", town.cast.ayse, "M01")
    assert mails(town) == []


def test_the_link_in_a_reminder_stops_them_with_a_button(town: Town) -> None:
    town.as_(town.cast.ayse).post("/rounds/online/reminder", data={"wanted": "yes"})
    (mail,) = mails(town)
    link = mail.text.split()[-1].removeprefix("http://localhost")
    visitor = town.as_()
    assert "Send me no more reminders" in words(visitor.get(f"{link}?lang=en"))
    assert len(mails(town)) == 1  # programs follow links; only the button counts
    assert "You get no more reminders" in words(visitor.post(f"{link}?lang=en"))
    assert mails(town) == []
    assert visitor.get(forged(link)).status_code == 404
    assert visitor.post("/reminders/off/nobody/nothing").status_code == 404
    assert mail.unsubscribe.endswith(link)
    ayse = town.as_(town.cast.ayse)
    refused = ayse.post("/rounds/online/reminder?lang=en", data={"wanted": "yes"})
    assert refused.status_code == 303
    ayse.post("/account", data={"display_name": "Ayşe", "language": "tr", "wants_reminders": "y"})
    assert len(mails(town)) == 1
    ayse.post("/account", data={"display_name": "Ayşe", "language": "tr"})
    assert mails(town) == []


def test_a_mail_program_stops_reminders_with_one_click_and_no_cookie(town: Town) -> None:
    town.as_(town.cast.ayse).post("/rounds/online/reminder", data={"wanted": "yes"})
    (mail,) = mails(town)
    link, program = mail.unsubscribe.removeprefix("http://localhost"), town.as_()
    assert program.post(link, csrf=False).status_code == 400
    for _again in range(2):
        assert program.post(link, data={"List-Unsubscribe": "One-Click"}, csrf=False).status_code == 200
    assert mails(town) == []


def test_programs_ask_and_switch_in_the_same_way(town: Town) -> None:
    ayse = town.as_(town.cast.ayse)
    assert api(ayse, "GET", "/rounds/online/reminder").json == {"wanted": False}
    assert api(ayse, "PUT", "/rounds/online/reminder", json={"wanted": True}).json == {"wanted": True}
    assert api(ayse, "GET", "/rounds/online/reminder").json == {"wanted": True}
    mine = {"display_name": "Ayşe", "language": "tr"}
    assert api(ayse, "PUT", "/account", json=mine).json["wants_reminders"] is True
    assert api(ayse, "PUT", "/account", json=mine | {"wants_reminders": False}).json["wants_reminders"] is False
    assert api(ayse, "PUT", "/rounds/online/reminder", json={"wanted": True}).json["code"] == "reminders_switched_off"


def test_when_the_round_is_over_or_the_account_gone_nothing_is_left(town: Town) -> None:
    town.as_(town.cast.ayse).post("/rounds/online/reminder", data={"wanted": "yes"})
    assert len(mails(town)) == 1
    with town.app.app_context(), transaction() as session:
        session.delete(session.get_one(Account, town.cast.ayse.id))
    with town.app.app_context():
        assert db.session.scalars(select(Reminder.id)).all() == []
        assert db.session.scalars(select(ReminderWish.account_id)).all() == []
    assert mails(town) == []


def test_a_worker_looks_every_few_minutes(town: Town) -> None:
    town.as_(town.cast.ayse).post("/rounds/online/reminder", data={"wanted": "yes"})
    with town.app.app_context():
        town.app.extensions.pop("participation.reminders_looked_at", None)
        remind_now_and_then(db.session(), town.now)
        db.session.query(Reminder).delete()
        db.session.commit()
        for later, found in ((timedelta(minutes=4), 0), (timedelta(minutes=6), 1), (-timedelta(hours=1), 1)):
            remind_now_and_then(db.session(), town.now + later)
            assert len(db.session.scalars(select(Reminder.id)).all()) == found
        assert db.session.scalars(select(Round.slug)).all() == ["online"]
