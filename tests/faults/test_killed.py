"""The server, or PostgreSQL under it, is killed while people vote: what was acknowledged is in the box, once."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from tests.faults.conftest import Note, SiteMaker
from tests.support.postgres import Keeper
from tests.support.proxies import lossy_proxy
from tests.support.servers import Crowd, Server, Site, Voter, ask_again, compare

EVERY = 10
"""Every tenth request is sent once more in the end."""


def twice_for_some(voter: Voter) -> int:
    """Every fifth voter changes the ballot."""
    return 2 if voter.number % 5 == 0 else 1


def crowd_of(port: int, site: Site, clients: int) -> Crowd:
    return Crowd(port, site.voters, clients=clients, revisions=twice_for_some)


def check(crowd: Crowd, site: Site, server: Server, note: Note, what: str) -> None:
    """See that everybody has one ballot, the one that they were told of, and would be told of again."""
    box, newest = site.box(), crowd.last
    found = compare(crowd, box)
    note(
        f"{what}; {len(crowd.acknowledged)} acknowledged, {len(found.lost)} lost, {len(found.altered)} altered, "
        f"{found.doubled} doubled, {box.ballots} ballots, {box.registered} in the register, {crowd.broken} connections "
        f"broken, answers {dict(crowd.statuses)}, unavailable {dict(crowd.unavailable)}"
    )
    assert not crowd.refused
    assert len(newest) == box.ballots == box.registered == len(site.voters)
    assert len(crowd.acknowledged) == sum(twice_for_some(voter) for voter in site.voters)
    assert found.nothing
    assert not ask_again(server.port, [said for number, said in newest.items() if number % EVERY == 0])
    assert server.statuses().keys() <= {200, 503}


def vote_under_kills(crowd: Crowd, site: Site, server: Server, *, kills: int) -> None:
    """Let everybody vote while the server is killed, evenly spread over the ballots."""
    expected = sum(twice_for_some(voter) for voter in site.voters)
    with crowd.voting():
        for kill in range(1, kills + 1):
            crowd.wait_for(expected * kill // (kills + 1))
            server.kill()
            server.start()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_neither_a_killed_server_nor_lost_answers_cost_or_double_a_ballot(site_of: SiteMaker, note: Note) -> None:
    """A small version of this module and of test_cut_replies, for every day."""
    site = site_of(40)
    with Server(site.settings) as server, lossy_proxy(server.port, 0.3) as proxy:
        crowd = crowd_of(proxy.port, site, 8)
        vote_under_kills(crowd, site, server, kills=1)
        check(crowd, site, server, note, f"1 kill of the server, {proxy.cut} answers cut")
        assert proxy.cut


@pytest.mark.slow
def test_fifty_kills_lose_and_double_nothing_of_ten_thousand(site_of: SiteMaker, note: Note) -> None:
    site = site_of(10_000)
    with Server(site.settings) as server:
        crowd = crowd_of(server.port, site, 64)
        vote_under_kills(crowd, site, server, kills=50)
        check(crowd, site, server, note, "50 kills of the server")


@pytest.mark.slow
def test_control_an_acknowledgement_before_the_commit_is_lost(site_of: SiteMaker, note: Note) -> None:
    site = site_of(600)
    application = "tests.faults.controls.acknowledges_first:app"
    with Server(site.settings, application=application, environment={"PARTICIPATION_PROCESSES": "1"}) as server:
        crowd = Crowd(server.port, site.voters, clients=16)
        with crowd.voting():
            for kill in range(1, 4):
                crowd.wait_for(150 * kill)
                server.kill()
                server.start()
    lost = len(compare(crowd, site.box()).lost)
    note(f"control, 3 kills of a server that acknowledges before the commit; {lost} of {len(crowd.last)} lost")
    assert lost


@pytest.mark.slow
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_postgresql_is_killed_ten_times_and_the_clients_go_on(
    site_of: SiteMaker, postgresql_keeper: Keeper, note: Note
) -> None:
    site = site_of(10_000)
    with Server(site.settings) as server:
        crowd = crowd_of(server.port, site, 64)
        with crowd.voting():
            for kill in range(1, 11):
                crowd.wait_for(12_000 * kill // 11)
                postgresql_keeper.kill()
                crowd.wait_until_put_off()
                postgresql_keeper.start()
        check(crowd, site, server, note, "10 kills of PostgreSQL")
        assert server.starts == 1


@contextmanager
def written_later(server_url: str, database_url: str) -> Iterator[None]:
    """Let PostgreSQL answer for commits to a database before they are on the disk, and write them at leisure."""
    name = sql.Identifier(make_url(database_url).database or "")
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
        connection.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(name))
        connection.execute("SELECT pg_reload_conf()")
    yield
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM RESET wal_writer_delay")
        connection.execute("SELECT pg_reload_conf()")


@pytest.mark.slow
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_control_a_postgresql_that_answers_before_it_has_written_loses(
    site_of: SiteMaker, postgresql_server: tuple[Keeper, str], note: Note
) -> None:
    site, (keeper, server_url) = site_of(600), postgresql_server
    with written_later(server_url, site.settings.database_url), Server(site.settings) as server:
        crowd = Crowd(server.port, site.voters, clients=16)
        with crowd.voting():
            for kill in range(1, 4):
                crowd.wait_for(150 * kill)
                keeper.kill()
                keeper.start()
    lost = len(compare(crowd, site.box()).lost)
    note(f"control, 3 kills of PostgreSQL with synchronous_commit=off; {lost} of {len(crowd.last)} lost")
    assert lost


@pytest.mark.slow
def test_a_server_that_is_told_to_end_answers_what_it_has_begun(site_of: SiteMaker, note: Note) -> None:
    """A restart on purpose, by SIGTERM, as with every update."""
    site = site_of(2_000)
    with Server(site.settings) as server:
        crowd = crowd_of(server.port, site, 64)
        with crowd.voting():
            for restart in range(1, 11):
                crowd.wait_for(2_400 * restart // 11)
                server.stop()
                server.start()
        check(crowd, site, server, note, "10 restarts on purpose")
