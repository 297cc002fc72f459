"""Many people conclude at once: one result, and nobody's joint ranking is forgotten.

Each race has a control, the same test with the lock taken off, that must go wrong.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from participation.audit.models import AuditRecord
from participation.ballots.keys import KeyStore
from participation.ballots.models import Ballot, CountedBallot
from participation.core.actor import Actor
from participation.core.errors import Conflict, DomainError
from participation.core.permissions import Role
from participation.results import services
from participation.results.models import JointResult, RoundResult
from participation.results.queries import rankings_with
from participation.results.services import conclusion
from participation.results.services.joint import settle_rankings
from participation.rounds.models import Round, RoundEvent
from participation.rounds.queries import round_by_slug
from participation.rounds.rules import RoundAction
from participation.storage import write_transaction
from participation.tally.ballots import Content
from participation.tally.kinds import BallotKind
from tests.factories.results import Hall, declare, make_hall, vote_and_close
from tests.factories.votes import make_person, make_round

CONCLUDERS = 50
Task = Callable[[threading.Barrier], Any]
STEERING: list[Content] = [["M1", "M2"], ["M1", "M2"], ["M2", "M1"], []]
ONLINE: list[Content] = [{"M1": 5, "M2": 5}, {"M3": 4, "M2": 1}, {"M1": 0}]


def conclude(engine: Engine, slug: str, actor: Actor, now: datetime, gate: threading.Barrier) -> str | None:
    """Conclude as an entry point does: count in a read transaction, then one write transaction."""
    with Session(engine, expire_on_commit=False) as session:
        gate.wait()
        box = services.count_round(session, slug, actor=actor)
        with write_transaction(session):
            result = services.conclude_round(session, slug, box, actor=actor, now=now)
        return result.ballots_hash if result else None


def all_at_once(tasks: Sequence[Task]) -> list[Any]:
    """Run the tasks in threads that begin together, and return what each gave or raised."""
    gate = threading.Barrier(len(tasks))

    def run(task: Task) -> Any:
        try:
            return task(gate)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


@pytest.fixture
def hall(session: Session, now: datetime) -> Hall:
    return make_hall(session, now)


@pytest.fixture
def asked(session: Session, hall: Hall, now: datetime, keys: KeyStore) -> Round:
    """Return a closed round whose conclusion Birte has requested."""
    round_ = vote_and_close(session, make_round(session, hall.process, now), STEERING, now, keys)
    services.request_conclusion(session, round_.slug, actor=hall.birte, now=now)
    session.commit()
    return round_


def concluders(session: Session, hall: Hall, now: datetime) -> list[Actor]:
    people = [
        make_person(session, f"Moderator{n}", now, Role.MODERATOR, process=hall.process) for n in range(CONCLUDERS)
    ]
    session.commit()
    return people


def test_fifty_people_conclude_one_round_into_one_result(
    session: Session, engine: Engine, hall: Hall, asked: Round, now: datetime
) -> None:
    people = concluders(session, hall, now)
    slug = asked.slug
    results = all_at_once([partial(conclude, engine, slug, one, now) for one in people])
    session.expire_all()
    [result] = session.scalars(select(RoundResult)).all()
    assert set(results) == {result.ballots_hash}
    assert session.scalar(select(func.count()).select_from(CountedBallot)) == len(STEERING)
    assert session.scalar(select(func.count()).select_from(Ballot)) == 0
    concluded = select(func.count()).where(RoundEvent.action == RoundAction.CONCLUDE)
    assert session.scalar(concluded) == 1
    acts = select(func.count()).where(AuditRecord.action == "round.conclude")
    assert session.scalar(acts) == 1


def test_the_control_without_the_lock_lets_several_begin_and_fail(
    session: Session, engine: Engine, hall: Hall, asked: Round, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the state read before anybody holds the lock, as check-then-act does, many try to store a result."""
    people = concluders(session, hall, now)
    slug, begun = asked.slug, threading.Barrier(CONCLUDERS)

    def unlocked(session_: Session, slug_: str, _actor: Actor) -> Round:
        found = round_by_slug(session_, slug_)
        session_.expunge(found)  # the state as it was read, whatever others do meanwhile
        session_.rollback()
        begun.wait()
        return found

    monkeypatch.setattr(conclusion, "_locked", unlocked)

    def without_lock(one: Actor, gate: threading.Barrier) -> Any:
        with Session(engine, expire_on_commit=False) as mine:
            gate.wait()
            return services.conclude_round(mine, slug, actor=one, now=now)

    results = all_at_once([partial(without_lock, one) for one in people])
    assert sum(isinstance(one, Exception) for one in results) > 0


@pytest.fixture
def two_last_rounds(session: Session, hall: Hall, now: datetime, keys: KeyStore) -> tuple[str, str]:
    """Return two rounds of one joint ranking that wait for their second person."""
    rounds = (
        make_round(session, hall.process, now, slug="steering"),
        make_round(session, hall.process, now, slug="online", ballot_kind=BallotKind.SCORE),
    )
    declare(session, hall, {"steering": 3, "online": 1}, now)
    for round_, ballots in zip(rounds, (STEERING, ONLINE), strict=True):
        vote_and_close(session, round_, ballots, now, keys)
        services.request_conclusion(session, round_.slug, actor=hall.birte, now=now)
    session.commit()
    return ("steering", "online")


@contextmanager
def meeting(monkeypatch: pytest.MonkeyPatch, patience: float = 1) -> Iterator[None]:
    """Make both transactions wait for each other, up to so many seconds, before either settles joint rankings.

    And again afterwards: neither commits before both have looked what the other one has done.
    """
    together = threading.Barrier(2)

    def meet() -> None:
        with suppress(threading.BrokenBarrierError):  # the other one waits for a lock that this one holds, as it should
            together.wait(timeout=patience)

    def settle_together(*args: Any, **kwargs: Any) -> Any:
        meet()
        settled = settle_rankings(*args, **kwargs)
        meet()
        return settled

    with monkeypatch.context() as patch:
        patch.setattr(conclusion, "settle_rankings", settle_together)
        yield


def test_two_last_rounds_concluded_together_compute_the_joint_ranking_once(
    session: Session,
    engine: Engine,
    hall: Hall,
    two_last_rounds: tuple[str, str],
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with meeting(monkeypatch):
        results = all_at_once([partial(conclude, engine, slug, hall.farid, now) for slug in two_last_rounds])
    assert not [one for one in results if isinstance(one, Exception)]
    session.expire_all()
    [joint] = session.scalars(select(JointResult)).all()
    assert joint.snapshot["options"][0]["score"] == "11/16"


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_the_control_without_the_lock_on_rankings_forgets_the_joint_ranking(
    session: Session,
    engine: Engine,
    hall: Hall,
    two_last_rounds: tuple[str, str],
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On SQLite there is one writer at a time whatever the program does."""
    monkeypatch.setattr(conclusion, "lock_rankings_with", rankings_with)
    # The audit's own lock, which happens to put conclusions in a line too, is left out of the control.
    monkeypatch.setattr("participation.rounds.services.lifecycle.record_act", lambda *_args: None)
    with meeting(monkeypatch, patience=30):
        all_at_once([partial(conclude, engine, slug, hall.farid, now) for slug in two_last_rounds])
    session.expire_all()
    assert len(session.scalars(select(RoundResult)).all()) == 2
    assert session.scalars(select(JointResult)).all() == []


def test_a_request_and_its_withdrawal_racing_a_confirmation_end_in_one_order(
    session: Session, engine: Engine, hall: Hall, asked: Round, now: datetime
) -> None:
    slug = asked.slug

    def withdraw(gate: threading.Barrier) -> None:
        with Session(engine) as mine:
            gate.wait()
            with write_transaction(mine):
                services.withdraw_conclusion_request(mine, slug, actor=hall.silke, now=now)

    outcome = all_at_once([partial(conclude, engine, slug, hall.farid, now), withdraw])
    refused = [one for one in outcome if isinstance(one, DomainError)]
    assert len(refused) == 1
    assert isinstance(refused[0], Conflict)
    session.expire_all()
    assert len(session.scalars(select(RoundResult)).all()) == (0 if refused[0] is outcome[0] else 1)
