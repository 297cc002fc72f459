"""The worker does what was filed, whatever happens to it."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.outbox import worker
from participation.outbox.mail import Mail, NoTransport, SmtpTransport
from participation.outbox.models import Job
from participation.outbox.services import LEASE, file_job, lease_job
from participation.outbox.worker import Loss, Work, Worker, register_jobs, run_due_jobs, run_one_job, run_ticks
from tests.support.databases import Backend
from tests.support.smtp import mail_server

ROOT = Path(__file__).resolve().parents[3]


class Panic(BaseException):
    """What a Rust library raises where it cannot go on: no Exception, so that `except Exception` lets it through."""


def file(app: Flask, name: str, **payload: Any) -> str:
    with app.app_context(), transaction() as session:
        return file_job(session, name, payload, now=utcnow()).id


def job(app: Flask, job_id: str) -> Job:
    with app.app_context():
        return db.session.get_one(Job, job_id)


def make_due(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        session.execute(update(Job).values(due_at=utcnow() - timedelta(seconds=1), leased_until=None))


def test_a_job_is_done_once(app: Flask, work: Work) -> None:
    done: list[Mapping[str, Any]] = []
    work.handlers["note"] = lambda _session, payload: done.append(payload)
    filed = file(app, "note", number=1)
    assert run_due_jobs(app) == 1
    assert run_due_jobs(app) == 0
    assert done == [{"number": 1}]
    assert job(app, filed).done_at is not None


def test_a_failing_job_is_put_back_and_its_failure_named_without_its_words(
    app: Flask, work: Work, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_session: Session, _payload: Mapping[str, Any]) -> None:
        raise ConnectionError("550 ayse@lindenhafen.example unknown")

    work.handlers["fail"] = fail
    filed = file(app, "fail")
    with caplog.at_level(logging.DEBUG):
        assert run_one_job(app)
    row = job(app, filed)
    assert (row.last_error, row.attempts, row.done_at) == ("ConnectionError", 1, None)
    assert row.due_at > utcnow()
    assert "ConnectionError" in caplog.text
    assert "ayse@" not in caplog.text


def test_a_job_that_panics_is_put_back_and_logged(app: Flask, work: Work, caplog: pytest.LogCaptureFixture) -> None:
    def panic(_session: Session, _payload: Mapping[str, Any]) -> None:
        raise Panic

    work.handlers["panic"] = panic
    filed = file(app, "panic")
    assert run_one_job(app)
    row = job(app, filed)
    assert (row.last_error, row.leased_until, row.done_at) == ("Panic", None, None)
    assert f"job {filed} (panic) failed: Panic" in caplog.text


def test_a_job_that_nobody_knows_is_put_back(app: Flask, work: Work) -> None:
    filed = file(app, "of another version")
    assert run_one_job(app)
    assert job(app, filed).last_error == "KeyError"


def test_a_handler_may_write_and_its_half_done_work_is_undone(app: Flask, work: Work) -> None:
    def write(session: Session, payload: Mapping[str, Any]) -> None:
        with transaction() as writing:
            file_job(writing, "follow-up", {}, now=utcnow(), due_at=utcnow() + timedelta(days=1))
            if payload["fails"]:
                raise RuntimeError

    work.handlers["write"] = write
    file(app, "write", fails=True)
    run_due_jobs(app)
    file(app, "write", fails=False)
    run_due_jobs(app)
    with app.app_context():
        assert db.session.query(Job).filter_by(name="follow-up").count() == 1


def test_a_job_of_a_worker_that_died_is_done_by_the_next(app: Flask, work: Work) -> None:
    done: list[int] = []

    def die(_session: Session, _payload: Mapping[str, Any]) -> None:
        if not done:
            done.append(1)
            raise SystemExit  # what a killed thread leaves behind: a lease and nothing else
        done.append(2)

    work.handlers["die"] = die
    filed = file(app, "die")
    with pytest.raises(SystemExit):
        run_one_job(app)
    assert not run_one_job(app)
    assert job(app, filed).leased_until is not None
    make_due(app)
    assert run_one_job(app)
    assert done == [1, 2]
    assert job(app, filed).done_at is not None


def test_a_job_that_ends_its_worker_every_time_is_given_up_and_logged(
    app: Flask, work: Work, caplog: pytest.LogCaptureFixture
) -> None:
    died: list[int] = []
    mourned: list[Mapping[str, Any]] = []

    def die(_session: Session, _payload: Mapping[str, Any]) -> None:
        died.append(1)
        raise SystemExit

    work.handlers["die"] = die
    work.handlers["mourn"] = lambda _session, payload: mourned.append(payload)
    work.losses["die"] = Loss(after=2, then="mourn")
    filed = file(app, "die", number=1)
    for _ in range(2):
        with pytest.raises(SystemExit):
            run_one_job(app)
        with app.app_context(), transaction() as session:
            session.execute(update(Job).values(leased_until=utcnow() - timedelta(seconds=1)))
    assert run_due_jobs(app) == 1
    assert (len(died), mourned) == (2, [{"number": 1}])
    assert job(app, filed).given_up_at is not None
    assert f"job {filed} (die) is given up" in caplog.text


@pytest.mark.parametrize("every, kept", [(0.01, True), (3600.0, False)], ids=["kept", "control: nobody keeps it"])
def test_a_job_that_takes_longer_than_its_lease_stays_with_its_worker(
    app: Flask, work: Work, every: float, *, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "KEEP_EVERY", every)
    others: list[bool] = []

    def take_long(_session: Session, _payload: Mapping[str, Any]) -> None:
        if others:
            return
        others.append(False)
        with app.app_context(), transaction() as session:
            session.execute(update(Job).values(leased_until=utcnow()))
        while kept and job(app, filed).leased_until < utcnow() + LEASE / 2:  # type: ignore[operator]
            time.sleep(0.01)
        others[0] = run_one_job(app)

    work.handlers["long"] = take_long
    filed = file(app, "long")
    assert run_one_job(app)
    assert others[0] is not kept


def test_a_mail_is_sent_with_the_same_id_until_it_is_taken(app: Flask, work: Work) -> None:
    work.letters["greet"] = lambda _session, payload: Mail(str(payload["to"]), "Hello", "Hello.")
    with mail_server() as box:
        work.transport = SmtpTransport("127.0.0.1", box.port, "", "", implicit_tls=False, sender="city@example.org")
        filed = file(app, "greet", to="ayse@lindenhafen.example")
        box.refusals["DATA"] = "451 not now"
        run_due_jobs(app)
        assert job(app, filed).last_error == "SMTPDataError"
        box.refusals.clear()
        make_due(app)
        run_due_jobs(app)
    assert [message["Message-ID"] for message in box.messages] == [f"<{filed}@localhost>"]
    assert job(app, filed).done_at is not None


def test_a_mail_with_nothing_to_say_is_not_sent(app: Flask, work: Work) -> None:
    work.letters["silent"] = lambda _session, _payload: None
    filed = file(app, "silent")
    assert run_one_job(app)
    assert job(app, filed).done_at is not None


def test_a_sign_in_mail_goes_its_whole_way(client: FlaskClient, app: Flask, work: Work) -> None:
    with mail_server() as box:
        work.transport = SmtpTransport("127.0.0.1", box.port, "", "", implicit_tls=False, sender="city@example.org")
        client.post("/sign-in", data={"email": "ayse@lindenhafen.example"})
        assert run_due_jobs(app) == 1
    assert box.recipients == ["ayse@lindenhafen.example"]
    assert "http://localhost/sign-in/" in str(box.messages[0].get_payload(decode=True))
    assert isinstance(work.transport, SmtpTransport)


@pytest.mark.parametrize("failure", [ValueError, Panic])
def test_the_clock_asks_every_room_even_if_one_fails(app: Flask, work: Work, failure: type[BaseException]) -> None:
    asked: list[datetime] = []

    def fail(_session: Session, _now: datetime) -> None:
        raise failure

    work.ticks = {"fails": fail, "works": lambda _session, now: asked.append(now)}
    run_ticks(app)
    assert len(asked) == 1


def test_two_rooms_cannot_do_the_same_job(app: Flask, work: Work) -> None:
    register_jobs(app, {"mine": lambda _session, _payload: None})
    with pytest.raises(RuntimeError, match="mine"):
        register_jobs(app, {"mine": lambda _session, _payload: None})


def test_the_worker_in_the_server_finishes_the_job_in_its_hand(app: Flask, work: Work) -> None:
    work.transport = NoTransport()
    began, may_end = threading.Event(), threading.Event()

    def slow(_session: Session, _payload: Mapping[str, Any]) -> None:
        began.set()
        may_end.wait(10)

    work.handlers["slow"] = slow
    first, second = file(app, "slow"), file(app, "slow")
    worker = Worker(app)
    worker.start()
    assert began.wait(10)
    worker.stop()
    may_end.set()
    worker.end()
    states = {job(app, filed).done_at is not None for filed in (first, second)}
    assert states == {True, False}


def test_the_worker_goes_on_whatever_gets_past_its_jobs(
    app: Flask, work: Work, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done = threading.Event()
    work.handlers["note"] = lambda _session, _payload: done.set()
    lease = lease_job
    failures: list[BaseException] = [Panic(), RuntimeError()]

    def fail_twice(*arguments: Any, **named: Any) -> Job | None:
        if failures:
            raise failures.pop()
        return lease(*arguments, **named)

    monkeypatch.setattr(worker, "lease_job", fail_twice)
    monkeypatch.setattr(worker, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(worker, "POLL_SECONDS", 0.01)
    file(app, "note")
    running = Worker(app)
    running.start()
    went_on = done.wait(10)
    running.end()
    assert went_on
    assert "the worker goes on after Panic" in caplog.text


def test_the_worker_on_the_command_line_ends_cleanly_when_told(backend: Backend) -> None:
    environment = os.environ | {
        "PARTICIPATION_SECRET_KEY": "a key of 32 characters or more, 0123456789",
        "PARTICIPATION_DATABASE": backend.url,
        "PARTICIPATION_DATA": str(backend.data_dir),
    }
    command = [sys.executable, "-m", "participation", "worker"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "The worker is at work.\n"
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=30)
    assert (rest, process.returncode) == ("The worker has ended.\n", 0)
