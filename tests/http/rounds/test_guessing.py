"""Somebody guesses codes while a workshop comes in through the same address: no hit, and nobody is kept out."""

import random
import time
from collections import Counter
from collections.abc import Callable
from typing import Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from participation.accounts.models import Attempt, SignInSession, SubjectKind
from participation.core.ids import CROCKFORD
from participation.extensions import db
from participation.rounds.codes import LENGTH, check_character
from participation.rounds.services.codes import MAX_FAILURES
from tests.factories.town import WORKSHOP, Town

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

ADDRESS: Final = "192.0.2.7"
ROUND: Final = "workshop"

Door = Callable[[FlaskClient, str], int]


def ours(client: FlaskClient, code: str) -> int:
    """Type a code at the door of the workshop and return the status."""
    typed = {"code": code, "round": ROUND}
    sent = client.post("/api/v1/session/code", json=typed, environ_base={"REMOTE_ADDR": ADDRESS})
    return sent.status_code


def by_address() -> Door:
    """Return a door with the usual throttle: after so many failures from an address, nobody comes in from there."""
    failures: Counter[str] = Counter()

    def door(client: FlaskClient, code: str) -> int:
        if failures[ADDRESS] >= MAX_FAILURES:
            return 429
        status = ours(client, code)
        failures[ADDRESS] += status != 200
        return status

    return door


def guess(chance: random.Random) -> str:
    """Return what has the shape of a code; the check character is right, or nothing would be asked of the database."""
    body = "".join(chance.choices(CROCKFORD, k=LENGTH - 1))
    return body + check_character(body)


def storm(app: Flask, door: Door, *, guesses: int, people: int) -> tuple[Counter[int], Counter[int]]:
    """Let people come in one after the other while codes are guessed; return the statuses of both."""
    town = Town(app)
    town.round(ROUND, **WORKSHOP)
    codes = town.codes(ROUND, people)
    chance, guessing, entering = random.Random(1), Counter[int](), Counter[int]()
    stranger = app.test_client()
    for number in range(guesses):
        guessing[door(stranger, guess(chance))] += 1
        if (number + 1) % (guesses // people) == 0:
            entering[door(app.test_client(), codes.pop())] += 1
    return guessing, entering


def check(app: Flask, *, guesses: int, people: int) -> None:
    began = time.monotonic()
    guessing, entering = storm(app, ours, guesses=guesses, people=people)
    hours = 1 + int((time.monotonic() - began) // 3_600)  # a slow machine sees the throttle begin anew
    assert guessing[422] <= MAX_FAILURES * hours
    assert guessing == {422: guessing[422], 429: guesses - guessing[422]}
    assert entering == {200: people}
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Attempt)) == guessing[422]
        mine = select(func.count()).select_from(SignInSession).where(SignInSession.subject_kind == SubjectKind.CODE)
        assert db.session.scalar(mine) == people


def test_guesses_are_throttled_and_a_workshop_comes_in(app: Flask) -> None:
    check(app, guesses=240, people=12)


def test_a_throttle_by_address_would_keep_the_workshop_out(app: Flask) -> None:
    guessing, entering = storm(app, by_address(), guesses=240, people=12)
    assert 200 not in guessing
    assert entering[429] >= 9


def test_guesses_at_one_round_hold_up_nobody_at_another(app: Flask) -> None:
    town = Town(app)
    for slug in (ROUND, "other"):
        town.round(slug, **WORKSHOP)
    chance, client = random.Random(2), app.test_client()
    assert [ours(client, guess(chance)) for _number in range(MAX_FAILURES + 1)][-1] == 429
    typed = {"code": guess(chance), "round": "other"}
    assert client.post("/api/v1/session/code", json=typed).status_code == 422


@pytest.mark.slow
def test_a_hundred_thousand_guesses_give_no_hit(app: Flask) -> None:
    began = time.monotonic()
    check(app, guesses=100_000, people=120)
    print(f"100,000 guesses and 120 people: {time.monotonic() - began:.0f} s")  # noqa: T201 - a figure for the reader
