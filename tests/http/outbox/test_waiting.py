"""Who waits for whom: the clock and the mails do not wait for what anybody may ask for."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from participation.ballots.keys import DESTROY_KEY
from participation.core.windows import utcnow
from participation.extensions import transaction
from participation.outbox import worker
from participation.outbox.services import file_job
from participation.outbox.worker import Work, Worker, run_due_jobs
from participation.papers.services import RENDER_FILE

JOB, TICK = "job", "tick"


@pytest.mark.parametrize(
    "seconds, order",
    [(0.0, [TICK, JOB, TICK, JOB, TICK, JOB]), (3600.0, [TICK, JOB, JOB, JOB])],
    ids=["time for it", "not yet"],
)
def test_the_clock_is_looked_at_between_two_jobs(
    app: Flask, work: Work, monkeypatch: pytest.MonkeyPatch, seconds: float, order: list[str]
) -> None:
    happened: list[str] = []
    running = Worker(app)

    def slow(_session: Session, payload: Mapping[str, Any]) -> None:
        happened.append(JOB)
        if payload["last"]:
            running.stop()

    work.handlers["slow"] = slow
    work.ticks["look"] = lambda _session, _now: happened.append(TICK)
    monkeypatch.setattr(worker, "TICK_SECONDS", seconds)
    with app.app_context(), transaction() as session:
        for last in (False, False, True):
            file_job(session, "slow", {"last": last}, now=utcnow())
    running.run()
    assert happened == order


def test_a_mail_and_the_destruction_of_a_key_do_not_wait_for_files(app: Flask, work: Work) -> None:
    done: list[str] = []
    for name in (RENDER_FILE, DESTROY_KEY, "mail"):
        work.handlers[name] = lambda _session, payload: done.append(payload["name"])
    with app.app_context(), transaction() as session:
        for minutes, name in enumerate([DESTROY_KEY, "mail", RENDER_FILE, RENDER_FILE]):
            file_job(session, name, {"name": name}, now=utcnow(), due_at=utcnow() - timedelta(minutes=minutes))
    run_due_jobs(app)
    assert done == ["mail", DESTROY_KEY, RENDER_FILE, RENDER_FILE]
