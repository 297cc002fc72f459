"""A round that came back from a backup waits for people: on pages, through the interface and on the command line."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from participation.audit.models import AuditRecord
from participation.ballots.guard import key_store
from participation.ballots.jobs import close_due
from participation.ballots.models import Ballot
from participation.ballots.services import open_round
from participation.ballots.suspension import suspend_restored_round
from participation.config import Settings
from participation.core.actor import SYSTEM
from participation.core.permissions import Role
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.outbox.models import Job
from participation.outbox.worker import run_one_job
from participation.rounds.models import Round
from participation.rounds.queries import round_by_slug
from participation.rounds.rules import RoundState
from tests.factories.people import official, person
from tests.factories.votes import make_measures, make_process, make_round
from tests.support.databases import Backend
from tests.support.people import sign_in

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

T = TypeVar("T")
DAY = timedelta(days=1)


@pytest.fixture
def settings(backend: Backend) -> Settings:
    return backend.settings(escrow_dir=escrow_of(backend))


def escrow_of(backend: Backend) -> Path:
    """Return a place that is the same for every test, so that they share an application."""
    return backend.data_dir / "other disk"


class Place:
    """A round in which Ayşe has voted, as it was restored from yesterday's backup; Birte and Farid run it."""

    def __init__(self, app: Flask) -> None:
        self.app, self.now = app, utcnow()
        with app.app_context(), transaction() as session:
            key_store().prepare_escrow()
            process = make_process(session, self.now)
            make_measures(session, process, ["M01", "M02", "M03"], self.now)
            self.round_id = make_round(session, process, self.now, slug="vote").id
            people = person(session, "Ayşe", now=self.now), person(session, "Olena", now=self.now)
            officials = (
                official(session, "Birte", Role.OFFICE, process, now=self.now),
                official(session, "Farid", Role.MODERATOR, process, now=self.now),
            )
            open_round(session, "vote", actor=SYSTEM, now=self.now, keys=key_store())
        self.ayse, self.olena, self.birte, self.farid = (sign_in(app.test_client(), one) for one in people + officials)
        assert self.cast(self.ayse, "first").status_code == 200
        self.do(
            lambda session: suspend_restored_round(session, self.round_id, taken_at=self.now - DAY, now=self.now).slug
        )

    def do(self, act: Callable[[Session], T]) -> T:
        with self.app.app_context(), transaction() as session:
            return act(session)

    def cast(self, client: FlaskClient, token: str, *codes: str) -> TestResponse:
        return client.put(
            "/api/v1/rounds/vote/ballot",
            json={"content": list(codes or ("M01",)), "based_on": 0, "request_token": token},
            headers={"X-CSRFToken": client.form_token()},  # type: ignore[attr-defined]
        )

    def acts(self) -> list[str]:
        with self.app.app_context():
            return list(db.session.scalars(select(AuditRecord.action).order_by(AuditRecord.number)))

    def round(self) -> Round:
        db.session.expire_all()
        return round_by_slug(db.session(), "vote")


@pytest.fixture
def place(app: Flask) -> Place:
    return Place(app)


def test_nobody_votes_in_a_suspended_round_and_everybody_is_told_why(place: Place) -> None:
    for path in ("/rounds/vote", "/rounds/vote/ballot"):
        page = place.olena.get(path, follow_redirects=True).text
        assert "Suspended since" in page
        assert "what was handed in after the backup was taken is lost" in page
    refused = place.cast(place.olena, "hers")
    assert (refused.status_code, refused.json["code"] if refused.json else "") == (409, "suspended")
    sent = {"choice": "M01", "order": "M01", "based_on": "0", "request_token": "form"}
    assert place.olena.post("/rounds/vote/ballot/cast", data=sent).status_code == 409
    assert place.olena.get("/api/v1/rounds/vote").json["suspended_at"] is not None  # type: ignore[index]
    assert place.olena.get("/api/v1/rounds/vote/standing").json["situation"] == "suspended"  # type: ignore[index]
    with place.app.app_context():
        assert len(db.session.scalars(select(Ballot.receipt)).all()) == 1


def test_a_request_that_was_answered_before_is_answered_the_same_while_suspended(place: Place) -> None:
    again = place.cast(place.ayse, "first")
    assert again.status_code == 200


def test_the_clock_does_not_close_a_suspended_round_and_nothing_is_concluded(place: Place) -> None:
    with place.app.app_context():
        close_due(db.session(), place.now + 30 * DAY)
        assert place.round().state is RoundState.OPEN
    assert place.farid.post("/rounds/vote/close").status_code == 303
    assert place.farid.get("/manage").text.count("Please decide how it goes on") == 1
    answer = place.farid.post("/rounds/vote/conclusion/request", follow_redirects=True)
    assert "suspended since the site was restored" in answer.text
    with place.app.app_context():
        assert "request_conclusion" not in [event.action.value for event in place.round().events]


def test_an_official_lets_it_go_on_with_a_reason_that_everybody_reads(place: Place) -> None:
    assert "This round is suspended" in place.farid.get("/rounds/vote/manage").text
    assert place.ayse.post("/rounds/vote/resume", data={"reason-de": "x"}).status_code == 403
    assert place.farid.post("/rounds/vote/resume", data={"reason-de": " "}).status_code == 422
    done = place.farid.post("/rounds/vote/resume", data={"reason-de": "Der Server ist ersetzt."})
    assert done.status_code == 303
    assert "Der Server ist ersetzt." in place.olena.get("/rounds/vote", follow_redirects=True).text
    assert place.cast(place.olena, "hers").status_code == 200
    assert place.acts()[-2:] == ["round.suspend", "round.resume"]
    key = place.app.config["SETTINGS"].keys_dir / f"{place.round_id}.key"
    key.rename(key.with_suffix(".away"))
    assert "Nobody can vote in it: its key is missing" in place.farid.get("/manage").text
    assert place.cast(place.olena, "again").status_code == 503
    key.with_suffix(".away").rename(key)
    assert place.farid.post("/rounds/vote/resume", data={"reason-de": "noch einmal"}).status_code == 409


def test_without_its_key_it_does_not_go_on_but_can_be_closed_and_counted(place: Place) -> None:
    keys = place.app.config["SETTINGS"].keys_dir
    (keys / f"{place.round_id}.key").unlink()
    page = place.farid.get("/rounds/vote/manage").text
    assert "The key of this round is missing" in page
    assert "Please decide how it goes on" in place.farid.get("/manage").text
    assert "A second copy lies in the escrow" in page
    reasons = {"reasons": [{"language": "de", "body": "Weiter"}]}
    headers = {"X-CSRFToken": place.farid.form_token()}  # type: ignore[attr-defined]
    refused = place.farid.post("/api/v1/rounds/vote/resume", json=reasons, headers=headers)
    assert (refused.status_code, refused.json["code"] if refused.json else "") == (409, "key_missing")
    assert list(keys.glob("*.key")) == []  # and none is made
    assert place.farid.post("/rounds/vote/close").status_code == 303
    resumed = place.farid.post("/api/v1/rounds/vote/resume", json=reasons, headers=headers)
    assert resumed.json["state"] == "closed"  # type: ignore[index]
    assert place.farid.post("/rounds/vote/conclusion/request").status_code == 303
    assert place.birte.post("/rounds/vote/conclusion/confirm", data={"consequences": "seen"}).status_code == 303
    with place.app.app_context():
        assert place.round().state is RoundState.CONCLUDED


def test_with_its_key_from_the_escrow_it_goes_on(place: Place) -> None:
    run, keys = place.app.test_cli_runner().invoke, place.app.config["SETTINGS"].keys_dir
    (keys / f"{place.round_id}.key").unlink()
    assert run(args=["key", "list"]).output == "vote  open  escrow\n"
    assert run(args=["key", "recover", "vote"]).output == "The key of vote is back.\n"
    assert run(args=["key", "recover", "vote"]).output == "The key of vote was not missing.\n"
    assert run(args=["round", "resume", "vote", "--reason", "Weiter"]).output == "vote goes on.\n"
    assert place.acts()[-2:] == ["round.recover_key", "round.resume"]
    changed = place.cast(place.ayse, "third", "M02")
    assert changed.status_code == 409  # her ballot is known under the same key
    assert place.cast(place.olena, "hers").status_code == 200


def test_the_key_of_a_round_that_had_been_concluded_is_destroyed_in_both_places(place: Place) -> None:
    run = place.app.test_cli_runner().invoke
    assert run(args=["key", "destroy", "vote", "--yes"]).output == "The key of vote is destroyed.\n"
    assert run(args=["key", "list"]).output == "vote  open  destroyed\n"
    refused = run(args=["key", "recover", "vote"])
    assert refused.exit_code == 1
    assert "was destroyed" in refused.stderr
    assert run(args=["round", "resume", "vote", "--reason", "Weiter"]).exit_code == 1


def test_an_escrow_that_is_away_at_the_conclusion_keeps_the_job_trying_and_officials_are_told(
    place: Place, backend: Backend, caplog: pytest.LogCaptureFixture
) -> None:
    escrow, away = escrow_of(backend), backend.data_dir / "unmounted"
    run = place.app.test_cli_runner().invoke
    assert run(args=["round", "resume", "vote", "--reason", "Weiter"]).exit_code == 0
    assert place.farid.post("/rounds/vote/close").status_code == 303
    escrow.rename(away)
    escrow.mkdir()
    assert place.farid.post("/rounds/vote/conclusion/request").status_code == 303
    assert place.birte.post("/rounds/vote/conclusion/confirm", data={"consequences": "seen"}).status_code == 303
    again(place)
    assert "the escrow is not there" in caplog.text
    assert "The second place of keys cannot be reached" in place.farid.get("/manage").text
    assert "The second copy of this round's key cannot be reached" in place.farid.get("/rounds/vote/manage").text
    escrow.rmdir()
    away.rename(escrow)
    again(place)
    page = place.farid.get("/rounds/vote/manage").text
    assert "cannot be reached" not in page
    assert "not yet destroyed" not in page
    assert list(escrow.glob("*.key")) == []


def test_a_folder_of_keys_that_is_away_at_the_conclusion_keeps_the_job_trying_and_officials_are_told(
    place: Place, backend: Backend, caplog: pytest.LogCaptureFixture
) -> None:
    folder, away = backend.data_dir / "keys", backend.data_dir / "unmounted"
    run = place.app.test_cli_runner().invoke
    assert run(args=["round", "resume", "vote", "--reason", "Weiter"]).exit_code == 0
    assert place.farid.post("/rounds/vote/close").status_code == 303
    assert place.farid.post("/rounds/vote/conclusion/request").status_code == 303
    folder.rename(away)
    folder.mkdir()  # the empty folder in which the disk would be
    assert place.birte.post("/rounds/vote/conclusion/confirm", data={"consequences": "seen"}).status_code == 303
    again(place)
    assert "the folder of keys is not there" in caplog.text
    for page in ("/manage", "/rounds/vote/manage"):
        assert "The folder of keys cannot be reached" in place.farid.get(page).text
    assert list(folder.iterdir()) == []
    folder.rmdir()
    away.rename(folder)
    again(place)
    page = place.farid.get("/rounds/vote/manage").text
    assert "cannot be reached" not in page
    assert "not yet destroyed" not in page
    assert list(folder.glob(f"{place.round_id}.key")) == []


def test_no_round_is_opened_in_an_empty_folder_of_keys_before_people_say_that_it_is_new(
    place: Place, backend: Backend
) -> None:
    shutil.rmtree(backend.data_dir / "keys")
    place.do(lambda session: make_round(session, place.round().process, place.now, slug="further"))
    run = place.app.test_cli_runner().invoke
    refused = run(args=["round", "open", "further"])
    assert refused.exit_code == 1
    assert "participation key prepare" in refused.stderr
    refused = run(args=["key", "recover", "vote"])
    assert refused.exit_code == 1
    assert "participation key prepare" in refused.stderr
    refused = run(args=["key", "destroy", "vote", "--yes"])
    assert refused.exit_code == 1
    assert "the folder of keys is not there" in refused.stderr
    assert "The folder of keys cannot be reached" in run(args=["key", "list"]).stderr
    assert run(args=["key", "prepare"]).exit_code == 0
    assert run(args=["key", "destroy", "vote", "--yes"]).output == "There was no key of vote any more.\n"
    assert run(args=["round", "open", "further"]).exit_code == 0


def again(place: Place) -> None:
    """Run the job as if the time until its next attempt had passed; others before it."""
    for _job in range(3):
        with place.app.app_context(), transaction() as session:
            for job in session.scalars(select(Job).where(Job.done_at.is_(None))):
                job.due_at = utcnow() - timedelta(seconds=1)
        run_one_job(place.app)


def test_an_escrow_that_comes_later_gets_the_keys_of_rounds_that_run(place: Place, backend: Backend) -> None:
    copy = escrow_of(backend) / f"{place.round_id}.key"
    copy.unlink()
    run = place.app.test_cli_runner().invoke
    assert run(args=["key", "list"]).output == "vote  open  here\n"
    assert "Copied: vote." in run(args=["key", "prepare-escrow"]).output
    assert run(args=["key", "list"]).output == "vote  open  here, escrow\n"
