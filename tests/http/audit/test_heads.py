"""Heads of the record reach witnesses once, and prove later what no look at the record alone can."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from participation.audit import jobs, services
from participation.audit.models import AuditHead, AuditRecord
from participation.audit.queries import head_of
from participation.audit.rules import CONCLUSION, Head
from participation.audit.services import chain_hash, note_head, record
from participation.config import Settings
from participation.core.actor import SYSTEM
from participation.core.permissions import Role
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.outbox import worker
from participation.outbox.mail import Mail
from participation.outbox.services import file_job
from participation.outbox.worker import run_due_jobs, work_of
from tests.factories.people import official
from tests.support.databases import Backend
from tests.support.people import sign_in

WITNESSES = (("de", "anna@example.org"), ("tr", "mehmet@example.org"))


class Post:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[Mail, str]] = []

    def send(self, mail: Mail, *, message_id: str) -> None:
        self.sent.append((mail, message_id))


@pytest.fixture
def settings(backend: Backend, tmp_path: Path) -> Settings:
    return replace(backend.settings(), audit_heads=tmp_path / "heads.jsonl", witnesses=WITNESSES)


@pytest.fixture
def path(settings: Settings) -> Path:
    assert settings.audit_heads is not None
    return settings.audit_heads


def act(app: Flask, action: str = "round.close") -> None:
    with app.app_context(), transaction() as session:
        record(session, action, actor=SYSTEM, now=utcnow(), subject_kind="round", subject_id="x")


def tick(app: Flask, now: datetime) -> None:
    with app.app_context():
        jobs.note_due_head(db.session(), now)
    run_due_jobs(app)


def numbers(path: Path) -> list[int]:
    return [json.loads(line)["number"] for line in path.read_text().splitlines()] if path.exists() else []


def test_a_head_is_noted_daily_and_after_each_conclusion_and_reaches_each_witness_once(app: Flask, path: Path) -> None:
    post, now = Post(), utcnow()
    work_of(app).transport = post
    tick(app, now)
    assert (numbers(path), post.sent) == ([], [])
    act(app)
    tick(app, now)
    assert numbers(path) == [1]
    act(app)
    for _ in range(3):
        tick(app, now)
    assert numbers(path) == [1]  # one a day
    act(app, CONCLUSION)
    act(app)
    tick(app, now)
    assert numbers(path) == [1, 4]  # but after a conclusion at once
    act(app)
    tick(app, now + timedelta(days=1))
    tick(app, now + timedelta(days=2))
    assert numbers(path) == [1, 4, 5]  # and none where nothing was done
    assert sorted(mail.to for mail, _id in post.sent) == ["anna@example.org"] * 3 + ["mehmet@example.org"] * 3
    assert len({message_id for _mail, message_id in post.sent}) == 6
    last = path.read_text().splitlines()[-1]
    assert all(last in mail.text for mail, _id in post.sent[-2:])
    work_of(app).transport = None


def test_a_job_that_is_run_again_after_a_crash_adds_no_second_line(app: Flask, path: Path) -> None:
    act(app)
    tick(app, utcnow())
    whole = path.read_text()
    with app.app_context():
        jobs.add_head_to_file(db.session(), {"number": 1})
    assert path.read_text() == whole
    act(app, CONCLUSION)
    path.write_text(whole + whole[:17])  # the power went in the middle of a line
    tick(app, utcnow())
    assert numbers(path) == [1, 2]


def note_at_once(app: Flask) -> list[object]:
    """Let four workers note the same head at the same moment; return what each had from it."""
    act(app)
    barrier = Barrier(4)

    def note() -> object:
        with app.app_context():
            barrier.wait(60)
            try:
                with transaction() as session:
                    return note_head(session, witnesses={"a", "b"}, to_file=True, now=utcnow())
            except Exception as failure:  # noqa: BLE001 - counted by the caller
                return failure

    with ThreadPoolExecutor(4) as pool:
        return [future.result() for future in [pool.submit(note) for _ in range(4)]]


def test_of_many_workers_one_notes_a_head(app: Flask) -> None:
    found = note_at_once(app)
    assert sorted(map(str, found)) == ["1", "None", "None", "None"]
    with app.app_context():
        assert db.session.scalar(text("SELECT count(*) FROM outbox_jobs")) == 3


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_control_without_the_lock_they_run_into_each_other(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "text", lambda _statement: text("SELECT CAST(:key AS bigint)"))

    def slowly(*given: Any, **more: Any) -> object:
        db.session.execute(text("SELECT pg_sleep(0.3)"))
        return file_job(*given, **more)

    monkeypatch.setattr(services, "file_job", slowly)
    assert any(isinstance(one, Exception) for one in note_at_once(app))


def rewrite(app: Flask, keep: int, anew: int) -> None:
    """Do what somebody does who owns the database: triggers off, the end cut off, and other acts in its place."""
    with app.app_context(), transaction() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("ALTER TABLE audit_records DISABLE TRIGGER ALL"))
        else:
            session.execute(text("DROP TRIGGER audit_records_refuses_delete"))
        session.execute(text("DELETE FROM audit_records WHERE number > :keep"), {"keep": keep})
    for _ in range(anew):
        act(app, "round.other")


def test_witnesses_find_what_a_look_at_the_record_alone_does_not(app: Flask, path: Path, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["audit", "head"]).exit_code == 1
    for _ in range(5):
        act(app)
    tick(app, utcnow())
    early = tmp_path / "early.jsonl"
    early.write_text(runner.invoke(args=["audit", "head"]).output)
    act(app, CONCLUSION)
    tick(app, utcnow())
    check = ["audit", "check", "--head", str(path), "--head", str(early)]
    assert runner.invoke(args=check).exit_code == 0
    rewrite(app, keep=5, anew=0)  # cut off
    assert runner.invoke(args=["audit", "verify"]).exit_code == 0, "the control sees nothing"
    found = runner.invoke(args=check)
    assert found.exit_code == 2
    assert "Head 6" in found.output
    assert "Head 5" not in found.output
    with app.app_context(), transaction() as session:
        if session.get_bind().dialect.name == "sqlite":
            session.execute(
                text(
                    "CREATE TRIGGER audit_records_refuses_delete BEFORE DELETE ON audit_records "
                    "BEGIN SELECT RAISE(ABORT, 'no'); END"
                )
            )
    rewrite(app, keep=3, anew=4)  # and longer again than it was, each act fitting the one before
    assert runner.invoke(args=["audit", "verify"]).exit_code == 0, "the control sees nothing"
    found = runner.invoke(args=check)
    assert found.exit_code == 2
    assert "Head 5" in found.output
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text("no head\n")
    assert runner.invoke(args=["audit", "check", "--head", str(wrong)]).exit_code == 1
    wrong.write_text("\n")
    assert runner.invoke(args=["audit", "check", "--head", str(wrong)]).exit_code == 1


def test_officials_see_the_head_on_the_page_and_over_the_api(app: Flask, path: Path) -> None:
    with app.app_context(), transaction() as session:
        auditor = official(session, "Anna", Role.AUDITOR, None, now=utcnow()).id
        ayse = official(session, "Jens", Role.STEERING, None, now=utcnow()).id
    tick(app, utcnow())
    with app.app_context():
        head = head_of(db.session(), "http://localhost")
        assert head is not None
        stored = db.session.scalars(select(AuditRecord).order_by(AuditRecord.number.desc())).first()
        assert stored is not None
        assert head.hash == chain_hash(stored)
        assert [one.number for one in db.session.scalars(select(AuditHead))] == [head.number]
    client = sign_in(app.test_client(), auditor)
    shown = client.get("/api/v1/audit/head").json
    assert shown is not None
    assert Head(**shown) == head == Head.read(path.read_text())
    listed = client.get("/api/v1/audit/heads").json
    assert listed is not None
    assert [one["number"] for one in listed["items"]] == [head.number]
    assert head.hash in client.get("/manage/audit?lang=en").text
    assert sign_in(app.test_client(), ayse).get("/api/v1/audit/head").status_code == 403
    assert worker.work_of(app).endless >= {"audit.head_to_file"}
