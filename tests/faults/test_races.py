"""Races at the size of a real vote: impatient voters, and officials who close while everybody still votes."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Final

import pytest
from sqlalchemy import Engine, MetaData, Table, create_engine, func, insert, select, text, update
from sqlalchemy.orm import Session
from sqlalchemy.schema import Column
from sqlalchemy.types import String

from participation.ballots import box
from participation.ballots.keys import KeyStore
from participation.ballots.models import Ballot, Channel, CountedBallot
from participation.ballots.services import cast_ballot, close_round, detach_ballots, open_round
from participation.core.actor import SYSTEM, Actor
from participation.core.errors import Conflict
from participation.core.ids import random_code
from participation.core.permissions import Role
from participation.core.windows import utcnow
from participation.processes.models import Process
from participation.results.services import conclude_round, count_round, request_conclusion
from participation.rounds.models import Round, RoundEvent
from participation.rounds.queries import round_by_slug
from participation.rounds.rules import RoundAction, RoundState, takes_part_now
from participation.storage import engine_options, prepare_engine, write_together, write_transaction
from tests.factories.votes import make_measures, make_person, make_process, make_round
from tests.faults.conftest import SiteMaker
from tests.support.databases import Backend
from tests.support.servers import Answer, Client, Server, Voter

PATIENCE: Final = 120
CODES: Final = ("M01", "M02", "M03")

# --- impatient voters ------------------------------------------------------------------------------------

VOTERS: Final = 100
POSTS: Final = 8

Post = Callable[[int, Voter], object]


def everybody_posts_at_once(voters: Sequence[Voter], post: Post) -> None:
    """Let POSTS threads post each voter's ballot at the same moment, voter by voter."""
    together = threading.Barrier(POSTS)

    def thread(number: int) -> None:
        for voter in voters:
            together.wait(PATIENCE)
            post(number, voter)

    with ThreadPoolExecutor(POSTS) as pool:
        for one in [pool.submit(thread, number) for number in range(POSTS)]:
            one.result()


@pytest.mark.slow
@pytest.mark.parametrize("is_one_form", [True, False], ids=["one form", "eight devices"])
def test_a_hundred_voters_who_post_eight_times_at_once_leave_a_hundred_ballots(
    site_of: SiteMaker, *, is_one_form: bool
) -> None:
    site, answers = site_of(VOTERS), dict[str, list[Answer]]()
    with Server(site.settings) as server:
        clients = [Client(server.port) for _ in range(POSTS)]

        def post(number: int, voter: Voter) -> None:
            token = "the-same-form" if is_one_form else f"device-{number}"
            answer = clients[number].cast(voter, voter.ranking(1), token=token)
            answers.setdefault(voter.account_id, []).append(answer)

        everybody_posts_at_once(site.voters, post)
        for client in clients:
            client.close()
    found = site.box()
    assert (found.ballots, found.registered) == (VOTERS, VOTERS)
    for voter in site.voters:
        told = answers[voter.account_id]
        receipts = {answer.json["receipt"] for answer in told if answer.status == 200}
        assert receipts == {found.by_voter[voter.number].receipt}
        assert sorted(answer.status for answer in told) == ([200] * 8 if is_one_form else [200] + [409] * 7)


@pytest.mark.slow
def test_control_looking_before_inserting_stores_more_than_a_hundred(engine: Engine) -> None:
    """The same posts into a box without a key that keeps a second ballot out, as more than one platform has had it."""
    naive = Table("naive_ballots", MetaData(), Column("voter", String(32)), Column("receipt", String(16)))
    with engine.begin() as connection:
        naive.create(connection)
    looked = threading.Barrier(POSTS)

    def post(_number: int, voter: Voter) -> None:
        with Session(engine) as session:
            there = session.execute(select(naive.c.receipt).where(naive.c.voter == voter.account_id)).first()
            session.rollback()
            looked.wait(PATIENCE)
            if there is None:
                with write_transaction(session):
                    session.execute(insert(naive).values(voter=voter.account_id, receipt=random_code(16)))

    everybody_posts_at_once([Voter(number, f"voter {number}", "") for number in range(VOTERS)], post)
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(naive)).scalar_one() > VOTERS


# --- a close in the middle of the voting --------------------------------------------------------------------

CROWD: Final = 400
CLOSERS: Final = 5
ROUNDS: Final = 100
THREADS: Final = 16

Casting = Callable[[Session, "Hall", str, Actor], str]


@dataclass
class Hall:
    """A process whose rounds are closed while its people vote."""

    engine: Engine
    keys: KeyStore
    now: datetime
    process: Process
    farid: Actor
    birte: Actor
    people: Sequence[Actor]

    def session(self) -> Session:
        return Session(self.engine, expire_on_commit=False)

    def open(self, slug: str) -> str:
        with self.session() as session, write_transaction(session):
            round_ = make_round(session, session.merge(self.process), self.now, slug=slug)
            open_round(session, slug, actor=self.farid, now=self.now, keys=self.keys)
            return round_.id

    def close(self, slug: str) -> None:
        with self.session() as session, write_transaction(session):
            close_round(session, slug, actor=self.farid, now=utcnow())

    def unlink(self, slug: str) -> set[str]:
        """Store a round's ballots without participants as its conclusion does, and return their receipts."""
        with self.session() as session:
            with write_transaction(session):
                detach_ballots(session, round_by_slug(session, slug).id, now=utcnow())
            return self.counted(session, slug)

    def count(self, slug: str) -> set[str]:
        """Conclude a round as two people do, and return the receipts that were counted."""
        with self.session() as session:
            with write_transaction(session):
                request_conclusion(session, slug, actor=self.birte, now=utcnow())
            counted = count_round(session, slug, actor=self.farid)
            with write_transaction(session):
                conclude_round(session, slug, counted, actor=self.farid, now=utcnow())
            return self.counted(session, slug)

    @staticmethod
    def counted(session: Session, slug: str) -> set[str]:
        of_round = select(CountedBallot.receipt).join(Round, Round.id == CountedBallot.round_id)
        return set(session.scalars(of_round.where(Round.slug == slug)))


@pytest.fixture
def keys(backend: Backend) -> KeyStore:
    return KeyStore(backend.settings().keys_dir)


@pytest.fixture
def engine(backend: Backend) -> Iterator[Engine]:
    """Return an engine with a connection for everybody at once."""
    engine = prepare_engine(create_engine(backend.url, pool_size=60, **engine_options(backend.url)))
    yield engine
    engine.dispose()


@pytest.fixture
def hall(engine: Engine, keys: KeyStore) -> Hall:
    now = utcnow()
    with Session(engine, expire_on_commit=False) as session, write_transaction(session):
        process = make_process(session, now)
        make_measures(session, process, CODES, now)
        farid = make_person(session, "Farid", now, Role.MODERATOR, process=process)
        birte = make_person(session, "Birte", now, Role.OFFICE, process=process)
        people = [make_person(session, f"Person{number}", now) for number in range(CROWD)]
    return Hall(engine, keys, now, process, farid, birte, people)


def as_the_site_does(session: Session, hall: Hall, slug: str, voter: Actor) -> str:
    """Cast as a request does, with whoever waits at the same moment."""
    return write_together(session, _cast_now, slug, voter, hall.keys)


def _cast_now(session: Session, slug: str, voter: Actor, keys: KeyStore) -> str:
    how = {"actor": voter, "now": utcnow(), "request_token": "form", "based_on": 0, "keys": keys}
    return cast_ballot(session, slug, ["M02", "M01"], **how).receipt  # type: ignore[arg-type]


def looking_outside(session: Session, hall: Hall, slug: str, voter: Actor) -> str:
    """Look whether the round is open before the transaction, and write inside it."""
    round_ = session.scalars(select(Round).where(Round.slug == slug)).one()
    if not takes_part_now(round_.state, round_.window, utcnow(), is_suspended=False):
        raise Conflict("round_closed_early")
    participant = f"account:{voter.id}"
    ballot_key = hall.keys.key(round_.id).ballot_key(participant)
    with write_transaction(session):
        filed = box.put(session, round_.id, ballot_key, ["M02", "M01"], request="form", based_on=0)
        channel = {"channel": Channel.ONLINE, "voted_on": hall.now.date()}
        box.register(session, round_.id, participant, "account", **channel)  # type: ignore[arg-type]
    assert filed is not None
    return filed[1]


@dataclass
class Race:
    """What voters were told while a round was closed under them, and what lay in the box at the close."""

    acknowledged: set[str] = field(default_factory=set)
    in_the_box: set[str] = field(default_factory=set)
    refused: int = 0
    closes: int = 0


def race(hall: Hall, slug: str, cast: Casting, after: int) -> Race:
    """Let everybody vote, and CLOSERS officials close once so many ballots are acknowledged."""
    hall.open(slug)
    outcome, lock, enough = Race(), threading.Lock(), threading.Event()
    together = threading.Barrier(THREADS)

    def vote(people: Sequence[Actor]) -> None:
        with hall.session() as session:
            together.wait(PATIENCE)
            for voter in people:
                try:
                    receipt = cast(session, hall, slug, voter)
                except Conflict:
                    with lock:
                        outcome.refused += 1
                    continue
                with lock:
                    outcome.acknowledged.add(receipt)
                    if len(outcome.acknowledged) >= after:
                        enough.set()

    def close() -> None:
        enough.wait(PATIENCE)
        with suppress(Conflict):
            hall.close(slug)
            with hall.session() as session:
                of_round = select(Ballot.receipt).join(Round, Round.id == Ballot.round_id).where(Round.slug == slug)
                outcome.in_the_box = set(session.scalars(of_round))
            outcome.closes += 1

    if not after:
        enough.set()
    with ThreadPoolExecutor(THREADS + CLOSERS) as pool:
        tasks = [pool.submit(vote, hall.people[number::THREADS]) for number in range(THREADS)]
        tasks += [pool.submit(close) for _ in range(CLOSERS)]
        for task in tasks:
            task.result()
    return outcome


@pytest.mark.slow
@pytest.mark.parametrize("ten", range(ROUNDS // 10))
def test_four_hundred_voters_and_five_closers_agree_on_every_ballot_a_hundred_times(hall: Hall, ten: int) -> None:
    draw, voted, refused = Random(ten), 0, 0
    for number in range(10):
        slug = f"round-{number}"
        outcome = race(hall, slug, as_the_site_does, draw.randrange(CROWD))
        assert outcome.closes == 1
        counted = hall.unlink(slug) if number else hall.count(slug)  # one of ten is evaluated too, which takes long
        assert outcome.acknowledged == outcome.in_the_box == counted
        assert len(outcome.acknowledged) + outcome.refused == CROWD
        voted, refused = voted + len(outcome.acknowledged), refused + outcome.refused
    assert voted
    assert refused
    with hall.session() as session:
        closes = select(func.count()).where(RoundEvent.action == RoundAction.CLOSE)
        assert session.scalar(closes) == 10


@pytest.mark.slow
def test_control_a_look_outside_the_lock_lets_ballots_in_behind_the_close(hall: Hall) -> None:
    draw, late = Random(5), 0
    for number in range(ROUNDS):
        outcome = race(hall, f"round-{number}", looking_outside, draw.randrange(CROWD // 2))
        late += len(outcome.acknowledged - outcome.in_the_box)
        if late:
            break
    assert late


# --- closing fifty times at once ----------------------------------------------------------------------------

OFFICIALS: Final = 50


@pytest.mark.slow
def test_fifty_closers_leave_one_event_and_the_control_without_lock_and_key_leaves_fifty(hall: Hall) -> None:
    together = threading.Barrier(OFFICIALS)

    def close(slug: str) -> str:
        together.wait(PATIENCE)
        try:
            hall.close(slug)
        except Conflict as refusal:
            return refusal.code
        return "closed"

    def close_by_a_look(slug: str) -> str:
        with hall.session() as session:
            round_id, state = session.execute(select(Round.id, Round.state).where(Round.slug == slug)).one()
            session.rollback()
            together.wait(PATIENCE)
            assert state is RoundState.OPEN
            with write_transaction(session):
                event = {"round_id": round_id, "action": RoundAction.CLOSE, "at": hall.now, "facts": {}}
                session.execute(insert(RoundEvent).values(**event, actor_id=SYSTEM.id))
                session.execute(update(Round).where(Round.slug == slug).values(state=RoundState.CLOSED))
        return "closed"

    def closes(slug: str, way: Callable[[str], str]) -> tuple[list[str], int]:
        round_id = hall.open(slug)
        with ThreadPoolExecutor(OFFICIALS) as pool:
            told = list(pool.map(way, [slug] * OFFICIALS))
        with hall.session() as session:
            of_round = (RoundEvent.round_id == round_id, RoundEvent.action == RoundAction.CLOSE)
            return sorted(told), session.scalar(select(func.count()).where(*of_round)) or 0

    assert closes("with-care", close) == (["closed"] + ["round_state"] * (OFFICIALS - 1), 1)
    with hall.engine.begin() as connection:
        connection.execute(text("DROP INDEX uq_round_events_once"))
    assert closes("by-a-look", close_by_a_look) == (["closed"] * OFFICIALS, OFFICIALS)
