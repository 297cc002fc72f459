"""A worker that sends mails is killed: each mail arrives, at most twice, and twice is the same mail."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import update

from participation.accounts.services import request_sign_in
from participation.app import create_app
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.outbox.models import Job
from tests.support.databases import Backend
from tests.support.smtp import TAKEN, Mailbox, mail_server

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
PEOPLE = {"ayse@example.org": "tr", "olena@example.org": "en", "birte@example.org": "de", "samir@example.org": "ar"}
LONGEST_SECONDS = 60


class Post:
    """A site whose mails wait, and workers that are killed while they send."""

    def __init__(self, backend: Backend, box: Mailbox, manner: str = "as it does") -> None:
        self.backend, self.box, self.manner = backend, box, manner
        self.app = create_app(backend.settings())
        with self.app.app_context(), transaction() as session:
            for email, language in PEOPLE.items():
                request_sign_in(session, email, language=language, browser="b" * 64, now=utcnow())

    def work(self) -> int:
        """Let a worker of its own process send what waits; return how it ended."""
        arguments = [self.backend.url, str(self.backend.data_dir), f"smtp://127.0.0.1:{self.box.port}", self.manner]
        command = [sys.executable, "-m", "tests.faults.mail_worker", *arguments]
        with subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}) as worker:
            self.box.when = {name: self._killer(worker, name) for name in self.box.when}
            return worker.wait(LONGEST_SECONDS)

    def _killer(self, worker: "subprocess.Popen[bytes]", name: str) -> Callable[[], None]:
        def kill() -> None:
            self.box.when.pop(name, None)
            worker.send_signal(signal.SIGKILL)
            worker.wait(LONGEST_SECONDS)

        return kill

    def kill_at(self, command: str) -> None:
        """Kill the next worker when it says so to the mail server, before it is answered."""
        self.box.when = {command: lambda: None}
        assert self.work() == -signal.SIGKILL
        self.box.when = {}

    def let_leases_run_out(self) -> None:
        """Let the minute go by after which a dead worker's job is another one's."""
        with self.app.app_context(), transaction() as session:
            session.execute(update(Job).where(Job.leased_until.is_not(None)).values(leased_until=utcnow()))

    def finish(self) -> None:
        self.let_leases_run_out()
        assert self.work() == 0
        with self.app.app_context():
            waiting = db.session.query(Job).filter(Job.done_at.is_(None)).count()
            db.session.remove()
            db.engine.dispose()
        assert waiting == 0


def to_whom(box: Mailbox) -> Counter[str]:
    return Counter(str(message["To"]) for message in box.messages)


def ids(box: Mailbox, email: str) -> set[str]:
    return {str(message["Message-ID"]) for message in box.messages if str(message["To"]) == email}


def test_killed_after_the_mail_server_has_taken_a_mail_it_is_sent_twice_and_is_one(backend: Backend) -> None:
    with mail_server() as box:
        post = Post(backend, box)
        post.kill_at(TAKEN)
        assert len(box.messages) == 1
        post.finish()
        sent = to_whom(box)
        assert sent.keys() == PEOPLE.keys()
        assert sorted(sent.values()) == [1, 1, 1, 2]
        assert all(len(ids(box, email)) == 1 for email in PEOPLE)


@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_killed_before_a_mail_is_sent_it_is_sent_once(backend: Backend, command: str) -> None:
    with mail_server() as box:
        post = Post(backend, box)
        post.kill_at(command)
        assert not box.messages
        post.finish()
        assert to_whom(box) == Counter(dict.fromkeys(PEOPLE, 1))


def test_killed_again_and_again_every_mail_arrives_in_its_readers_language(backend: Backend) -> None:
    with mail_server() as box:
        post = Post(backend, box)
        for command in ("DATA", TAKEN, "EHLO", TAKEN, "RCPT"):
            post.kill_at(command)
            post.let_leases_run_out()
        post.finish()
        assert to_whom(box).keys() == PEOPLE.keys()
        assert all(len(ids(box, email)) == 1 for email in PEOPLE)
        beginnings = {bytes(message.get_payload(decode=True) or b"")[:60] for message in box.messages}
        assert len(beginnings) == len(PEOPLE), "each speaks another language"


def test_control_a_worker_that_settles_first_loses_mails(backend: Backend) -> None:
    with mail_server() as box:
        post = Post(backend, box, "settles first")
        post.kill_at("DATA")
        post.finish()
        assert len(to_whom(box)) == len(PEOPLE) - 1
