"""The same for programs: processes, rounds, rolls and codes."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from participation.accounts.models import Account
from participation.accounts.services import create_token
from participation.core.actor import SYSTEM
from participation.core.errors import Invalid
from participation.core.permissions import Permission, Role
from participation.extensions import transaction
from participation.rounds.codes import check_character
from participation.rounds.kinds import Eligibility, KindName
from tests.factories.city import WITHOUT_BALLOT
from tests.factories.people import official
from tests.factories.town import PROCESS, WORKSHOP, Town

OFFICIAL = (
    Permission.CODE_PRINT,
    Permission.PROCESS_EDIT,
    Permission.ROUND_EDIT,
    Permission.ROUND_EXTEND,
)
ROUND: dict[str, Any] = {
    "phase": "II",
    "kind": "online",
    "tasks": ["prioritise_measures", "comment"],
    "opens_at": "2030-06-01T08:00:00+02:00",
    "closes_at": "2030-06-30T18:00:00+02:00",
    "titles": {"de": "Was zuerst?", "ar": "ما الأولوية؟"},
    "ballot_kind": "ranking",
    "max_choices": 5,
    "option_rule": "all_measures",
    "slug": "sommer",
}


class Program:
    """A program of somebody, with a bearer token."""

    def __init__(self, town: Town, who: Account, *scopes: Permission) -> None:
        with town.app.app_context(), transaction() as session:
            issued = create_token(
                session,
                who.id,
                name="test",
                scopes=[scope.value for scope in scopes],
                expires_at=town.now + timedelta(days=30),
                actor=SYSTEM,
                now=town.now,
            )
        self._client = town.app.test_client()
        self._headers = {"Authorization": f"Bearer {issued.secret}", "Accept-Language": "en"}

    def __call__(self, method: str, path: str, body: Any = None) -> TestResponse:
        return self._client.open(f"/api/v1{path}", method=method, json=body, headers=self._headers)


@pytest.fixture
def town(app: Flask) -> Town:
    return Town(app)


@pytest.fixture
def birte(town: Town) -> Program:
    return Program(town, town.cast.birte, *OFFICIAL)


def test_a_process_is_read_by_everybody(town: Town) -> None:
    client = town.as_()
    listed = client.get("/api/v1/processes").get_json()
    assert (listed["total"], listed["page"], listed["pages"]) == (1, 1, 1)
    shown = client.get(f"/api/v1/processes/{PROCESS}").get_json()
    assert shown == listed["items"][0]
    assert shown["title"]["translations"]["tr"] == {"body": "Uyum konsepti", "origin": "human", "stale": False}
    assert [phase["code"] for phase in shown["phases"]] == ["I", "II"]
    assert [field["code"] for field in shown["fields"]] == ["F1", "F2"]
    assert client.get("/api/v1/processes/none").status_code == 404


def test_a_process_with_phases_and_fields_is_set_up(town: Town) -> None:
    with town.app.app_context(), transaction() as session:
        office = official(session, "Berta", Role.OFFICE, None, now=town.now)
    program = Program(town, office, *OFFICIAL)
    wanted = {
        "city": "Lindenhafen",
        "titles": {"de": "Spielplätze"},
        "time_zone": "Europe/Berlin",
        "languages": ["de", "tr"],
        "default_language": "de",
    }
    made = program("POST", "/processes", wanted)
    assert made.status_code == 201
    assert made.get_json()["slug"] == "spielplaetze"
    phase = {
        "code": "I",
        "titles": {"de": "Wo?"},
        "opens_at": "2030-01-01T00:00:00Z",
        "closes_at": "2030-02-01T00:00:00Z",
    }
    assert program("POST", "/processes/spielplaetze/phases", phase).status_code == 201
    assert program("PUT", "/processes/spielplaetze/phases/I", phase | {"position": 4}).get_json()["position"] == 4
    assert program("POST", "/processes/spielplaetze/fields", {"code": "F1", "titles": {"de": "Rutschen"}}).status_code
    field = program("PUT", "/processes/spielplaetze/fields/F1", {"code": "F9", "titles": {"de": "Wippen"}})
    assert field.get_json()["code"] == "F9"
    changed = program("PATCH", "/processes/spielplaetze", {"titles": {"tr": "Oyun alanları"}, "city": "Neuhafen"})
    assert changed.get_json()["city"] == "Neuhafen"
    assert changed.get_json()["title"]["body"] == "Spielplätze"
    assert changed.get_json()["title"]["translations"]["tr"]["body"] == "Oyun alanları"


def test_birtes_program_sets_up_no_process_of_its_own(birte: Program) -> None:
    wanted = {
        "city": "Lindenhafen",
        "titles": {"de": "Spielplätze"},
        "time_zone": "Europe/Berlin",
        "languages": ["de"],
        "default_language": "de",
    }
    assert birte("POST", "/processes", wanted).status_code == 403


def test_a_round_is_set_up_changed_and_read(town: Town, birte: Program) -> None:
    made = birte("POST", f"/processes/{PROCESS}/rounds", ROUND)
    assert made.status_code == 201
    shown = made.get_json()
    assert (shown["slug"], shown["state"], shown["eligibility"]) == ("sommer", "draft", "open")
    assert shown["opens_at"].startswith("2030-06-01T06:00:00")
    assert shown["double_voting"].startswith("Every e-mail address has exactly one ballot.")
    changed = {name: value for name, value in ROUND.items() if name != "slug"} | {"max_choices": 3}
    assert birte("PUT", "/rounds/sommer", changed).get_json()["max_choices"] == 3
    assert town.as_().get("/api/v1/rounds/sommer").get_json()["title"]["translations"]["ar"]["body"] == "ما الأولوية؟"


def test_a_draft_is_discarded_by_a_program(town: Town, birte: Program) -> None:
    birte("POST", f"/processes/{PROCESS}/rounds", ROUND)
    assert birte("DELETE", "/rounds/sommer").status_code == 204
    assert birte("GET", "/rounds/sommer").status_code == 404
    town.round("vote")
    refused = birte("DELETE", "/rounds/vote")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "round_not_draft")


@pytest.mark.parametrize(
    "changes, code, field",
    [
        ({"phase": "IX"}, "no_such_phase", "phase"),
        ({"titles": {"ar": "ما"}}, "text_missing", "title-de"),
        ({"eligibility": "roll"}, "eligibility_not_of_kind", "eligibility"),
        ({"points": 5}, "limit_not_of_ballot", "points"),
        ({"option_rule": None}, "option_rule_missing", "option_rule"),
        ({"closes_at": "2030-06-01T08:00:00+02:00"}, "window_without_length", "closes_at"),
        ({"opens_at": "0001-01-01T00:00:00+14:00"}, "moment_out_of_range", "opens_at"),
        ({"closes_at": "9999-12-31T23:59:59-12:00"}, "moment_out_of_range", "closes_at"),
        ({"slug": "Sommer"}, "slug_not_possible", "slug"),
    ],
)
def test_a_round_that_cannot_be_is_a_problem_with_a_code(
    birte: Program, changes: dict[str, Any], code: str, field: str
) -> None:
    answer = birte("POST", f"/processes/{PROCESS}/rounds", ROUND | changes)
    assert answer.status_code == 422
    problem = answer.get_json()
    assert (problem["code"], problem["field"]) == (code, field)
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    "changes", [{"opens_at": "2030-06-01T08:00:00"}, {"kind": "council"}, {"tasks": []}, {"unknown": 1}]
)
def test_what_has_not_the_described_shape_is_refused(birte: Program, changes: dict[str, Any]) -> None:
    answer = birte("POST", f"/processes/{PROCESS}/rounds", ROUND | changes)
    assert answer.status_code == 422
    assert answer.get_json()["errors"]


def test_rounds_are_listed_by_process_kind_and_state(town: Town) -> None:
    town.round("vote")
    town.round("workshop", **WORKSHOP)
    town.planned("later")
    client = town.as_()

    def slugs(query: str) -> set[str]:
        return {item["slug"] for item in client.get(f"/api/v1/rounds?{query}").get_json()["items"]}

    assert slugs("") == {"vote", "workshop", "later"}
    assert slugs("state=open") == {"vote", "workshop"}
    assert slugs("kind=citizens") == {"workshop"}
    assert slugs(f"process={PROCESS}&state=draft") == {"later"}
    assert slugs("process=none") == set()


def test_a_round_is_extended_by_a_program(town: Town, birte: Program) -> None:
    town.round("vote")
    body = {"closes_at": "2150-06-30T18:00:00Z", "reasons": {"de": "Mehr Zeit."}}
    shown = birte("POST", "/rounds/vote/extend", body).get_json()
    assert shown["closes_at"].startswith("2150-06-30T18:00:00")
    (extension,) = shown["extensions"]
    assert extension["reason"]["body"] == "Mehr Zeit."
    again = birte("POST", "/rounds/vote/extend", body)
    assert (again.status_code, again.get_json()["code"]) == (422, "extension_not_later")
    town.close("vote")
    closed = birte("POST", "/rounds/vote/extend", body | {"closes_at": "2160-06-30T18:00:00Z"})
    assert (closed.status_code, closed.get_json()["code"]) == (409, "round_state")


def test_a_caller_is_told_where_a_round_stands_for_them(town: Town) -> None:
    town.round("vote")
    standing = Program(town, town.cast.ayse, Permission.BALLOT_CAST)("GET", "/rounds/vote/standing").get_json()
    assert (standing["takes_part"], standing["name"], standing["situation"]) == (True, "Ayşe", "running")
    stranger = town.as_().get("/api/v1/rounds/vote/standing?lang=en").get_json()
    assert (stranger["takes_part"], stranger["obstacle"]) == (False, "sign_in")
    assert "please sign in" in stranger["what_to_do"]


def test_the_roll_is_set_as_a_whole(town: Town, birte: Program) -> None:
    town.round("steering", opened=False, kind=KindName.STEERING_GROUP, eligibility=Eligibility.ROLL, **WITHOUT_BALLOT)
    members = [{"email": town.cast.olena.email, "seat": {"de": "Forum"}}, {"email": town.cast.jens.email}]
    shown = birte("PUT", "/rounds/steering/roll", {"members": members}).get_json()
    assert {member["email"] for member in shown["members"]} == {town.cast.olena.email, town.cast.jens.email}
    assert birte("GET", "/rounds/steering/roll").get_json() == shown
    refused = birte("PUT", "/rounds/steering/roll", {"members": [{"email": "niemand@example.org"}]})
    assert refused.get_json()["code"] == "unknown_on_roll"


def test_codes_are_made_seen_and_revoked(town: Town, birte: Program) -> None:
    town.round("workshop", **WORKSHOP)
    made = birte("POST", "/rounds/workshop/code-batches", {"count": 3, "label": "Samstag"})
    assert (made.status_code, made.get_json()["number"]) == (201, 1)
    cards = birte("POST", "/rounds/workshop/code-batches/1/cards").get_json()["cards"]
    assert [card["number"] for card in cards] == [1, 2, 3]
    assert cards[0]["address"] == f"http://localhost/code#{cards[0]['code'].replace(' ', '')}"
    assert birte("POST", "/rounds/workshop/code-batches/1/cards/2/revoke").get_json()["revoked_cards"] == [2]
    listed = birte("GET", "/rounds/workshop/code-batches").get_json()
    assert listed["items"][0]["cards"] == 3
    browser = town.as_()
    used = browser.post("/api/v1/session/code", json={"code": cards[0]["code"]})
    assert used.get_json()["round"] == "workshop"
    assert browser.get("/api/v1/rounds/workshop/standing").get_json()["takes_part"]
    revoked = browser.post(
        "/api/v1/session/code",
        json={"code": cards[1]["code"]},
        headers={"X-CSRFToken": used.get_json()["csrf_token"]},
    )
    assert revoked.get_json()["code"] == "code_revoked"
    assert birte("POST", "/rounds/workshop/code-batches/1/revoke").get_json()["revoked_at"]
    assert not browser.get("/api/v1/rounds/workshop/standing").get_json()["takes_part"]
    assert birte("POST", f"/rounds/workshop/code-batches/{2**40}/revoke").status_code == 404


def test_wrong_codes_of_programs_are_counted_too(town: Town) -> None:
    town.round("workshop", **WORKSHOP)
    body = "abcdefghjkmnpqr"
    typed = {"code": body + check_character(body), "round": "workshop"}
    answers = [town.as_().post("/api/v1/session/code", json=typed) for _attempt in range(61)]
    assert answers[0].get_json()["code"] == "no_such_code"
    assert (answers[-1].status_code, answers[-1].get_json()["code"]) == (429, "too_many_wrong_codes")
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_participants_programs_run_nothing(town: Town) -> None:
    town.round("workshop", **WORKSHOP)
    with pytest.raises(Invalid, match="scope_not_held"):
        Program(town, town.cast.ayse, *OFFICIAL)
    ayse = Program(town, town.cast.ayse, Permission.BALLOT_CAST, Permission.COMMENT_WRITE)
    assert ayse("POST", f"/processes/{PROCESS}/rounds", ROUND).status_code == 403
    assert ayse("GET", "/rounds/workshop/code-batches").status_code == 403
    assert ayse("POST", "/rounds/workshop/code-batches/1/cards").status_code == 403
    assert town.as_().post("/api/v1/rounds/workshop/code-batches/1/cards").status_code == 401
