"""A lost card is replaced at the moment in which somebody votes with it: one of the two, never both."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Event
from typing import Final

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from participation.ballots import replacing
from participation.ballots.keys import KeyStore
from participation.ballots.models import Participation
from participation.ballots.services import cast_ballot, open_round
from participation.core.actor import SYSTEM, Actor, ActorKind
from participation.core.errors import Conflict
from participation.rounds.kinds import Eligibility, KindName
from participation.rounds.models import CodeReplacement
from participation.rounds.queries import round_by_slug
from participation.rounds.services import issue_codes
from participation.storage import write_transaction
from tests.factories.votes import make_measures, make_process, make_round

KEY: Final = "a key of the application for these tests"
SLUG: Final = "workshop"


@pytest.fixture
def voter(engine: Engine, now: datetime, keys: KeyStore) -> Actor:
    """Return the bearer of the first card of an open workshop."""
    with Session(engine, expire_on_commit=False) as session, write_transaction(session):
        process = make_process(session, now)
        make_measures(session, process, ["M01", "M02", "M03"], now)
        round_ = make_round(session, process, now, slug=SLUG, kind=KindName.CITIZENS, eligibility=Eligibility.CODES)
        open_round(session, SLUG, actor=SYSTEM, now=now, keys=keys)
        first = issue_codes(session, round_, 2, "", KEY, actor=SYSTEM, now=now).codes[0].id
    return Actor(ActorKind.CODE, first)


def race(engine: Engine, voter: Actor, now: datetime, keys: KeyStore) -> tuple[int, int]:
    """Replace the card while its ballot is cast and not yet committed; return the numbers of votes and new cards."""
    asked, answered = Event(), Event()

    def replace() -> None:
        with Session(engine) as session, write_transaction(session):
            asked.set()
            try:
                replacing.replace_card(session, SLUG, 1, 1, KEY, reason="Lost", actor=SYSTEM, now=now)
            except Conflict as refused:
                assert refused.code == "card_voted"  # noqa: PT017 - in a thread
            finally:
                answered.set()

    with ThreadPoolExecutor(1) as desk:
        with Session(engine) as session, write_transaction(session):
            cast_ballot(session, SLUG, ["M01"], actor=voter, now=now, request_token="form", based_on=0, keys=keys)
            waiting = desk.submit(replace)
            asked.wait(10)
            answered.wait(1)  # the desk has its answer by now if nothing held it up
        waiting.result(30)
    with Session(engine) as session:
        return _count(session, Participation), _count(session, CodeReplacement)


def _count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_card_that_is_voted_with_at_this_moment_is_not_replaced(
    engine: Engine, voter: Actor, now: datetime, keys: KeyStore
) -> None:
    assert race(engine, voter, now, keys) == (1, 0)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_without_the_lock_the_voter_would_get_a_second_vote(
    engine: Engine, voter: Actor, now: datetime, keys: KeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlocked: Callable[..., object] = round_by_slug
    monkeypatch.setattr(replacing, "lock_round_by_slug", unlocked)
    assert race(engine, voter, now, keys) == (1, 1)
