"""Clocks that jump, nights in which an hour is missing or comes twice, servers that believe to be elsewhere.

Whatever the clock does, a round is closed once, and no ballot is on the wrong side of that.
"""

import re
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from participation.ballots import services
from participation.ballots.keys import KeyStore
from participation.ballots.models import Ballot, Participation
from participation.ballots.services import cast_ballot, close_due_rounds, open_round
from participation.core.actor import SYSTEM, Actor
from participation.core.errors import Conflict
from participation.core.windows import utcnow
from participation.extensions import transaction
from participation.rounds.kinds import Eligibility, KindName
from participation.rounds.models import Round, RoundEvent
from participation.rounds.rules import RoundAction, RoundState
from participation.storage import make_engine, write_transaction
from tests.factories.votes import make_codes, make_measures, make_process, make_round
from tests.faults.conftest import LibraryMaker, SiteMaker
from tests.support.databases import Backend
from tests.support.servers import Answer, Client, NoAnswer, Server, Site, Voter, eventually

SLUG: Final = "workshop"
ZONES: Final = ("UTC", "America/Los_Angeles", "Europe/Berlin", "Asia/Kathmandu", "Pacific/Auckland")


@pytest.fixture
def keys(backend: Backend) -> KeyStore:
    return KeyStore(backend.settings().keys_dir)


@dataclass
class Hall:
    """A round and its voters, and what each of them was told."""

    backend: Backend
    keys: KeyStore
    opens_at: datetime
    closes_at: datetime
    voters: list[Actor] = field(default_factory=list)
    accepted: dict[str, datetime] = field(default_factory=dict)
    refused: list[tuple[datetime, str]] = field(default_factory=list)

    def prepare(self, voters: int) -> None:
        with self.session() as session, write_transaction(session):
            process = make_process(session, self.opens_at)
            make_measures(session, process, ["M01", "M02", "M03"], self.opens_at)
            kind = {"kind": KindName.CITIZENS, "eligibility": Eligibility.CODES}
            round_ = make_round(session, process, self.opens_at, slug=SLUG, **kind)  # type: ignore[arg-type]
            round_.opens_at, round_.closes_at = self.opens_at, self.closes_at
            self.voters = make_codes(session, round_, voters, self.opens_at)
            open_round(session, SLUG, actor=SYSTEM, now=self.opens_at - timedelta(days=1), keys=self.keys)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Give a session on a connection of its own, as a server that was just started has."""
        engine = make_engine(self.backend.url)
        try:
            with Session(engine, expire_on_commit=False) as session:
                yield session
        finally:
            engine.dispose()

    def vote(self, session: Session, voter: Actor, now: datetime) -> bool:
        """Cast as a request does; say whether the ballot was taken."""
        how = {"actor": voter, "now": now, "request_token": "form", "based_on": 0, "keys": self.keys}
        try:
            with write_transaction(session):
                cast = cast_ballot(session, SLUG, ["M02", "M01"], **how)  # type: ignore[arg-type]
        except Conflict as refusal:
            self.refused.append((now, refusal.code))
            return False
        self.accepted[cast.receipt] = now
        return True

    def tick(self, session: Session, now: datetime) -> list[str]:
        """Do what the worker does by the clock."""
        with write_transaction(session):
            return close_due_rounds(session, now=now)

    def stored(self) -> tuple[set[str], int, set[date]]:
        """Return the receipts in the box, how often the round was closed, and the days in the register."""
        with self.session() as session:
            receipts = set(session.scalars(select(Ballot.receipt)))
            closes = session.scalars(select(RoundEvent.id).where(RoundEvent.action == RoundAction.CLOSE)).all()
            return receipts, len(closes), set(session.scalars(select(Participation.voted_on)))


# --- a clock that jumps -----------------------------------------------------------------------------------

STEPS: Final = 80
WALKS: Final = 20


@dataclass
class Walk:
    """What came of a clock that jumped about the end of a round while people voted."""

    wrong: list[str] = field(default_factory=list)
    taken_after_the_close: int = 0


def walk(hall: Hall, seed: int) -> Walk:
    """Let the clock jump about the window while people vote and the worker looks; compare with the rule each time."""
    draw, found, closed = Random(seed), Walk(), False
    begin, span = hall.opens_at - timedelta(minutes=40), int((hall.closes_at - hall.opens_at).total_seconds()) + 4800
    voters = iter(hall.voters)
    with hall.session() as session:
        for _ in range(STEPS):
            now = begin + timedelta(seconds=draw.randrange(span))
            if draw.random() < 0.1:  # the very moments
                now = draw.choice([hall.opens_at, hall.closes_at, hall.closes_at - timedelta(microseconds=1)])
            if draw.random() < 0.05:
                hall.tick(session, now)
                closed = closed or now >= hall.closes_at
                continue
            expected = not closed and hall.opens_at <= now < hall.closes_at
            taken = hall.vote(session, next(voters), now)
            found.taken_after_the_close += taken and closed
            if taken != expected:
                found.wrong.append(f"{now}: {'taken' if taken else 'refused'}")
    return found


@pytest.fixture
def hall(backend: Backend, keys: KeyStore) -> Hall:
    """Return a round of an hour."""
    opens_at = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
    hall = Hall(backend, keys, opens_at, opens_at + timedelta(hours=1))
    hall.prepare(STEPS + 1)
    return hall


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(WALKS))
def test_a_clock_that_jumps_closes_a_round_once_and_lets_no_ballot_in_behind_it(hall: Hall, seed: int) -> None:
    assert walk(hall, seed).wrong == []
    with hall.session() as session:
        hall.tick(session, hall.closes_at + timedelta(days=1))
        hall.tick(session, hall.closes_at + timedelta(days=2))
        assert not hall.vote(session, hall.voters[-1], hall.opens_at)
    receipts, closes, _days = hall.stored()
    assert receipts == hall.accepted.keys()
    assert closes == 1


@pytest.mark.slow
def test_control_a_round_that_is_closed_by_the_clock_alone_opens_again_with_it(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a stored event the end is wherever the clock says that it is."""
    monkeypatch.setattr(services, "record_event", lambda *_args, **_kwargs: None)
    assert walk(hall, 0).taken_after_the_close > 0


# --- nights in which the clocks are changed ------------------------------------------------------------------

NIGHTS: Final = {
    "the first 02:30": datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    "the second 02:30": datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    "03:00, where 02:00 would be": datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
}


@contextmanager
def server_in(zone: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make this process, and PostgreSQL's sessions with it, believe to be in a time zone."""
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", zone)
        elsewhere.setenv("PGTZ", zone)
        time.tzset()
        yield
    time.tzset()


@pytest.mark.slow
@pytest.mark.parametrize("closes_at", NIGHTS.values(), ids=NIGHTS)
def test_an_end_in_the_night_of_the_change_holds_wherever_the_server_believes_to_be(
    backend: Backend, keys: KeyStore, closes_at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = Hall(backend, keys, closes_at - timedelta(hours=3), closes_at)
    hall.prepare(30)
    voters, closed = iter(hall.voters), []
    for number, zone in enumerate(ZONES * 2):  # the server moves every twenty minutes
        with server_in(zone, monkeypatch), hall.session() as session:
            for minute in (0, 10, 19):
                now = closes_at + timedelta(minutes=20 * (number - 5) + minute)
                hall.vote(session, next(voters), now)
                closed += hall.tick(session, now)
    receipts, closes, days = hall.stored()
    assert all(now < closes_at for now in hall.accepted.values())
    assert all(now >= closes_at for now, _code in hall.refused)
    assert len(hall.accepted) == len(hall.refused) == len(hall.voters) // 2
    assert receipts == hall.accepted.keys()
    assert (closed, closes) == ([SLUG], 1)
    assert days <= {closes_at.date()}, "the day of the city, not of the server"


def test_control_a_clock_on_the_wall_cannot_tell_the_two_half_past_twos_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would happen if ends were compared as the server's wall clock shows them."""
    first, second, between = NIGHTS["the first 02:30"], NIGHTS["the second 02:30"], timedelta(minutes=20)
    with server_in("Europe/Berlin", monkeypatch):
        shown = [moment.astimezone().replace(tzinfo=None) for moment in (first, second, second - between)]
    assert shown[0] == shown[1]
    assert shown[2] < shown[0], "a ballot that came forty minutes after the first 02:30 would be in time"


def test_pages_show_a_window_with_its_zone_wherever_the_server_believes_to_be(
    app: Flask, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = utcnow()
    with app.app_context(), transaction() as session:
        process = make_process(session, now)
        make_measures(session, process, ["M01", "M02", "M03"], now)
        round_ = make_round(session, process, now, slug=SLUG)
        round_.closes_at = datetime(2099, 10, 25, 1, 30, tzinfo=UTC)
        open_round(session, SLUG, actor=SYSTEM, now=now, keys=KeyStore(backend.settings().keys_dir))
    pages = set()
    for zone in ZONES:
        with server_in(zone, monkeypatch):
            page = app.test_client().get(f"/online/{SLUG}?lang=en").text
            pages.add(tuple(re.findall("<time.*?</time>", page)))
    [moments] = pages
    assert "Sunday, 25 October 2099, 02:30 (Berlin, Central European Standard Time)" in " ".join(moments)


# --- a server whose clock is put forward and back -----------------------------------------------------------


class WallClock:
    """The clock of a server, as far as it is ahead of ours."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.put(timedelta())

    def put(self, ahead: timedelta) -> None:
        """Put the clock; a server that runs sees it at once."""
        with self.file.open("r+b" if self.file.exists() else "wb") as file:
            file.write(struct.pack("<q", int(ahead.total_seconds())))


def closes_of(site: Site) -> tuple[RoundState, int]:
    """Return a round's state and how often it was closed."""
    engine = make_engine(site.settings.database_url)
    with Session(engine) as session:
        state = session.scalars(select(Round.state)).one()
        closes = session.scalars(select(RoundEvent.id).where(RoundEvent.action == RoundAction.CLOSE)).all()
    engine.dispose()
    return state, len(closes)


def cast(client: Client, voter: Voter) -> Answer:
    """Cast until there is an answer: a server whose clock is put forward takes a kept connection for an old one."""
    while True:
        with suppress(NoAnswer):
            return client.cast(voter, voter.ranking(1), token="form")


def let_end(site: Site, closes_at: datetime) -> None:
    engine = make_engine(site.settings.database_url)
    with Session(engine) as session, write_transaction(session):
        session.execute(update(Round).values(closes_at=closes_at))
    engine.dispose()


@pytest.mark.slow
def test_a_server_whose_clock_is_put_forward_and_back_closes_once_and_counts_what_it_acknowledged(
    site_of: SiteMaker, library: LibraryMaker, tmp_path: Path
) -> None:
    site, clock = site_of(60), WallClock(tmp_path / "clock")
    environment = {"LD_PRELOAD": str(library("shifted_clock.c")), "SHIFT_FILE": str(clock.file)}
    voters, acknowledged = iter(site.voters), set()
    day, hour = timedelta(days=1), timedelta(hours=1)

    def vote(client: Client, ahead: timedelta) -> set[int]:
        clock.put(ahead)
        answers = []
        for _ in range(5):
            answers.append(cast(client, next(voters)))
            if answers[-1].status == 200:
                acknowledged.add(answers[-1].json["receipt"])
        return {answer.status for answer in answers}

    clock.put(day)
    with Server(site.settings, environment=environment) as server:
        client = Client(server.port)
        assert vote(client, day / 2) == {200}
        assert vote(client, -2 * hour) == {409}, "the round has not begun"
        assert vote(client, timedelta()) == {200}
        # The worker has looked at its watch while that was half a day ahead. It must look again all the same.
        let_end(site, utcnow() + timedelta(seconds=15))
        eventually(lambda: closes_of(site) == (RoundState.CLOSED, 1), "the round is not closed")
        for ahead in (timedelta(), -hour / 2, 2 * hour, -day, timedelta()):
            assert vote(client, ahead) == {409}
        client.close()
    assert closes_of(site) == (RoundState.CLOSED, 1)
    box = site.box()
    assert set(box.receipts) == acknowledged
    assert box.ballots == box.registered == len(acknowledged) == 10
