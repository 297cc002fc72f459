"""The disk is full, or fails: nothing is acknowledged that is not there, pages stay, and it goes on by itself."""

import http.client
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from participation.storage import make_engine
from tests.faults.conftest import Note
from tests.support.pages import form_inputs
from tests.support.postgres import Keeper
from tests.support.servers import (
    Acknowledged,
    Answer,
    Browser,
    Client,
    Crowd,
    Server,
    Site,
    Voter,
    compare,
    make_site,
    postgresql_url,
    sqlite_url,
)

VOTERS = 600
BEFORE = 20
PUT_OFF = 10
TOKEN = "token-of-{}".format
PATH = "/rounds/online/ballot/cast"
READABLE = ("/", "/online/online", "/rounds/online/ballot", "/api/v1/rounds/online/options", "/healthz")

Trouble = Callable[[Server], AbstractContextManager[None]]


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """Mount a disk of its own size, in memory; only the administrator of a machine may.

    PostgreSQL has another user, who may not look into the folders of tests.
    """
    folder = Path(tempfile.mkdtemp(prefix="participation-disk-"))
    folder.chmod(0o755)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder], check=False, capture_output=True
    )
    if mounted.returncode:
        folder.rmdir()
        pytest.skip(f"no disk may be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
        folder.rmdir()


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """Fill the disk of a folder to the last byte for the time of a block."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def no_file_may_grow(server: Server) -> Iterator[None]:
    """Let every write of the server beyond the first bytes of a file fail with an I/O error."""
    processes = [server.pid, *server.children()]
    for pid in processes:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        for pid in processes:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@pytest.fixture(params=["sqlite full", "sqlite I/O errors", "postgresql full"])
def troubled(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Site, Trouble]]:
    """Return a site and what troubles the disk of its database for the time of a block."""
    if request.param == "sqlite I/O errors":
        if sys.platform != "linux":
            pytest.skip("only Linux limits another process")
        yield make_site(tmp_path / "site", sqlite_url(tmp_path / "site"), VOTERS), no_file_may_grow
        return
    with small_disk(64) as disk:
        if request.param == "sqlite full":
            yield make_site(disk / "site", sqlite_url(disk / "site"), VOTERS), lambda _server: filled(disk)
            return
        keeper, server_url = request.getfixturevalue("postgresql_server")
        url = postgresql_url(server_url)
        with tablespace(keeper, server_url, disk, url):
            yield make_site(tmp_path / "site", url, VOTERS), lambda _server: filled(disk)


@contextmanager
def tablespace(keeper: Keeper, server_url: str, disk: Path, url: str) -> Iterator[None]:
    """Put a database of PostgreSQL on a disk; its log of changes stays where it is, as where they have two disks."""
    place = disk / "tables"
    place.mkdir(mode=0o700)
    if keeper.as_user:
        os.chown(place, keeper.as_user["user"], keeper.as_user["group"])
    name = sql.Identifier(make_url(url).database or "")
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE TABLESPACE small LOCATION {}").format(str(place)))
        connection.execute(sql.SQL("ALTER DATABASE {} SET TABLESPACE small").format(name))
    try:
        yield
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
            connection.execute("DROP TABLESPACE small")


def check_database(site: Site) -> None:
    """See that the database itself finds nothing wrong with it."""
    if not site.settings.uses_sqlite:
        return
    engine = make_engine(site.settings.database_url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalars().all() == ["ok"]
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    engine.dispose()


def cast_until_put_off(port: int, voters: Sequence[Voter]) -> tuple[list[Acknowledged], list[Answer]]:
    """Cast one after the other until enough are told that it was not saved."""
    client, acknowledged, put_off = Client(port), [], []
    for voter in voters:
        content, token = voter.ranking(1), TOKEN(voter.number)
        answer = client.cast(voter, content, token=token)
        if answer.status == http.client.OK:
            said = answer.json
            acknowledged.append(
                Acknowledged(voter, content, said["receipt"], said["revision"], said["repeated"], token, 1)
            )
        else:
            put_off.append(answer)
        if len(put_off) == PUT_OFF:
            break
    client.close()
    return acknowledged, put_off


@pytest.mark.slow
def test_what_the_disk_does_not_take_is_not_acknowledged_and_nothing_typed_is_lost(
    troubled: tuple[Site, Trouble], note: Note
) -> None:
    site, trouble = troubled
    ayse = site.voters[-1]
    with Server(site.settings) as server, closing(Browser(server.port, ayse)) as browser:
        Crowd(server.port, site.voters[:BEFORE], clients=4).vote()
        review = browser.review(ayse.ranking(1))
        before = site.box()
        with trouble(server):
            acknowledged, put_off = cast_until_put_off(server.port, site.voters[BEFORE:-1])
            assert len(put_off) == PUT_OFF
            for answer in put_off:
                assert (answer.status, answer.headers["retry-after"]) == (503, "5")
                assert answer.json["code"] == "unavailable"
                assert "not saved" in answer.json["detail"]
            kept = browser.send(review, PATH)
            assert (kept.status, kept.headers["retry-after"]) == (503, "5")
            assert "not saved" in kept.text
            assert [value for name, value in form_inputs(kept.text, PATH) if name == "order"] == ayse.ranking(1)
            for path in READABLE:
                assert browser.get(path).status == http.client.OK, path
            during = site.box()
            assert during.ballots == during.registered == before.ballots + len(acknowledged)
        # The disk has room again. The page that was kept is sent once more, and everybody else votes.
        assert browser.send(kept, PATH).status == http.client.SEE_OTHER
        assert "Your receipt" in browser.get("/rounds/online/ballot/receipt").text
        known = {said.voter.number for said in acknowledged}
        crowd = Crowd(
            server.port, [one for one in site.voters[BEFORE:-1] if one.number not in known], acknowledged=acknowledged
        ).vote()
        box = site.box()
        note(f"{len(put_off) + 1} refused, {len(crowd.acknowledged)} acknowledged, {compare(crowd, box)}")
        assert not crowd.refused
        assert compare(crowd, box).nothing
        assert box.ballots == box.registered == len(site.voters)
        assert box.by_voter[ayse.number].content == ayse.ranking(1)
        assert server.starts == 1
        assert 500 not in server.statuses()
    check_database(site)


@pytest.mark.slow
def test_control_a_program_that_swallows_failures_loses_ballots(troubled: tuple[Site, Trouble], note: Note) -> None:
    site, trouble = troubled
    with Server(site.settings, application="tests.faults.controls.swallows_failures:app") as server, trouble(server):
        crowd = Crowd(server.port, site.voters, clients=4).vote()
    lost = len(compare(crowd, site.box()).lost)
    note(f"control, failures swallowed: {lost} of {len(crowd.last)} lost")
    assert lost
