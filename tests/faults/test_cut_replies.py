"""Answers are lost on their way after the commit: the same request, sent again, finds its own ballot."""

import pytest

from tests.faults.conftest import Note, SiteMaker
from tests.support.proxies import lossy_proxy
from tests.support.servers import Crowd, Server, ask_again, compare

SHARE = 0.3
ATTEMPTS_OF_CONTROL = 600


@pytest.mark.slow
def test_a_third_of_all_answers_lost_leaves_ten_thousand_ballots_with_one_receipt_each(
    site_of: SiteMaker, note: Note
) -> None:
    site = site_of(10_000)
    with Server(site.settings) as server, lossy_proxy(server.port, SHARE) as proxy:
        crowd = Crowd(proxy.port, site.voters, clients=64, pause=0.0).vote()
        box = site.box()
        found = compare(crowd, box)
        repeated = sum(said.repeated for said in crowd.acknowledged)
        note(
            f"{proxy.cut} of {proxy.answers} answers cut; {len(crowd.acknowledged)} acknowledged, {repeated} by a "
            f"repeated request, {len(found.lost)} lost, {found.doubled} doubled, {box.ballots} ballots, "
            f"{box.registered} in the register, at most {max(said.tries for said in crowd.acknowledged)} tries"
        )
        assert crowd.statuses.keys() == {200}
        assert len(crowd.acknowledged) == box.ballots == box.registered == len(site.voters)
        assert repeated
        assert found.nothing
        assert not ask_again(server.port, crowd.acknowledged[::10])


@pytest.mark.slow
def test_control_without_request_token_voters_are_left_in_doubt(site_of: SiteMaker, note: Note) -> None:
    site = site_of(ATTEMPTS_OF_CONTROL)
    with Server(site.settings) as server, lossy_proxy(server.port, SHARE) as proxy:
        crowd = Crowd(proxy.port, site.voters, clients=16, fresh_tokens=True, pause=0.0).vote()
    box = site.box()
    note(f"control, clients without request token: {len(crowd.refused)} of {len(site.voters)} voters have no receipt")
    assert crowd.refused
    assert {answer.json["code"] for _voter, answer in crowd.refused} == {"newer_ballot_exists"}
    assert box.ballots == len(site.voters)  # the box's key holds all the same


@pytest.mark.slow
def test_control_where_nothing_is_unique_a_repeated_request_is_another_ballot(site_of: SiteMaker, note: Note) -> None:
    site = site_of(ATTEMPTS_OF_CONTROL)
    with (
        Server(site.settings, application="tests.faults.controls.inserts_always:app") as server,
        lossy_proxy(server.port, SHARE) as proxy,
    ):
        crowd = Crowd(proxy.port, site.voters, clients=16, pause=0.0).vote()
    found = compare(crowd, site.box())
    note(f"control, a box that inserts always: {found.doubled} ballots too many for {len(site.voters)} voters")
    assert found.doubled
