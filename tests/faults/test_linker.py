"""After a conclusion nobody can tell whose ballot is whose: not from the database, its logs or the next backup.

Somebody who tries everything (tests/support/linker.py) is given the files of a site whose people voted, changed their
minds and were counted. The same somebody finds out everything where one of the protections is taken away.
"""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

import pytest
from flask import Flask
from sqlalchemy import Engine, TextClause, select, text

from participation.app import create_app
from participation.backup.taking import take_backup
from participation.ballots import box
from participation.ballots.models import Ballot, CountedBallot, Participation
from participation.ballots.services import close_round
from participation.core.actor import SYSTEM
from participation.core.permissions import Role
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.outbox.worker import run_due_jobs
from participation.results.concluding import confirm
from participation.results.services import request_conclusion
from participation.storage import make_engine
from tests.factories.votes import make_person
from tests.faults.conftest import Note, SiteMaker
from tests.support.linker import Evidence, best
from tests.support.postgres import DURABLE_OPTIONS, Keeper
from tests.support.servers import SLUG, Crowd, Server, Site, Voter, make_site, postgresql_url, sqlite_url

VOTERS: Final = 60
CLIENTS: Final = 4
CHANGES: Final = 4
"""Every so many voters one votes a second time."""
CHANCE: Final = 9
"""So many pairs are right by chance once in a million guesses; more are found out."""
FAR_BEYOND: Final = 2 * CHANCE

ORDERS: Final[Mapping[str, Mapping[str, TextClause | None]]] = {
    "sqlite": {"as they lie": None, "by name": text("1")},
    "postgresql": {
        "as they lie": text("ctid"),
        "by transaction": text("xmin::text::bigint, ctid"),
        "by name": text("1"),
    },
}
"""In which orders a database gives its rows."""

LEAVES_NO_LOG: Final = DURABLE_OPTIONS | {"wal_recycle": "off"}
"""As the README asks of PostgreSQL, so that old files of its log are deleted and not kept for later use."""


@pytest.fixture(scope="module")
def postgresql() -> Iterator[tuple[Keeper, str]]:
    """Return a PostgreSQL that is set up as the README says, and its address."""
    keeper = Keeper(LEAVES_NO_LOG)
    try:
        keeper.initialise()
        yield keeper, keeper.start()
    finally:
        keeper.stop()


@dataclass
class Vote:
    """A site whose people have voted, and which receipt each of them holds."""

    site: Site
    truth: Mapping[str, str]
    data: Path
    """The folder of the database server, or of the SQLite database."""

    @contextmanager
    def app(self) -> Iterator[Flask]:
        """Give the application as a server runs it."""
        app = create_app(self.site.settings)
        with app.app_context():
            try:
                yield app
            finally:
                db.session.remove()
                db.engine.dispose()

    def conclude(self) -> None:
        """Close and conclude the round as two people do."""
        with self.app():
            now = utcnow()
            with transaction() as session:
                birte, farid = (make_person(session, name, now, Role.MODERATOR) for name in ("Birte", "Farid"))
                close_round(session, SLUG, actor=SYSTEM, now=now)
            with transaction() as session:
                request_conclusion(session, SLUG, actor=birte, now=utcnow())
            confirm(SLUG, actor=farid, now=utcnow())

    def clear(self) -> None:
        """Do the work that a conclusion leaves behind."""
        with self.app() as app:
            run_due_jobs(app)

    def back_up(self, target: Path) -> Path:
        """Take a backup as `participation backup` does."""
        with self.app():
            settings = self.site.settings
            take_backup(db.session(), target, settings, actor=SYSTEM, now=utcnow(), told=lambda *_progress: None)
        return target

    def evidence(self, *backups: Path, keys: Sequence[bytes] = ()) -> Evidence:
        """Collect everything that lies about after a conclusion, or before it."""
        files = {str(path.relative_to(self.data)): path.read_bytes() for path in self._files(self.data)}
        log = self.site.settings.data_dir / "server.log"
        files["server.log"] = log.read_bytes()
        for backup in backups:
            files |= dict(unpacked(backup))
        participants, receipts = self._listed()
        return Evidence(participants, receipts, files, keys)

    @staticmethod
    def _files(folder: Path) -> list[Path]:
        passed_over = {".log", ".key"}
        return sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in passed_over)

    def _listed(self) -> tuple[dict[str, Sequence[str]], dict[str, Sequence[str]]]:
        """Return every order in which the database itself gives participants and receipts."""
        with self.app():
            engine: Engine = db.engine
            people = select(Participation.participant)
            receipts = select(CountedBallot.receipt if self._is_concluded(engine) else Ballot.receipt)
            orders = ORDERS[engine.dialect.name]
            with engine.connect() as connection:
                return (
                    {way: connection.execute(people.order_by(by)).scalars().all() for way, by in orders.items()},
                    {way: connection.execute(receipts.order_by(by)).scalars().all() for way, by in orders.items()},
                )

    @staticmethod
    def _is_concluded(engine: Engine) -> bool:
        with engine.connect() as connection:
            return connection.execute(select(CountedBallot.receipt).limit(1)).first() is not None


def unpacked(backup: Path) -> Iterator[tuple[str, bytes]]:
    """Give the parts of a backup."""
    with zipfile.ZipFile(backup) as archive:
        for part in archive.namelist():
            yield f"{backup.stem}: {part}", archive.read(part)


@pytest.fixture(params=["sqlite", "postgresql"])
def vote(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Vote]:
    """Give a site on which everybody has voted over HTTP, in no order, some of them twice."""
    folder, (kind, *once) = tmp_path / "site", request.param.split(", ")
    if kind == "sqlite":
        url, data = sqlite_url(folder), folder
    else:
        keeper, server_url = request.getfixturevalue("postgresql")
        url, data = postgresql_url(server_url), keeper.data
    site = make_site(folder, url, VOTERS)
    voters = list(site.voters)
    Random(VOTERS).shuffle(voters)
    with Server(site.settings, worker=False) as server:

        def revisions(voter: Voter) -> int:
            return 2 if voter.number % CHANGES == 0 and not once else 1

        crowd = Crowd(server.port, voters, clients=CLIENTS, revisions=revisions).vote()
        server.kill()  # at a quiet end SQLite would put its log away
    by_number = {voter.number: f"account:{voter.account_id}" for voter in site.voters}
    truth = {by_number[number]: said.receipt for number, said in crowd.last.items()}
    assert len(truth) == VOTERS
    engine = make_engine(url)
    with engine.connect() as connection:  # as of a server that goes on: without any, SQLite puts its log away
        connection.execute(select(Ballot.receipt).limit(1)).all()
        connection.rollback()
        yield Vote(site, truth, data)
    engine.dispose()


def key_file(vote: Vote) -> Path:
    return vote.site.settings.keys_dir / f"{vote.site.round_id}.key"


@pytest.mark.slow
def test_after_the_conclusion_nobody_pairs_people_and_ballots_better_than_by_chance(
    vote: Vote, tmp_path: Path, note: Note
) -> None:
    vote.conclude()
    vote.clear()
    evidence = vote.evidence(vote.back_up(tmp_path / "after.participation"))
    assert not key_file(vote).exists()
    assert sum(name.startswith("after") for name in evidence.files) > 1
    right, how = best(evidence, vote.truth)
    note(f"{right} of {VOTERS} found out after the conclusion: {how}")
    assert right <= CHANCE, how


# --- what the same somebody finds where a protection is taken away -------------------------------------------


@pytest.mark.slow
def test_control_with_a_copy_from_before_and_the_key_everything_is_found_out(vote: Vote, tmp_path: Path) -> None:
    key, before = key_file(vote).read_bytes(), vote.back_up(tmp_path / "before.participation")
    vote.conclude()
    vote.clear()
    right, how = best(vote.evidence(before, keys=[key]), vote.truth)
    assert (right, how) == (VOTERS, "key 0")


@pytest.mark.slow
def test_control_without_the_work_after_a_conclusion_the_logs_of_the_database_tell(vote: Vote) -> None:
    vote.conclude()
    right, how = best(vote.evidence(), vote.truth)
    assert right > FAR_BEYOND, how
    assert "wal" in how


@pytest.mark.slow
@pytest.mark.parametrize("vote", ["postgresql, everybody once"], indirect=True)
def test_control_ballots_counted_in_the_order_in_which_they_came_are_found_out(
    vote: Vote, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite neither table has an order of its own; on PostgreSQL a changed ballot moves to the end."""
    monkeypatch.setattr(box, "by_receipt", lambda _dialect: text("ctid"))
    vote.conclude()
    vote.clear()
    right, how = best(vote.evidence(), vote.truth)
    assert right > FAR_BEYOND, how


# --- what copies from before a conclusion allow: the figures of the README --------------------------------------


@pytest.mark.slow
def test_one_backup_from_before_tells_nothing_without_the_key(vote: Vote, tmp_path: Path) -> None:
    before = vote.back_up(tmp_path / "before.participation")
    vote.conclude()
    vote.clear()
    right, how = best(vote.evidence(before), vote.truth)
    assert right <= CHANCE, how


@pytest.mark.slow
def test_the_files_of_the_database_tell_most_while_the_round_runs(vote: Vote, note: Note) -> None:
    right, how = best(vote.evidence(), vote.truth)
    note(f"{right} of {VOTERS} found out while the round runs: {how}")
    assert right > FAR_BEYOND


@pytest.mark.slow
@pytest.mark.parametrize("between", [1, 2, 5, 20])
def test_two_backups_narrow_a_ballot_to_those_who_voted_between_them(
    site_of: SiteMaker, tmp_path: Path, between: int
) -> None:
    """Without any key: who is new in the register has cast one of the ballots that are new in the box."""
    site = site_of(3 * between)
    vote = Vote(site, {}, site.settings.data_dir)
    before, after = tmp_path / "first.participation", tmp_path / "second.participation"
    with Server(site.settings, worker=False) as server:
        Crowd(server.port, site.voters[:between], clients=2).vote()
        vote.back_up(before)
        crowd = Crowd(server.port, site.voters[between : 2 * between], clients=2).vote()
        vote.back_up(after)
        Crowd(server.port, site.voters[2 * between :], clients=2).vote()
    participants = [f"account:{voter.account_id}" for voter in site.voters]
    receipts = [said.receipt for said in crowd.acknowledged]
    old, new = (b"".join(content for _name, content in unpacked(backup)) for backup in (before, after))
    suspects = [one for one in participants if one.encode() in new and one.encode() not in old]
    assert suspects == participants[between : 2 * between]
    assert all(receipt.encode() in new and receipt.encode() not in old for receipt in receipts)
    # Each of the new ballots belongs to one of the suspects: one guess in `between` is right, and with one voter all.
    assert len(suspects) == len(receipts) == between
