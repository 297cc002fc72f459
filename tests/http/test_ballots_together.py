"""Ballots that several hand in at the same moment, on SQLite committed together: everybody gets their own answer."""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta
from functools import partial
from itertools import permutations

import pytest
from flask import Flask
from sqlalchemy import Connection, event, select, update
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from participation.ballots.guard import key_store
from participation.ballots.models import Ballot, Participation
from participation.ballots.services import close_round, open_round
from participation.core.actor import SYSTEM
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.rounds.models import Round
from participation.storage import grouping
from participation.storage.engines import WRITE
from tests.factories.votes import make_measures, make_person, make_process, make_round
from tests.support.clients import Client
from tests.support.lines import PATIENCE, in_line
from tests.support.people import sign_in

SLUG = "vote"
CODES = ["M01", "M02", "M03"]
ORDERS = [list(order) for order in permutations(CODES)]
"""What each voter puts into their ballot; no two the same."""

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


class Hall:
    """An open round, and a signed-in voter with a browser for each of the orders."""

    def __init__(self, app: Flask) -> None:
        self.app, now = app, utcnow()
        with app.app_context(), transaction() as session:
            process = make_process(session, now)
            make_measures(session, process, CODES, now)
            self.round_id = make_round(session, process, now, slug=SLUG).id
            self.voters = [make_person(session, f"Voter {number}", now) for number, _order in enumerate(ORDERS)]
            open_round(session, SLUG, actor=SYSTEM, now=now, keys=key_store())
        self.clients = [Client(app) for _voter in self.voters]
        for client, voter in zip(self.clients, self.voters, strict=True):
            sign_in(client, voter.id)
        self.commits = 0
        with app.app_context():
            self.engine = db.engine
            event.listen(self.engine, "commit", self._count)

    def _count(self, connection: Connection) -> None:
        self.commits += bool(connection.get_execution_options().get(WRITE))

    def by_form(self, number: int, order: list[str] | None = None) -> TestResponse:
        """Hand in the reviewed form."""
        fields = [("order", code) for code in order or ORDERS[number]]
        data = MultiDict([("based_on", "0"), ("request_token", f"form {number}"), *fields])
        return self.clients[number].post(f"/rounds/{SLUG}/ballot/cast", data=data)

    def by_api(self, number: int) -> TestResponse:
        """Hand in JSON."""
        client = self.clients[number]
        body = {"content": ORDERS[number], "based_on": 0, "request_token": f"form {number}"}
        return client.put(f"/api/v1/rounds/{SLUG}/ballot", json=body, headers={"X-CSRFToken": client.form_token()})

    def own(self, number: int) -> object:
        """Return what the voter finds in the box as theirs."""
        return self.clients[number].get(f"/api/v1/rounds/{SLUG}/ballot").get_json()["content"]

    def close(self) -> None:
        with self.app.app_context(), transaction() as session:
            close_round(session, SLUG, actor=SYSTEM, now=utcnow())

    def voted(self) -> set[str]:
        with self.app.app_context():
            return set(db.session.scalars(select(Participation.participant)))

    def stored(self) -> int:
        with self.app.app_context():
            return len(db.session.scalars(select(Ballot.receipt)).all())


@pytest.fixture
def hall(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Hall:
    monkeypatch.setattr(grouping, "LONGEST_SECONDS", PATIENCE)  # a slow machine writes one group all the same
    return Hall(app)


def statuses(answers: list[Future[TestResponse]]) -> list[int]:
    return [answer.result(PATIENCE).status_code for answer in answers]


def test_everybody_finds_their_own_ballot_in_the_box_and_nobody_voted_for_another(hall: Hall) -> None:
    hall.commits = 0
    calls = [partial(hall.by_api if number % 2 else hall.by_form, number) for number in range(len(ORDERS))]
    assert statuses(in_line(hall.engine, calls)) == [303, 200] * 3
    assert hall.commits == 1
    assert [hall.own(number) for number in range(len(ORDERS))] == ORDERS
    assert hall.voted() == {f"account:{voter.id}" for voter in hall.voters}


def test_one_that_is_not_valid_is_shown_again_and_its_neighbours_are_cast(hall: Hall) -> None:
    answers = in_line(
        hall.engine,
        [partial(hall.by_form, 0), partial(hall.by_form, 1, ["M01", "M01"]), partial(hall.by_form, 2)],
    )
    assert statuses(answers) == [303, 422, 303]
    assert hall.voted() == {f"account:{hall.voters[number].id}" for number in (0, 2)}


def test_one_form_sent_twice_in_one_group_is_one_ballot_with_one_receipt(hall: Hall) -> None:
    first, second = (
        answer.result(PATIENCE).get_json() for answer in in_line(hall.engine, [partial(hall.by_api, 0)] * 2)
    )
    assert (first["receipt"], first["repeated"], second["repeated"]) == (second["receipt"], False, True)
    assert hall.stored() == 1


def test_whoever_comes_behind_a_close_is_too_late_although_others_were_in_time(hall: Hall) -> None:
    first, second, _closed, late = in_line(
        hall.engine, [partial(hall.by_api, 0), partial(hall.by_api, 1), partial(hall.close), partial(hall.by_api, 2)]
    )
    assert statuses([first, second, late]) == [200, 200, 409]
    assert hall.stored() == 2


def test_the_clock_is_read_when_a_ballot_has_its_turn(hall: Hall) -> None:
    """Both come while the round is open; its end falls between them although no close is stored yet."""

    def let_the_time_run_out() -> None:
        with hall.app.app_context(), transaction() as session:
            session.execute(update(Round).values(closes_at=utcnow() - timedelta(seconds=1)))

    calls: list[Callable[[], object]] = [partial(hall.by_api, 0), let_the_time_run_out, partial(hall.by_api, 1)]
    first, _over, late = in_line(hall.engine, calls)
    assert statuses([first, late]) == [200, 409]


def test_when_the_commit_fails_everybody_is_told_that_nothing_was_saved_and_may_try_again(hall: Hall) -> None:
    def fail(connection: Connection) -> None:
        if connection.get_execution_options().get(WRITE):
            raise OperationalError("COMMIT", None, Exception("disk I/O error"))

    event.listen(hall.engine, "commit", fail)
    try:
        answers = in_line(hall.engine, [partial(hall.by_form, 0), partial(hall.by_api, 1), partial(hall.by_api, 2)])
    finally:
        event.remove(hall.engine, "commit", fail)
    assert statuses(answers) == [503] * 3
    assert "not saved" in answers[0].result().text
    assert hall.stored() == 0
    assert statuses(in_line(hall.engine, [partial(hall.by_form, 0), partial(hall.by_api, 1)])) == [303, 200]
