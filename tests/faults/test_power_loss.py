"""The power fails: what was acknowledged is on the disk, whatever else of the last writes arrived there.

A server runs with a recorder of every call on its files. From the record a disk is made as it would be found after a
loss of power: with what it was told to wait for and nothing more, or with any part of what came later, torn by the
sector, names of files included. Each such disk is opened as the program opens it.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Final

import pytest
from sqlalchemy import select, text

from participation.ballots.keys import DESTROY_KEY, KeyStore, RoundKey
from participation.ballots.models import Ballot, Participation
from participation.config import Settings
from participation.outbox.models import Job
from participation.rounds.models import Round
from participation.rounds.rules import RoundState
from participation.storage import make_engine
from tests.faults.conftest import LibraryMaker, Note
from tests.faults.whole_round import make_draft
from tests.support.disk import (
    EVERYTHING,
    NOTHING_MORE,
    Disk,
    Kept,
    calls_of,
    recording,
)
from tests.support.servers import Client, Server, Site, Voter, make_site, sqlite_url

ROOT: Final = Path(__file__).resolve().parents[2]
RUNS: Final = 20
BALLOTS: Final = 1_500
CLIENTS: Final = 8
MOMENTS: Final = 6
"""At how many moments of each run the power fails, apart from its end."""
TEARS: Final = 3
"""How many disks that keep some of what came later are looked at for each moment."""


@pytest.fixture(scope="session")
def recorder(library: LibraryMaker) -> Path:
    """Return the library that records what a process asks of its files."""
    return library("power_loss.c")


# --- a key of a round ------------------------------------------------------------------------------------

WITH_CARE: Final = "create, destroy = KeyStore.create, KeyStore.destroy"
WITHOUT_CARE: Final = """
def create(store, round_id):
    (store._folder / f"{round_id}.key").write_bytes(secrets.token_bytes(32))

def destroy(store, round_id):
    (store._folder / f"{round_id}.key").unlink()
"""
LIFE_OF_A_KEY: Final = """
import os, secrets, sys
from pathlib import Path
from participation.ballots.keys import DESTROY_KEY, KeyStore, RoundKey
folder, record = Path(sys.argv[1]), sys.argv[2]
{how}
store = KeyStore(folder)
store.prepare()
create(store, "round")
print((folder / "round.key").read_bytes().hex(), os.stat(record).st_size)
destroy(store, "round")
print(os.stat(record).st_size)
"""


@dataclass(frozen=True)
class LifeOfAKey:
    """What a process printed that made a key and destroyed it, and the disks that it may have left."""

    secret: bytes
    made_at: int
    destroyed_at: int
    disks: Sequence[tuple[int, Mapping[str, bytes]]]

    def is_kept(self) -> bool:
        """Say whether every disk has the key from when it was made until somebody began to destroy it."""
        # The last call before `made_at` is the one that made it; what follows it belongs to the destruction.
        found = [files for end, files in self.disks if end == self.made_at]
        return bool(found) and all(files.get("round.key") == self.secret for files in found)

    def is_gone(self) -> bool:
        """Say whether no disk has the key, under whatever name, once it was destroyed."""
        return not any(
            self.secret in content
            for end, files in self.disks
            if end >= self.destroyed_at
            for content in files.values()
        )


def live(recorder: Path, folder: Path, how: str) -> LifeOfAKey:
    """Run a key's life in a process, and lay its folder as found after a loss of power at every moment."""
    home, before, record = folder / "keys", folder / "before", folder / "record"
    home.mkdir(mode=0o700)
    before.mkdir()
    told = subprocess.run(
        [sys.executable, "-c", LIFE_OF_A_KEY.format(how=how), str(home), str(record)],
        cwd=ROOT,
        env={**os.environ, **recording(recorder, home, record)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    disk, draw, disks = Disk(home, before), Random(4), []
    for call in calls_of(record):
        disk.do(call)
        for number in range(1 + 10 * TEARS):
            found = folder / f"{call.end}-{number}"
            disk.lie_as(Kept(draw.random(), draw) if number else NOTHING_MORE, found)
            disks.append((call.end, {entry.name: entry.read_bytes() for entry in found.iterdir()}))
            shutil.rmtree(found)
    assert disk.differs_from(home) == []
    return LifeOfAKey(bytes.fromhex(told[0]), int(told[1]), int(told[2]), disks)


def test_a_rounds_key_outlives_the_loss_of_power_and_a_destroyed_one_does_not_come_back(
    recorder: Path, tmp_path: Path
) -> None:
    key = live(recorder, tmp_path, WITH_CARE)
    assert key.is_kept()
    assert key.is_gone()


def test_control_a_key_that_is_only_written_and_unlinked_is_lost_or_comes_back(recorder: Path, tmp_path: Path) -> None:
    key = live(recorder, tmp_path, WITHOUT_CARE)
    assert not key.is_kept()
    assert not key.is_gone()


# --- a server under way -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def election(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a site as it lay on the disk before its server came."""
    folder = tmp_path_factory.mktemp("election") / "data"
    return make_site(folder, sqlite_url(folder), BALLOTS)


@dataclass(frozen=True)
class Told:
    """A receipt that somebody got, and how long the record was then: all that it rests on stands in so much of it."""

    receipt: str
    seen_at: int


@dataclass(frozen=True)
class Recorded:
    """A server's run: where its files were, what was done to them, and what was acknowledged when."""

    home: Path
    record: Path
    acknowledged: Sequence[Told]


def record_voting(recorder: Path, election: Site, folder: Path, synchronous: str | None = None) -> Recorded:
    """Serve a copy of the election to clients until all have voted, and kill the server."""
    home, record = folder / "data", folder / "record"
    shutil.copytree(election.settings.data_dir, home)
    settings = replace(election.settings, data_dir=home, keys_dir=home / "keys", database_url=sqlite_url(home))
    application, environment = "wsgi:app", recording(recorder, home, record)
    if synchronous:
        application, environment["TEST_SYNCHRONOUS"] = "tests.faults.controls.unsynced:app", synchronous

    def vote(voters: Sequence[Voter]) -> list[Told]:
        client, told = Client(server.port), []
        for voter in voters:
            answer = client.cast(voter, voter.ranking(1), token="form")
            assert answer.status == 200, answer.text
            told.append(Told(answer.json["receipt"], record.stat().st_size))
        client.close()
        return told

    # In a control the worker would connect before the pragma is in place, and wait for the disk for everybody.
    server = Server(settings, application=application, environment=environment, worker=not synchronous)
    server.log_file = folder / "server.log"  # beside what is recorded
    with server:
        with ThreadPoolExecutor(CLIENTS) as pool:
            turns = [pool.submit(vote, election.voters[number::CLIENTS]) for number in range(CLIENTS)]
            told = [one for turn in turns for one in turn.result()]
        server.kill()
    assert len({one.receipt for one in told}) == BALLOTS
    return Recorded(home, record, told)


@dataclass(frozen=True)
class Found:
    """What is on a disk after the power came back."""

    sound: bool
    receipts: frozenset[str]
    voters: int


def look(folder: Path) -> Found:
    """Open a database as the program does, and let SQLite check it."""
    engine = make_engine(f"sqlite:///{folder / 'participation.sqlite'}")
    try:
        with engine.connect() as connection:
            checked = connection.execute(text("PRAGMA integrity_check")).scalars().all()
            receipts = connection.execute(select(Ballot.receipt)).scalars().all()
            voters = len(connection.execute(select(Participation.participant)).all())
    finally:
        engine.dispose()
    return Found(checked == ["ok"], frozenset(receipts), voters)


def disks_after(recorded: Recorded, election: Site, draw: Random, folder: Path) -> Iterator[tuple[int, Found]]:
    """Give what is found after losses of power at some moments, with how long the record was at each."""
    length = recorded.record.stat().st_size
    moments = sorted(draw.randrange(length) for _ in range(MOMENTS))
    disk = Disk(recorded.home, election.settings.data_dir)
    for call in calls_of(recorded.record):
        while moments and call.end > moments[0]:
            yield from _found(disk, moments.pop(0), draw, folder)
        disk.do(call)
    assert disk.differs_from(recorded.home) == [], "the recorder has not seen everything"
    yield from _found(disk, length, draw, folder)


def _found(disk: Disk, moment: int, draw: Random, folder: Path) -> Iterator[tuple[int, Found]]:
    for kept in (NOTHING_MORE, *(Kept(draw.random(), draw) for _ in range(TEARS)), EVERYTHING):
        shutil.rmtree(folder, ignore_errors=True)
        disk.lie_as(kept, folder)
        yield moment, look(folder)


def lost(recorded: Recorded, moment: int, found: Found) -> int:
    """Return how many ballots are missing that were acknowledged before that moment."""
    return len({one.receipt for one in recorded.acknowledged if one.seen_at <= moment} - found.receipts)


@pytest.mark.slow
@pytest.mark.parametrize("run", range(RUNS))
def test_no_acknowledged_ballot_is_lost_with_the_power(
    recorder: Path, election: Site, tmp_path: Path, run: int, note: Note
) -> None:
    disks = 0
    recorded = record_voting(recorder, election, tmp_path)
    secret = election.keys.key(election.round_id)
    for moment, found in disks_after(recorded, election, Random(run), tmp_path / "found"):
        assert found.sound
        assert lost(recorded, moment, found) == 0
        assert len(found.receipts) == found.voters
        assert KeyStore(tmp_path / "found" / "keys").key(election.round_id) == secret
        disks += 1
    note(f"0 of {BALLOTS} acknowledged ballots lost on {disks} disks")


@pytest.mark.slow
@pytest.mark.parametrize("synchronous", ["OFF", "NORMAL"])
def test_control_a_database_that_does_not_wait_for_the_disk_loses_ballots(
    recorder: Path,
    election: Site,
    tmp_path: Path,
    synchronous: str,
    note: Note,
) -> None:
    recorded = record_voting(recorder, election, tmp_path, synchronous)
    end = recorded.record.stat().st_size
    disk = Disk(recorded.home, election.settings.data_dir)
    for call in calls_of(recorded.record):
        disk.do(call)
    assert disk.differs_from(recorded.home) == []
    disk.lie_as(EVERYTHING, tmp_path / "killed")
    assert lost(recorded, end, look(tmp_path / "killed")) == 0, "killing the server alone shows nothing"
    disk.lie_as(NOTHING_MORE, tmp_path / "cut")
    missing = lost(recorded, end, look(tmp_path / "cut"))
    note(f"synchronous={synchronous}: {missing} of {BALLOTS} acknowledged ballots lost with the power, 0 by a kill")
    assert missing > 0


# --- a round from its opening to the destruction of its key -------------------------------------------------

PEOPLE: Final = 30
LOOKS: Final = 150
"""After how many of the calls the power fails."""


@dataclass(frozen=True)
class Step:
    """How far a round had come by its files alone, and what of its secrets is still there."""

    state: RoundState
    job_waits: bool
    has_key: bool
    voters_without_ballot: int
    secret_kept: bool
    ballot_keys_kept: int


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a database with a draft of a round and people who will vote in it."""
    folder = tmp_path_factory.mktemp("draft") / "data"
    (folder / "keys").mkdir(parents=True)
    make_draft(Settings.for_tests(data_dir=folder), PEOPLE)
    return folder


def record_round(recorder: Path, draft: Path, folder: Path, how: str) -> tuple[Path, Path, dict[str, int]]:
    """Run a round in a process of its own; return its folder, the record and when each step was acknowledged."""
    home, record = folder / "data", folder / "record"
    shutil.copytree(draft, home)
    told = subprocess.run(
        [sys.executable, "-m", "tests.faults.whole_round", str(home), str(record), how],
        cwd=ROOT,
        env={**os.environ, **recording(recorder, home, record)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    return home, record, dict(zip(told[::2], map(int, told[1::2]), strict=True))


def disks_of_a_round(home: Path, record: Path, draft: Path, found: Path) -> Iterator[int]:
    """Lay the disk as found after many of the calls, and give how long the record was."""
    calls, draw, disk = list(calls_of(record)), Random(3), Disk(home, draft)
    chosen = {*draw.sample(range(len(calls)), min(LOOKS, len(calls))), len(calls) - 1}
    for number, call in enumerate(calls):
        disk.do(call)
        # Where something is waited for, before a name goes, and at places drawn by lot.
        if number in chosen or call.path.endswith(".key"):
            for kept in (NOTHING_MORE, *(Kept(draw.random(), draw) for _ in range(TEARS))):
                shutil.rmtree(found, ignore_errors=True)
                disk.lie_as(kept, found)
                yield call.end
    assert disk.differs_from(home) == []


class Secrets:
    """What a round's secrets were, taken from its files when everybody had voted."""

    def __init__(self, home: Path, record: Path, draft: Path, voted_at: int, folder: Path) -> None:
        disk = Disk(home, draft)
        for call in calls_of(record):
            if call.end <= voted_at:
                disk.do(call)
        disk.lie_as(EVERYTHING, folder)
        engine = make_engine(f"sqlite:///{folder / 'participation.sqlite'}")
        with engine.connect() as connection:
            self.round_id = connection.execute(select(Round.id)).scalar_one()
            self.ballot_keys = connection.execute(select(Ballot.ballot_key)).scalars().all()
        engine.dispose()
        self.secret = (folder / "keys" / f"{self.round_id}.key").read_bytes()


def step_of(folder: Path, secrets: Secrets) -> Step:
    """Look into the files as they are, then at the database as the program opens it."""
    files = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    engine = make_engine(f"sqlite:///{folder / 'participation.sqlite'}")
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
        state = connection.execute(select(Round.state)).scalar_one()
        waiting = connection.execute(select(Job.id).where(Job.name == DESTROY_KEY, Job.done_at.is_(None))).all()
        voters = connection.execute(select(Participation.participant)).scalars().all()
        filed = set(connection.execute(select(Ballot.ballot_key)).scalars().all())
    engine.dispose()
    key = folder / "keys" / f"{secrets.round_id}.key"
    made = RoundKey(secrets.secret)
    return Step(
        state=state,
        job_waits=bool(waiting),
        has_key=key.exists() and key.read_bytes() == secrets.secret,
        voters_without_ballot=sum(made.ballot_key(voter) not in filed for voter in voters),
        secret_kept=secrets.secret in files,
        ballot_keys_kept=sum(key.encode() in files for key in secrets.ballot_keys),
    )


def steps_of(recorder: Path, draft: Path, folder: Path, how: str) -> tuple[dict[str, int], list[tuple[int, Step]]]:
    """Run a round; return when its steps were acknowledged, and what every disk after a loss of power says."""
    home, record, when = record_round(recorder, draft, folder, how)
    secrets = Secrets(home, record, draft, when["voted"], folder / "voted")
    assert len(secrets.ballot_keys) == PEOPLE
    found = folder / "found"
    return when, [(end, step_of(found, secrets)) for end in disks_of_a_round(home, record, draft, found)]


@pytest.mark.slow
def test_a_round_goes_on_where_it_was_and_keeps_its_key_until_it_is_concluded(
    recorder: Path, draft: Path, tmp_path: Path
) -> None:
    when, steps = steps_of(recorder, draft, tmp_path, "careful")
    for end, step in steps:
        if step.state in {RoundState.OPEN, RoundState.CLOSED}:
            assert step.has_key
            assert step.voters_without_ballot == 0
        if end >= when["opened"]:
            assert step.state is not RoundState.DRAFT
        if end >= when["concluded"]:
            assert step.state is RoundState.CONCLUDED
        if step.state is RoundState.CONCLUDED and not step.job_waits:
            assert not step.secret_kept
            assert step.ballot_keys_kept == 0
        if end >= when["destroyed"]:
            assert not step.job_waits
    assert {step.state for _end, step in steps} == set(RoundState)
    assert any(step.job_waits and not step.has_key for _end, step in steps)


@pytest.mark.slow
def test_control_a_careless_end_leaves_the_key_and_the_box_on_the_disk(
    recorder: Path, draft: Path, tmp_path: Path
) -> None:
    when, steps = steps_of(recorder, draft, tmp_path, "careless")
    ended = [step for end, step in steps if end >= when["destroyed"]]
    assert any(step.secret_kept for step in ended)
    assert all(step.ballot_keys_kept for step in ended)
