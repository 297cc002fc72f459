"""Voters, double clicks and officials at the same moment. Each race has a control without its lock, which must fail."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import datetime
from threading import Barrier, Event
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from participation.ballots import box, services
from participation.ballots.keys import KeyStore, RoundKey
from participation.ballots.models import Ballot, Participation, ReplacedReceipt
from participation.ballots.services import Cast, NewerBallot, cast_ballot, close_round, open_round
from participation.core.actor import Actor
from participation.core.errors import Conflict
from participation.core.ids import random_code
from participation.core.permissions import Role
from participation.rounds.kinds import Eligibility, KindName
from participation.rounds.models import Round, RoundEvent
from participation.rounds.queries import lock_round_by_slug
from participation.rounds.queries import rounds as locks
from participation.rounds.rules import RoundAction
from participation.storage import engine_options, prepare_engine, write_together, write_transaction
from tests.factories.votes import make_codes, make_measures, make_person, make_process, make_round
from tests.support.databases import Backend

VOTERS = 100
POSTS = 8
CLOSERS = 50
SLUG = "workshop"
PATIENCE = 60

Post = Callable[[Session, Actor, str], Cast]


class Hall:
    """An open round of a citizens' workshop with codes for everybody, and a session for each thread."""

    def __init__(self, engine: Engine, now: datetime, keys: KeyStore) -> None:
        self.engine, self.now, self.keys = engine, now, keys
        with self.session() as session, write_transaction(session):
            process = make_process(session, now)
            make_measures(session, process, ["M01", "M02", "M03"], now)
            round_ = make_round(session, process, now, slug=SLUG, kind=KindName.CITIZENS, eligibility=Eligibility.CODES)
            self.round_id = round_.id
            self.farid = make_person(session, "Farid", now, Role.MODERATOR, process=process)
            self.voters = make_codes(session, round_, VOTERS, now)
            open_round(session, SLUG, actor=self.farid, now=now, keys=keys)

    def session(self) -> Session:
        return Session(self.engine, expire_on_commit=False)

    def post(self, session: Session, voter: Actor, token: str, keys: KeyStore | None = None) -> Cast:
        """Cast a ballot as a request does: on SQLite with those who wait, and committed before anything is answered."""
        return write_together(
            session,
            cast_ballot,
            SLUG,
            ["M02", "M01"],
            actor=voter,
            now=self.now,
            request_token=token,
            based_on=0,
            keys=keys or self.keys,
        )

    def close(self) -> set[str]:
        """Close the round and return the receipts that lay in the box when the close was committed."""
        with self.session() as session:
            with write_transaction(session):
                close_round(session, SLUG, actor=self.farid, now=self.now)
            return set(session.scalars(select(Ballot.receipt)))

    def receipts(self) -> set[str]:
        with self.session() as session:
            return set(session.scalars(select(Ballot.receipt)))

    def wait_until_somebody_waits(self) -> None:
        """Return when a transaction of this PostgreSQL database waits for a lock."""
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        with self.engine.connect() as connection:
            for _ in range(PATIENCE * 100):
                if connection.execute(waiting).scalar_one():
                    return
                time.sleep(0.01)
        pytest.fail("nobody waits")

    def rows(self, table: type) -> int:
        with self.session() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def engine(backend: Backend) -> Iterator[Engine]:
    """Return an engine with a connection for every closer at once."""
    engine = prepare_engine(create_engine(backend.url, pool_size=CLOSERS, **engine_options(backend.url)))
    yield engine
    engine.dispose()


@pytest.fixture
def hall(engine: Engine, now: datetime, keys: KeyStore) -> Hall:
    return Hall(engine, now, keys)


def everybody_posts_at_once(hall: Hall, post: Post, token: Callable[[int], str]) -> list[list[Cast | Exception]]:
    """Let POSTS threads post each voter's ballot at the same moment; return the answers, voter by voter."""
    barrier = Barrier(POSTS)

    def thread(number: int) -> list[Cast | Exception]:
        answers: list[Cast | Exception] = []
        with hall.session() as session:
            for voter in hall.voters:
                barrier.wait(PATIENCE)
                try:
                    answers.append(post(session, voter, token(number)))
                except (NewerBallot, IntegrityError) as refused:
                    answers.append(refused)
        return answers

    with ThreadPoolExecutor(POSTS) as pool:
        by_thread = [future.result() for future in [pool.submit(thread, number) for number in range(POSTS)]]
    return [list(answers) for answers in zip(*by_thread, strict=True)]


def receipts_of(answers: Sequence[Cast | Exception]) -> set[str]:
    return {answer.receipt for answer in answers if isinstance(answer, Cast)}


def test_one_form_sent_many_times_at_once_is_one_ballot_with_one_receipt(hall: Hall) -> None:
    by_voter = everybody_posts_at_once(hall, hall.post, lambda _number: "the same form")
    assert (hall.rows(Ballot), hall.rows(Participation)) == (VOTERS, VOTERS)
    for answers in by_voter:
        assert len(receipts_of(answers)) == 1
        assert sorted(answer.repeated for answer in answers if isinstance(answer, Cast)) == [False] + [True] * 7


def test_many_devices_at_once_store_one_ballot_and_tell_the_others_that_it_is_there(hall: Hall) -> None:
    by_voter = everybody_posts_at_once(hall, hall.post, lambda number: f"device {number}")
    assert (hall.rows(Ballot), hall.rows(Participation)) == (VOTERS, VOTERS)
    for answers in by_voter:
        assert len(receipts_of(answers)) == 1
        assert sum(isinstance(answer, NewerBallot) for answer in answers) == POSTS - 1


def test_control_looking_before_writing_answers_voters_with_errors(hall: Hall) -> None:
    """The same posts through a cast that looks first and then inserts: only the UNIQUE key saves the count."""
    looked = Barrier(POSTS)

    def look_then_insert(session: Session, voter: Actor, token: str) -> Cast:
        ballot_key = hall.keys.key(hall.round_id).ballot_key(f"code:{voter.id}")
        there = box.find(session, hall.round_id, ballot_key)
        session.rollback()
        looked.wait(PATIENCE)
        assert there is None
        with write_transaction(session):
            receipt = f"{voter.id[:8]}{token[-8:]:>8}"
            row = {"round_id": hall.round_id, "ballot_key": ballot_key, "revision": 1, "content": []}
            session.add(Ballot(**row, receipt=receipt, request=token))
        return Cast(receipt, 1, repeated=False)

    by_voter = everybody_posts_at_once(hall, look_then_insert, lambda number: f"device {number}")
    assert all(sum(isinstance(answer, IntegrityError) for answer in answers) == POSTS - 1 for answers in by_voter)


def change_at_once(hall: Hall, change: Post) -> set[str]:
    """Let ten people vote, and then POSTS devices of each change that ballot; return the receipts nobody can find."""
    hall.voters = hall.voters[:10]
    with hall.session() as session:
        given = {hall.post(session, voter, "first").receipt for voter in hall.voters}
    by_voter = everybody_posts_at_once(hall, change, lambda number: f"device {number}")
    for answers in by_voter:
        given |= receipts_of(answers)
    with hall.session() as session:
        replaced = set(session.scalars(select(ReplacedReceipt.receipt)))
    assert not replaced & hall.receipts()
    return given - replaced - hall.receipts()


def test_of_many_changes_at_once_each_receipt_is_in_the_box_or_replaced(hall: Hall) -> None:
    def change(session: Session, voter: Actor, token: str) -> Cast:
        with write_transaction(session):
            given: dict[str, Any] = {
                "actor": voter,
                "now": hall.now,
                "request_token": token,
                "based_on": 1,
                "keys": hall.keys,
            }
            return cast_ballot(session, SLUG, ["M03"], **given)

    assert change_at_once(hall, change) == set()
    assert hall.rows(ReplacedReceipt) == len(hall.voters) == hall.rows(Ballot)


def test_control_a_receipt_that_was_looked_up_before_the_change_loses_others(hall: Hall) -> None:
    """The same changes by an update that takes any revision, with the old receipt read beforehand."""
    looked = Barrier(POSTS)

    def look_then_change(session: Session, voter: Actor, token: str) -> Cast:
        ballot_key = hall.keys.key(hall.round_id).ballot_key(f"code:{voter.id}")
        there = box.find(session, hall.round_id, ballot_key)
        session.rollback()
        looked.wait(PATIENCE)
        assert there is not None
        receipt = random_code(box.RECEIPT_CHARACTERS)
        with write_transaction(session):
            ballot = session.get_one(Ballot, (hall.round_id, ballot_key), with_for_update=True)
            ballot.receipt, ballot.request = receipt, token
            if session.get(ReplacedReceipt, (hall.round_id, there.receipt)) is None:
                session.add(ReplacedReceipt(round_id=hall.round_id, receipt=there.receipt))
        return Cast(receipt, 2, repeated=False)

    assert len(change_at_once(hall, look_then_change)) == len(hall.voters) * (POSTS - 1)


def test_fifty_closers_leave_one_event(hall: Hall) -> None:
    barrier = Barrier(CLOSERS)

    def close() -> str:
        barrier.wait(PATIENCE)
        try:
            hall.close()
        except Conflict as refused:
            return refused.code
        return "closed"

    with ThreadPoolExecutor(CLOSERS) as pool:
        closed = [future.result() for future in [pool.submit(close) for _ in range(CLOSERS)]]
    assert sorted(closed) == ["closed", *["round_state"] * (CLOSERS - 1)]
    with hall.session() as session:
        events = session.scalars(select(RoundEvent).where(RoundEvent.action == RoundAction.CLOSE)).all()
    assert len(events) == 1


def test_what_was_acknowledged_is_what_lay_in_the_box_at_the_close(hall: Hall) -> None:
    """Eight threads vote without a pause while the round is closed under them."""
    some_voted = Event()

    def vote(voters: Sequence[Actor]) -> set[str]:
        acknowledged = set()
        with hall.session() as session:
            for voter in voters:
                with suppress(Conflict):
                    acknowledged.add(hall.post(session, voter, "form").receipt)
                some_voted.set()
        return acknowledged

    with ThreadPoolExecutor(POSTS + 1) as pool:
        voting = [pool.submit(vote, hall.voters[number::POSTS]) for number in range(POSTS)]
        some_voted.wait(PATIENCE)
        at_the_close = pool.submit(hall.close).result(PATIENCE)
        acknowledged = set[str]().union(*(future.result(PATIENCE) for future in voting))
    assert acknowledged == at_the_close == hall.receipts()
    assert acknowledged


class KeysThatWait(KeyStore):
    """Holds a voter where the round was found open and the ballot is not yet written."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys
        self.voter_is_inside, self.go_on = Event(), Event()

    def key(self, round_id: str) -> RoundKey:
        self.voter_is_inside.set()
        assert self.go_on.wait(PATIENCE)
        return self._keys.key(round_id)


def vote_while_closing(hall: Hall) -> tuple[set[str], set[str]]:
    """Close while a voter is between the look at the round and the write; return what each of both saw."""
    keys = KeysThatWait(hall.keys)
    with ThreadPoolExecutor(2) as pool, hall.session() as session:
        voting: Future[Cast] = pool.submit(hall.post, session, hall.voters[0], "form", keys)
        assert keys.voter_is_inside.wait(PATIENCE)
        closing = pool.submit(hall.close)
        wait([closing], timeout=1)  # with the lock it cannot end before the voter does
        keys.go_on.set()
        return {voting.result(PATIENCE).receipt}, closing.result(PATIENCE)


def test_a_close_waits_for_the_ballot_that_is_being_written(hall: Hall) -> None:
    acknowledged, at_the_close = vote_while_closing(hall)
    assert acknowledged == at_the_close


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_control_without_the_shared_lock_a_ballot_slips_past_the_close(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_without_lock(session: Session, slug: str, **_how: bool) -> Round:
        return session.scalars(select(Round).where(Round.slug == slug)).one()

    monkeypatch.setattr(
        services,
        "lock_round_by_slug",
        lambda session, slug, shared=False: (read_without_lock if shared else lock_round_by_slug)(session, slug),
    )
    acknowledged, at_the_close = vote_while_closing(hall)
    assert acknowledged
    assert not at_the_close
    assert hall.receipts() == acknowledged


def vote_behind_a_close_that_waits(hall: Hall) -> list[str]:
    """Let a close wait for one voter while another comes after it; return how the second one's ballot ended."""
    keys = KeysThatWait(hall.keys)
    with ThreadPoolExecutor(3) as pool, hall.session() as first, hall.session() as second:
        holding = pool.submit(hall.post, first, hall.voters[0], "form", keys)
        assert keys.voter_is_inside.wait(PATIENCE)
        closing = pool.submit(hall.close)
        hall.wait_until_somebody_waits()
        coming = pool.submit(hall.post, second, hall.voters[1], "form")
        overtook = bool(wait([coming], timeout=1).done)
        keys.go_on.set()
        holding.result(PATIENCE)
        closing.result(PATIENCE)
        refused = coming.exception(PATIENCE)
    return ["overtook"] if overtook else [refused.code if isinstance(refused, Conflict) else "voted"]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_close_that_waits_is_not_overtaken_by_those_who_come_after_it(hall: Hall) -> None:
    assert vote_behind_a_close_that_waits(hall) == ["round_closed_early"]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_control_with_row_locks_alone_a_close_is_overtaken_again_and_again(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "_stand_in_line", lambda *_which: None)
    assert vote_behind_a_close_that_waits(hall) == ["overtook"]
