"""Conclusions, results and joint rankings as programs see them, through the same services as the pages."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from participation.core.actor import Actor
from tests.http.results.conftest import City

CONCLUSION = "/api/v1/rounds/steering/conclusion"
RANKINGS = "/api/v1/processes/integration/rankings"
DECLARED = {
    "ranking": "measures",
    "task": "prioritise_measures",
    "weights": {"steering": 40, "online": 60},
    "title": {"de": "Rangliste", "en": "Ranking"},
    "declared_by": {"de": "Rat"},
}


class Program:
    """A client of the API that acts for somebody with their session."""

    def __init__(self, city: City, actor: Actor | None) -> None:
        self.client: FlaskClient = city.browser_of(actor)
        self.headers: dict[str, str] = {}
        if actor is not None:
            answer = self.client.get("/api/v1/session").json
            assert answer is not None
            self.headers["X-CSRFToken"] = answer["csrf_token"]

    def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        answer = self.client.open(path, method=method, json=body, headers=self.headers)
        return answer.status_code, answer.json if answer.data else None


def test_a_round_is_concluded_by_two_accounts(city: City) -> None:
    city.close("steering")
    birte, farid = Program(city, city.hall.birte), Program(city, city.hall.farid)
    status, standing = birte("POST", CONCLUSION)
    assert status == 200
    assert (standing["state"], standing["is_own_request"], standing["concluded_at"]) == ("closed", True, None)
    assert birte("POST", CONCLUSION)[1] == standing
    assert farid("GET", CONCLUSION)[1]["is_own_request"] is False
    assert birte("POST", f"{CONCLUSION}/confirmation")[0] == 403
    status, concluded = farid("POST", f"{CONCLUSION}/confirmation")
    assert (status, concluded["state"], concluded["requested_at"]) == (200, "concluded", None)
    assert farid("POST", f"{CONCLUSION}/confirmation")[1] == concluded
    status, result = Program(city, None)("GET", "/api/v1/rounds/steering/result")
    assert (status, result["options"][0]["win_rate"], result["ballots"]) == (200, "3/4", 4)


def test_a_request_is_withdrawn(city: City) -> None:
    city.close("steering")
    birte = Program(city, city.hall.birte)
    birte("POST", CONCLUSION)
    assert birte("DELETE", CONCLUSION)[1]["requested_at"] is None
    status, problem = birte("DELETE", CONCLUSION)
    assert (status, problem["code"]) == (409, "no_conclusion_requested")


@pytest.mark.parametrize("method,path", [("GET", ""), ("POST", ""), ("DELETE", ""), ("POST", "/confirmation")])
def test_others_have_no_part_in_a_conclusion(city: City, method: str, path: str) -> None:
    city.close("steering")
    assert Program(city, None)(method, CONCLUSION + path)[0] == 401
    assert Program(city, city.hall.ayse)(method, CONCLUSION + path)[0] == 403


def test_nothing_is_given_out_before_the_conclusion(city: City) -> None:
    city.close("steering")
    for reader in (None, city.hall.birte):
        status, problem = Program(city, reader)("GET", "/api/v1/rounds/steering/result")
        assert (status, problem["code"]) == (404, "no_result_yet")
        status, ranking = Program(city, reader)("GET", f"{RANKINGS}/joint")
        assert (status, ranking["has_result"], ranking["result"]) == (200, False, None)


def test_the_joint_ranking_is_given_out_when_it_is_there(city: City) -> None:
    city.conclude("steering", "online")
    status, ranking = Program(city, None)("GET", f"{RANKINGS}/joint")
    assert status == 200
    assert [one["score"] for one in ranking["result"]["options"]] == ["11/16", "17/32", "11/32"]
    assert [(part["round"], part["weight"]) for part in ranking["rounds"]] == [("steering", 3), ("online", 1)]
    status, listed = Program(city, None)("GET", RANKINGS)
    assert (listed["total"], listed["items"][0]["ranking"], listed["items"][0]["has_result"]) == (1, "joint", True)


def test_a_joint_ranking_is_declared_and_taken_back(city: City) -> None:
    birte = Program(city, city.hall.birte)
    status, declared = birte("POST", RANKINGS, DECLARED)
    assert status == 201
    assert declared["title"]["translations"]["en"]["body"] == "Ranking"
    assert birte("POST", RANKINGS, DECLARED)[0] == 409
    assert birte("DELETE", f"{RANKINGS}/measures") == (204, None)
    assert birte("GET", f"{RANKINGS}/measures")[0] == 404


@pytest.mark.parametrize(
    "change,status,code",
    [
        ({"weights": {"steering": 0}}, 422, "all_weights_zero"),
        ({"weights": {}}, 422, "rounds_to_weigh_missing"),
        ({"weights": {"nowhere": 1}}, 422, "unknown_round_to_weigh"),
        ({"weights": {"steering": -1}}, 422, "invalid"),
        ({"weights": {"steering": 1.5}}, 422, "invalid"),
        ({"weights": {"steering": "1"}}, 422, "invalid"),
        ({"task": "comment"}, 422, "invalid"),
        ({"ranking": "A B"}, 422, "ranking_slug"),
        ({"ranking": "joint"}, 409, "ranking_slug_taken"),
        ({"title": {"en": "Ranking"}}, 422, "text_missing"),
        ({"more": 1}, 422, "invalid"),
    ],
)
def test_bad_declarations_are_refused(city: City, change: dict[str, Any], status: int, code: str) -> None:
    answered, problem = Program(city, city.hall.birte)("POST", RANKINGS, DECLARED | change)
    assert (answered, problem["code"]) == (status, code)


def test_weights_are_refused_after_the_first_opening(city: City) -> None:
    city.open("online")
    birte = Program(city, city.hall.birte)
    assert birte("POST", RANKINGS, DECLARED)[1]["code"] == "weights_after_opening"
    assert birte("DELETE", f"{RANKINGS}/joint")[1]["code"] == "weights_after_opening"
    assert Program(city, city.hall.farid)("POST", RANKINGS, DECLARED)[0] == 403
