"""Everything about money and plans that a page can do, a program can do too."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.http.budgeting.conftest import Room

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
MONEY: dict[str, Any] = {
    "code": "E2",
    "titles": {"de": "Weitere Mittel"},
    "cents": 12_000_000,
    "first_year": 2032,
    "mode": "replacing",
    "sources": {"de": "Beschluss der Bürgerschaft"},
    "decided_on": "2021-03-25",
}


def body(response: TestResponse) -> dict[str, Any]:
    found: dict[str, Any] = response.get_json()
    return found


def send(room: Room, method: str, address: str, sent: dict[str, Any]) -> TestResponse:
    headers = {"X-CSRFToken": room.birte.form_token()}  # type: ignore[attr-defined]
    return room.birte.open(f"{room.api}{address}", method=method, json=sent, headers=headers)


def test_the_whole_way_from_money_to_a_settled_plan(room: Room) -> None:
    assert send(room, "POST", "/envelopes", MONEY).status_code == 201
    years = body(room.visitor.get(f"{room.api}/envelopes"))["by_year"]
    assert [(year["year"], year["granted_cents"], year["if_additive_cents"]) for year in years][:2] == [
        (2031, 3_000_000, 3_000_000),
        (2032, 12_000_000, 15_000_000),
    ]
    plan = {"slug": "zwei", "titles": {"de": "Zwei"}, "ranking": "joint", "first_year": 2031, "last_year": 2033}
    assert send(room, "POST", "/plans", plan).status_code == 201
    chosen = {"measure": "M4", "choice": "later", "reason": "Erst die Räume.", "language": "de", "based_on": 1}
    assert body(send(room, "POST", "/plans/zwei/decisions", chosen))["number"] == 1
    assert room.visitor.get(f"{room.api}/plans/zwei").status_code == 404
    shown = body(room.birte.get(f"{room.api}/plans/zwei"))["document_hash"]
    unseen = send(room, "POST", "/plans/zwei/settlement", {"based_on": 2, "seen": "0" * 64})
    assert (unseen.status_code, body(unseen)["code"]) == (409, "plan_changed")
    settled = send(room, "POST", "/plans/zwei/settlement", {"based_on": 2, "seen": shown})
    assert body(settled)["state"] == "settled"
    document = body(room.visitor.get(f"{room.api}/plans/zwei", headers={"Accept-Language": "en"}))
    rows = {row["code"]: (row["status"], row["start_year"]) for row in document["measures"]}
    assert rows["M1"] == ("starts", 2031)
    assert rows["M2"] == ("starts", 2032)
    assert rows["M4"] == ("later", None)
    assert document["measures"][0]["sentence"].startswith("Starts in 2031")
    compared = body(room.visitor.get(f"{room.api}/plans/zwei/comparison"))["rules"]
    assert [one["rule"] for one in compared][:2] == ["over-years", "greedy"]
    assert [one["slug"] for one in body(room.visitor.get(f"{room.api}/plans"))["items"]] == ["zwei"]


REFUSED: list[tuple[dict[str, Any], int, str | None]] = [
    ({"sources": {"de": ""}}, 422, "envelope_without_source"),
    ({"source_paper": "Nr. 7"}, 422, "not_a_paper_reference"),
    ({"last_year": 2031}, 422, "ends_before_it_starts"),
    ({"code": "E1"}, 409, "envelope_code_taken"),
    ({"cents": -1}, 422, None),
    ({"cents": "zwölf"}, 422, None),
    ({"cents": 1.5}, 422, None),
]


def test_money_at_fault_is_refused_with_a_code(room: Room) -> None:
    for changes, status, code in REFUSED:
        response = send(room, "POST", "/envelopes", {**MONEY, **changes})
        assert response.status_code == status, changes
        assert code is None or body(response)["code"] == code


def test_a_stale_act_is_refused(room: Room) -> None:
    assert body(send(room, "POST", "/plans/plan/settlement", {"based_on": 3, "seen": "0"}))["code"] == "plan_changed"
    changed = {name: value for name, value in MONEY.items() if name != "code"} | {"based_on": 9}
    assert body(send(room, "PUT", "/envelopes/E1", changed))["code"] == "envelope_changed"
