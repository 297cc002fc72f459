"""Whether a person may vote in several rounds: decided by the office, said at the door, to voters and to readers."""

import pytest
from flask import Flask

from participation.ballots.guard import key_store
from participation.ballots.services import cast_ballot, open_round
from participation.core.actor import SYSTEM
from participation.core.windows import utcnow
from participation.extensions import transaction
from participation.rounds.kinds import Eligibility
from tests.factories.results import make_hall
from tests.factories.votes import make_round, put_on_roll
from tests.support.people import sign_in
from tests.support.scenes import api

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def test_the_office_decides_before_the_first_round_opens_and_the_door_says_where_the_ballot_is(app: Flask) -> None:
    now = utcnow()
    with app.app_context(), transaction() as session:
        hall = make_hall(session, now)
        group = make_round(session, hall.process, now, slug="group", eligibility=Eligibility.ROLL)
        make_round(session, hall.process, now, slug="online")
        put_on_roll(session, group, hall.ayse)
        slug, ayse, birte, farid = hall.process.slug, hall.ayse, hall.birte.id, hall.farid.id
    office = sign_in(app.test_client(), birte)
    page = f"/manage/processes/{slug}/overlap"
    assert page in office.get(f"/manage/processes/{slug}").text
    assert sign_in(app.test_client(), farid).get(page).status_code == 403
    assert api(office, "GET", f"/processes/{slug}/overlap").json == {"forbids_overlap": False, "settled": False}
    assert "may vote in the round of each" in app.test_client().get("/online/online?lang=en").text
    assert office.post(page, data={"forbids_overlap": "y"}).status_code == 303
    assert api(office, "GET", f"/processes/{slug}/overlap").json["forbids_overlap"] is True
    with app.app_context(), transaction() as session:
        for one in ("group", "online"):
            open_round(session, one, actor=SYSTEM, now=now, keys=key_store())
        cast_ballot(session, "group", ["M1"], actor=ayse, now=now, request_token="form", based_on=0, keys=key_store())
    late = office.post(f"{page}?lang=en", data={})
    assert late.status_code == 409
    assert "has been opened" in late.text
    assert api(office, "PUT", f"/processes/{slug}/overlap", json={"forbids_overlap": False}).status_code == 409
    voter = sign_in(app.test_client(), ayse.id)
    door = voter.get("/online/online?lang=en").text
    assert "You have voted in another round of this phase: What comes first?" in door
    assert 'href="/rounds/group"' in door
    assert "/rounds/online/ballot" not in door
    ballot = voter.get("/rounds/online/ballot?lang=en")
    assert (ballot.status_code, "You have voted in another round" in ballot.text) == (409, True)
    assert api(voter, "GET", "/rounds/online/standing").json["voted_elsewhere"] == "group"
    assert api(voter, "GET", "/rounds/group/standing").json["voted_elsewhere"] is None
    assert api(voter, "GET", "/rounds/online/ballot").json["code"] == "voted_in_other_round"
    assert voter.get("/rounds/group/ballot").status_code == 200
    assert "votes in one round only" in app.test_client().get("/online/online?lang=en").text
