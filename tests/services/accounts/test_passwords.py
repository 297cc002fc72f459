"""Passwords: what may be one, what a wrong one costs, and when a right one is not right any more."""

import unicodedata
from datetime import datetime, timedelta

import pytest
from argon2 import extract_parameters
from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.accounts import rules, services
from participation.accounts.models import Account, Password
from participation.accounts.queries import actor_of, usable_password_of
from participation.accounts.services import passwords
from participation.core.errors import TooManyAttempts
from participation.outbox.models import Job
from tests.factories.people import person
from tests.support.forging import forged

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
GOOD = "Sieben Möwen trinken Tee"
HASHED = passwords.HASHER.hash(GOOD)


@pytest.fixture
def birte(session: Session, now: datetime) -> Account:
    account = person(session, "Birte", now=now)
    services.set_password(session, GOOD, HASHED, actor=actor_of(account), now=now)
    return account


def try_it(session: Session, typed: str, now: datetime, email: str = "birte@lindenhafen.example") -> Account | None:
    tried = services.begin_password_try(session, email, now=now)
    return services.settle_password_try(session, tried, right=services.compare(tried, typed), now=now)


def test_only_the_whole_password_is_right(session: Session, birte: Account, now: datetime) -> None:
    assert try_it(session, unicodedata.normalize("NFD", GOOD), now) is birte
    for wrong in (GOOD + " ", GOOD[:-1], GOOD.upper(), "", "\ud800", "x" * 2_000):
        assert try_it(session, wrong, now) is None


def test_the_eleventh_wrong_one_within_an_hour_is_not_even_compared(
    session: Session, birte: Account, now: datetime
) -> None:
    for address in ("birte@lindenhafen.example", "nobody@lindenhafen.example"):
        for _ in range(rules.PASSWORD_TRIES):
            tried = services.begin_password_try(session, address, now=now)
            services.settle_password_try(session, tried, right=False, now=now)
        with pytest.raises(TooManyAttempts, match="too_many_passwords"):
            services.begin_password_try(session, address, now=now)
    assert try_it(session, GOOD, now + timedelta(hours=1, seconds=1)) is birte


def test_a_hundred_wrong_ones_in_a_row_end_it_however_slowly(session: Session, birte: Account, now: datetime) -> None:
    session.get_one(Password, birte.id).failures = rules.LASTING_FAILURES
    session.flush()
    assert try_it(session, GOOD, now) is None


def test_the_owner_is_told_once_when_strangers_end_a_password(session: Session, birte: Account, now: datetime) -> None:
    session.get_one(Password, birte.id).failures = rules.LASTING_FAILURES - 2
    session.flush()
    told = []
    for _ in range(4):
        assert try_it(session, "wrong", now) is None
        told.append(sum(job.payload.get("event") == "password_locked" for job in session.scalars(select(Job))))
    assert told == [0, 1, 1, 1]
    assert usable_password_of(session, birte.id) is None


def test_strangers_do_not_keep_somebody_who_is_signed_in_from_changing_it(
    session: Session, birte: Account, now: datetime
) -> None:
    for _ in range(rules.PASSWORD_TRIES):
        services.begin_password_try(session, "birte@lindenhafen.example", now=now)
    with pytest.raises(TooManyAttempts):
        services.begin_password_try(session, "birte@lindenhafen.example", now=now)
    tried = services.begin_own_password_try(session, birte.id, now=now)
    assert services.settle_password_try(session, tried, right=True, now=now) is birte
    for _ in range(rules.PASSWORD_TRIES):
        services.begin_own_password_try(session, birte.id, now=now)
    with pytest.raises(TooManyAttempts):
        services.begin_own_password_try(session, birte.id, now=now)


def test_nobody_costs_as_much_as_somebody(session: Session, birte: Account, now: datetime) -> None:
    known = services.begin_password_try(session, "birte@lindenhafen.example", now=now)
    unknown = services.begin_password_try(session, "nobody@lindenhafen.example", now=now)
    assert (known.stored, unknown.stored) == (HASHED, None)
    assert extract_parameters(HASHED) == extract_parameters(passwords.NOBODYS)
    assert services.compare(unknown, GOOD) is False


def test_a_password_changed_while_it_was_compared_is_not_right(session: Session, birte: Account, now: datetime) -> None:
    tried = services.begin_password_try(session, "birte@lindenhafen.example", now=now)
    session.get_one(Password, birte.id).hash = forged(HASHED)
    session.flush()
    assert services.settle_password_try(session, tried, right=True, now=now) is None
