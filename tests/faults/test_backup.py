"""Backups are taken while everybody votes and changes their vote; each one is restored, and is a state that was there.

Two controls fail as they must: the plain copy of a live SQLite file, and a dump that reads table by table.
"""

import os
import shutil
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import make_url, text

from participation.app import create_app
from participation.backup.archive import Draft, Watch
from participation.backup.manifest import Manifest, RoundThen, State
from participation.backup.postgresql import _part, _rows
from participation.backup.schema import tables_of
from participation.backup.state import audit_head, state_of
from participation.config import Settings
from participation.core.windows import utcnow
from participation.extensions import db
from participation.storage import make_engine
from tests.faults.conftest import SiteMaker
from tests.support.servers import ROOT, Answer, Box, Client, Crowd, Server, Site, Voter, postgresql_url, sqlite_url

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@dataclass
class Restless(Crowd):
    """People who change their vote again and again until they are told to stop."""

    stop: threading.Event = field(default_factory=threading.Event)

    def _client(self, voters: Iterable[Voter]) -> None:
        client, revision, mine = Client(self.port), 0, list(voters)
        while not self.stop.is_set():
            revision += 1
            for voter in mine:
                self._cast(client, voter, revision)
        client.close()

    def revisions_so_far(self) -> Mapping[int, int]:
        """Return the newest revision that each voter was told of."""
        return {number: one.revision for number, one in self.last.items()}


@contextmanager
def restless(site: Site) -> Iterator[Restless]:
    """Serve the site and let its voters vote on for as long as the body runs."""
    with Server(site.settings) as server:
        crowd = Restless(server.port, site.voters, clients=8)
        with crowd.voting():
            try:
                crowd.wait_for(len(site.voters) // 2)
                yield crowd
            finally:
                crowd.stop.set()
    assert not crowd.refused


def operate(settings: Settings, *words: str) -> subprocess.CompletedProcess[str]:
    """Type a command as an operator does, in a process of its own."""
    environment = {
        **os.environ,
        "PARTICIPATION_SECRET_KEY": settings.secret_key,
        "PARTICIPATION_DATA": str(settings.data_dir),
        "PARTICIPATION_DATABASE": settings.database_url,
        "PARTICIPATION_KEYS": str(settings.keys_dir),
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.run(
        [sys.executable, "-m", "participation", *words],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def elsewhere(site: Site, folder: Path) -> Site:
    """Return an empty place of the same kind, with the keys of the site."""
    folder.mkdir()
    url = sqlite_url(folder)
    if not site.settings.uses_sqlite:
        server = make_url(site.settings.database_url).set(database="postgres")
        url = postgresql_url(server.render_as_string(hide_password=False))
    return replace(site, settings=replace(site.settings, data_dir=folder, database_url=url))


def check_state(box: Box, site: Site, before: Mapping[int, int]) -> None:
    """A state that was there: one ballot a voter, each as that voter cast it, none older than was acknowledged."""
    assert box.ballots == box.registered == len(box.by_voter)
    assert set(box.receipts.values()) == {1}
    voters = {voter.number: voter for voter in site.voters}
    for number, filed in box.by_voter.items():
        assert filed.content == voters[number].ranking(filed.revision)
    assert [number for number, revision in before.items() if box.by_voter[number].revision < revision] == []


def check_no_secret(path: Path, site: Site) -> None:
    secrets = [site.settings.secret_key.encode(), *(key.read_bytes() for key in site.settings.keys_dir.glob("*.key"))]
    with ZipFile(path) as archive:
        stored = b"".join(archive.read(name) for name in archive.namelist())
    for secret in secrets:
        for form in (secret, secret.hex().encode(), b64encode(secret).rstrip(b"=")):
            assert form not in stored


@pytest.mark.slow
def test_20_of_20_backups_under_load_are_restored_and_whole(site_of: SiteMaker, tmp_path: Path) -> None:
    site = site_of(300)
    taken: list[tuple[Path, Mapping[int, int]]] = []
    with restless(site) as crowd:
        for number in range(20):
            before, path = crowd.revisions_so_far(), tmp_path / f"{number}.backup"
            voted = len(crowd.acknowledged)
            done = operate(site.settings, "backup", str(path))
            assert done.returncode == 0, done.stderr
            assert len(crowd.acknowledged) > voted  # people went on voting meanwhile
            taken.append((path, before))
    whole = 0
    for path, before in taken:
        place = elsewhere(site, path.with_suffix(".place"))
        done = operate(place.settings, "restore", str(path))
        assert done.returncode == 0, done.stderr
        check_state(place.box(), site, before)
        check_no_secret(path, site)
        whole += 1
    assert whole == 20


@pytest.mark.slow
def test_a_restored_round_goes_on_once_people_have_decided(site_of: SiteMaker, tmp_path: Path) -> None:
    site = site_of(40)
    path = tmp_path / "site.backup"
    with restless(site):
        assert operate(site.settings, "backup", str(path)).returncode == 0
    place = elsewhere(site, tmp_path / "place")
    assert operate(place.settings, "restore", str(path)).returncode == 0
    restored = place.box().by_voter
    with Server(place.settings) as server:
        voter, based_on = site.voters[0], restored[0].revision if 0 in restored else 0
        refused = cast(server, voter, based_on)
        assert (refused.status, refused.json["code"]) == (409, "suspended")
        assert operate(place.settings, "round", "resume", site.slug, "--reason", "Weiter").returncode == 0
        assert cast(server, voter, based_on).status == 200
    assert place.box().ballots == len(set(restored) | {0})  # the same key: a ballot changed, none doubled


def cast(server: Server, voter: Voter, based_on: int) -> Answer:
    """Cast over a connection of its own."""
    client = Client(server.port)
    try:
        return client.cast(voter, voter.ranking(1), token="after", based_on=based_on)
    finally:
        client.close()


@pytest.mark.slow
@ON_SQLITE
def test_a_plain_copy_of_a_live_file_is_no_backup(site_of: SiteMaker, tmp_path: Path) -> None:
    """The control: what many do, and what the program's own way is there for."""
    site = site_of(300)
    source = Path(make_url(site.settings.database_url).database or "")
    copies: list[tuple[Site, Mapping[int, int]]] = []
    with restless(site) as crowd:
        for number in range(20):
            crowd.wait_for(len(crowd.acknowledged) + 50)
            place = elsewhere(site, tmp_path / f"copy-{number}")
            before = crowd.revisions_so_far()
            shutil.copyfile(source, Path(make_url(place.settings.database_url).database or ""))
            copies.append((place, before))
    bad = 0
    for place, before in copies:
        try:
            check_state(place.box(), site, before)
        except Exception:  # noqa: BLE001 - lost ballots, or a file that cannot be read at all
            bad += 1
    assert bad > 0


@pytest.mark.slow
@ON_POSTGRESQL
def test_a_dump_without_one_snapshot_is_caught_when_it_is_restored(site_of: SiteMaker, tmp_path: Path) -> None:
    """The control: the same file, written from one table after the other while people vote."""
    site = site_of(300)
    path = tmp_path / "torn.backup"
    app = create_app(site.settings)
    with restless_newcomers(site) as crowd:
        dump_table_by_table(app, path, crowd, site)
    place = elsewhere(site, tmp_path / "place")
    done = operate(place.settings, "restore", str(path))
    assert done.returncode == 1
    assert "people are noted as having voted" in done.stderr
    engine = make_engine(place.settings.database_url)
    with engine.connect() as connection:
        assert tables_of(connection) == []  # and nothing is there that a server would serve
    engine.dispose()


@contextmanager
def restless_newcomers(site: Site) -> Iterator[Crowd]:
    """Let every voter vote once, so that box and register grow for as long as the body runs."""
    with Server(site.settings) as server:
        crowd = Crowd(server.port, site.voters, clients=2)
        with crowd.voting():
            yield crowd


def dump_table_by_table(app: Flask, path: Path, crowd: Crowd, site: Site) -> None:
    """Write what looks like a backup, each table in a transaction of its own, and numbers that fit its rows."""
    rows: dict[str, int] = {}
    columns: dict[str, tuple[str, ...]] = {}
    with app.app_context(), Draft(path, Watch((), ()), lambda _doing, _done: None) as draft:
        engine = db.engine
        with engine.connect() as connection:
            state, head = state_of(connection), audit_head(connection)
            tables = tables_of(connection)
        for table in tables:
            with engine.connect() as connection:
                names = connection.execute(
                    text(
                        "SELECT column_name FROM information_schema.columns WHERE table_name = :table "
                        "ORDER BY ordinal_position"
                    ),
                    {"table": table},
                ).scalars()
                columns[table] = tuple(names)
                copied = list(_rows(connection, table, columns[table], columns[table][:1]))
            rows[table] = sum(chunk.count(b"\n") for chunk in copied)
            draft.add(_part(table), copied)
            if table == "ballots":
                crowd.wait_for(len(crowd.acknowledged) + 20)
        torn = RoundThen(site.round_id, site.slug, "open", rows["ballots"], rows["participations"])
        draft.seal(
            Manifest(
                taken_at=utcnow(),
                program="torn",
                engine="postgresql",
                engine_version="",
                state=State(state.schema, rows, head, (torn,)),
                parts=draft.parts,
                columns=columns,
            )
        )
        draft.publish()
        db.session.remove()
        engine.dispose()
