"""The server, or PostgreSQL under it, is killed while people vote: what was acknowledged is in the box, once."""

import pytest

from tests.faults.conftest import SiteMaker
from tests.support.servers import Crowd, Server, Site, compare


def vote_under_kills(site: Site, *, kills: int, clients: int) -> tuple[Crowd, Server]:
    """Let everybody vote while the server is killed, evenly spread over the ballots."""
    with Server(site.settings) as server:
        crowd = Crowd(server.port, site.voters, clients=clients)
        with crowd.voting():
            for kill in range(1, kills + 1):
                crowd.wait_for(len(site.voters) * kill // (kills + 1))
                server.kill()
                server.start()
    return crowd, server


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_killed_server_keeps_what_it_acknowledged(site_of: SiteMaker) -> None:
    site = site_of(60)
    crowd, server = vote_under_kills(site, kills=1, clients=8)
    assert len(crowd.last) == len(site.voters)
    assert not crowd.refused
    assert compare(crowd, site.box()).nothing
    assert server.statuses().keys() <= {200, 503}
