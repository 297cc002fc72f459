"""One network cannot use up the mails of everybody, and nobody is shut out by what somebody else asks for."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from participation.accounts import rules
from participation.accounts.models import Attempt
from participation.app import create_app
from participation.extensions import db
from participation.web import senders
from tests.support.clients import Client
from tests.support.databases import Backend

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

FRONT = "10.0.0.1"
"""The web server in front of this one."""


@dataclass(frozen=True)
class Behind:
    """The site with a number of web servers in front of it."""

    app: Flask

    def ask(self, email: str, visitor: str) -> int:
        sent = self.app.test_client().post(
            "/sign-in",
            data={"email": email},
            headers={"X-Forwarded-For": visitor},
            environ_base={"REMOTE_ADDR": FRONT},
        )
        return sent.status_code


def behind(backend: Backend, proxies: int | None) -> Behind:
    app = create_app(backend.settings(proxies=proxies))
    app.test_client_class = Client
    return Behind(app)


@pytest.fixture
def one_front(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> Iterator[Behind]:
    monkeypatch.setattr(rules, "MAILS_PER_SENDER", 4)
    site = behind(backend, 1)
    with site.app.app_context():
        yield site


def test_one_network_is_sent_its_share_and_leaves_the_others_theirs(one_front: Behind) -> None:
    flood = [one_front.ask(f"x{turn}@example.org", "203.0.113.7") for turn in range(6)]
    assert flood == [303, 303, 303, 303, 429, 429]
    assert one_front.ask("ayse@example.org", "198.51.100.4") == 303


def test_what_the_visitor_writes_into_the_header_makes_no_other_network(one_front: Behind) -> None:
    flood = [one_front.ask(f"x{turn}@example.org", f"192.0.2.{turn}, 203.0.113.7") for turn in range(5)]
    assert flood == [303, 303, 303, 303, 429]


def test_the_free_half_of_a_long_address_makes_no_other_network(one_front: Behind) -> None:
    flood = [one_front.ask(f"x{turn}@example.org", f"2001:db8:1:2::{turn:x}") for turn in range(5)]
    assert flood == [303, 303, 303, 303, 429]
    assert one_front.ask("ayse@example.org", "2001:db8:1:3::1") == 303


def test_whoever_asks_for_somebody_else_does_not_shut_that_person_out(
    one_front: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MAILS_PER_SENDER", 300)
    asked = [one_front.ask("ayse@example.org", "203.0.113.7") for _ in range(rules.MAILS_PER_ADDRESS + 1)]
    assert asked == [303] * rules.MAILS_PER_ADDRESS + [429]
    assert one_front.ask("ayse@example.org", "198.51.100.4") == 303


def test_an_address_gets_twenty_mails_however_many_networks_ask(one_front: Behind) -> None:
    asked = [one_front.ask("ayse@example.org", f"203.0.113.{turn}") for turn in range(rules.MAILS_FROM_ANYWHERE + 1)]
    assert asked == [303] * rules.MAILS_FROM_ANYWHERE + [429]


def test_what_is_kept_of_a_network_names_none(one_front: Behind) -> None:
    one_front.ask("ayse@example.org", "203.0.113.7")
    doors = db.session.scalars(select(Attempt.door)).all()
    assert len(doors) == 4
    assert not [door for door in doors if "203" in door.replace(":", ".").split(".")]


def test_without_a_word_on_proxies_nobody_is_counted_by_network(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All visitors might have the address of the web server in front: a cap would be one for the whole city."""
    monkeypatch.setattr(rules, "MAILS_PER_SENDER", 2)
    site = behind(backend, None)
    assert [site.ask(f"x{turn}@example.org", "203.0.113.7") for turn in range(4)] == [303] * 4


@pytest.mark.parametrize(
    "proxies, remote, passed_on, same_as",
    [
        (0, "203.0.113.7", "198.51.100.4", "203.0.113.7"),
        (1, FRONT, "198.51.100.4, 203.0.113.7", "203.0.113.7"),
        (2, FRONT, "198.51.100.4, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (0, "::ffff:203.0.113.7", "", "203.0.113.7"),
        (0, "fe80::1%eth0", "", "fe80::2"),
        (0, "unix:", "", None),
    ],
)
def test_networks(backend: Backend, proxies: int, remote: str, passed_on: str, same_as: str | None) -> None:
    def marked(site: Flask, address: str, header: str) -> str | None:
        marks: list[str | None] = []
        site.before_request_funcs.setdefault(None, []).append(lambda: marks.append(senders.sender()))
        site.test_client().get("/healthz", headers={"X-Forwarded-For": header}, environ_base={"REMOTE_ADDR": address})
        return marks[0]

    found = marked(behind(backend, proxies).app, remote, passed_on)
    assert found == (marked(behind(backend, 0).app, same_as, "") if same_as else None)
