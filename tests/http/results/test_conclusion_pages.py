"""Two officials conclude a round in the browser; what it means is said before it is done."""

import re
from html import unescape

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from participation.extensions import db
from participation.results.models import JointResult, RoundResult
from tests.http.results.conftest import City

SEEN = {"consequences": "seen"}


def words(page: TestResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def results(city: City) -> int:
    with city.app.app_context():
        return db.session.scalar(select(func.count()).select_from(RoundResult)) or 0


def test_from_request_to_result(city: City) -> None:
    city.close("steering")
    birte, farid = city.browser_of(city.hall.birte), city.browser_of(city.hall.farid)
    page = birte.get("/rounds/steering/conclusion?lang=en")
    assert "4 ballots are counted. The result is published at once and never changes again." in words(page)
    assert "Fewer than 10 people voted" in words(page)
    asked = birte.post("/rounds/steering/conclusion/request")
    assert (asked.status_code, asked.location) == (303, "/rounds/steering/conclusion")
    assert "Somebody else has to confirm it" in words(birte.get("/rounds/steering/conclusion?lang=en"))
    shown = farid.get("/rounds/steering/conclusion?lang=en")
    assert "Requested by Birte" in words(shown)
    done = farid.post("/rounds/steering/conclusion/confirm", data=SEEN)
    assert (done.status_code, done.location) == (303, "/rounds/steering/result")
    assert results(city) == 1


def test_whoever_presses_confirm_elsewhere_is_shown_first_what_it_means(city: City) -> None:
    city.close("steering")
    city.browser_of(city.hall.birte).post("/rounds/steering/conclusion/request")
    answer = city.browser_of(city.hall.farid).post("/rounds/steering/conclusion/confirm", query_string={"lang": "en"})
    assert answer.status_code == 200
    assert "Afterwards nobody can find out who voted what" in words(answer)
    assert results(city) == 0


def test_who_requested_it_cannot_confirm_it(city: City) -> None:
    city.close("steering")
    birte = city.browser_of(city.hall.birte)
    birte.post("/rounds/steering/conclusion/request")
    answer = birte.post("/rounds/steering/conclusion/confirm", data=SEEN, query_string={"lang": "en"})
    assert answer.status_code == 403
    assert "A second person has to confirm it" in words(answer)
    assert results(city) == 0


def test_a_request_can_be_withdrawn(city: City) -> None:
    city.close("steering")
    birte = city.browser_of(city.hall.birte)
    birte.post("/rounds/steering/conclusion/request")
    assert birte.post("/rounds/steering/conclusion/withdraw").status_code == 303
    refused = city.browser_of(city.hall.farid).post("/rounds/steering/conclusion/confirm", data=SEEN)
    assert refused.status_code == 409


@pytest.mark.parametrize("act", ["request", "withdraw", "confirm"])
def test_an_open_round_is_not_concluded(city: City, act: str) -> None:
    city.open("steering")
    answer = city.browser_of(city.hall.birte).post(f"/rounds/steering/conclusion/{act}", data=SEEN)
    assert answer.status_code == 409
    assert results(city) == 0


@pytest.mark.parametrize("act", ["request", "withdraw", "confirm"])
def test_people_without_the_right_are_kept_out(city: City, act: str) -> None:
    city.close("steering")
    address = f"/rounds/steering/conclusion/{act}"
    assert city.browser_of(city.hall.ayse).post(address, data=SEEN).status_code == 403
    assert city.browser_of().post(address, data=SEEN).status_code == 401
    assert city.browser_of(city.hall.birte).post(address, data=SEEN, csrf=False).status_code == 400


def test_confirming_twice_leads_to_the_one_result(city: City) -> None:
    city.close("steering")
    city.browser_of(city.hall.birte).post("/rounds/steering/conclusion/request")
    farid = city.browser_of(city.hall.farid)
    for _attempt in range(2):
        done = farid.post("/rounds/steering/conclusion/confirm", data=SEEN)
        assert done.location == "/rounds/steering/result"
    assert results(city) == 1


def test_the_last_round_says_which_joint_ranking_it_completes(city: City) -> None:
    city.conclude("steering")
    city.close("online")
    page = words(city.browser_of(city.hall.birte).get("/rounds/online/conclusion?lang=en"))
    assert "This is the last round of the joint ranking “Joint ranking”" in page
    city.browser_of(city.hall.birte).post("/rounds/online/conclusion/request")
    city.browser_of(city.hall.farid).post("/rounds/online/conclusion/confirm", data=SEEN)
    with city.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(JointResult)) == 1
