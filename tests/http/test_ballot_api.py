"""The same way for programs: options, the caller's ballot, casting it once however often it is sent."""

import json
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from participation.accounts.services import create_token
from participation.ballots import casting
from participation.ballots.api import _first_doubled
from participation.ballots.guard import key_store
from participation.ballots.models import Ballot
from participation.ballots.services import close_round, detach_ballots, open_round
from participation.core.actor import SYSTEM
from participation.core.errors import Unavailable
from participation.core.ids import CROCKFORD
from participation.core.permissions import Permission, Role
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.rounds.models import Round
from participation.rounds.rules import RoundState
from participation.storage import IN_DOUBT
from participation.tally.kinds import BallotKind
from tests.factories.people import official, person
from tests.factories.votes import make_measures, make_process, make_round

CODES = ["M01", "M02", "M03", "M04", "M05"]
BALLOT = "/api/v1/rounds/vote/ballot"


class Program:
    """Somebody's program: a client that sends their bearer token."""

    def __init__(self, app: Flask, token: str) -> None:
        self._client, self._headers = app.test_client(), {"Authorization": f"Bearer {token}", "Accept-Language": "en"}

    def get(self, path: str, **more: Any) -> TestResponse:
        return self._client.get(path, headers=self._headers, **more)

    def post(self, path: str, **more: Any) -> TestResponse:
        return self._client.post(path, headers=self._headers, **more)

    def cast(self, content: Any, based_on: int = 0, key: str | None = "k", **more: Any) -> TestResponse:
        headers = self._headers | ({"Idempotency-Key": key} if key else {})
        return self._client.put(BALLOT, headers=headers, json={"content": content, "based_on": based_on, **more})

    def put_raw(self, body: str) -> TestResponse:
        headers = self._headers | {"Idempotency-Key": "k", "Content-Type": "application/json"}
        return self._client.put(BALLOT, headers=headers, data=body)


class Place:
    """A round that is open now, with programs of Ayşe and of Farid."""

    def __init__(self, app: Flask, kind: BallotKind = BallotKind.RANKING) -> None:
        self.app, now = app, utcnow()
        with app.app_context(), transaction() as session:
            process = make_process(session, now)
            make_measures(session, process, CODES, now)
            self.round_id = make_round(session, process, now, slug="vote", ballot_kind=kind).id
            make_round(session, process, now, slug="draft", ballot_kind=kind)
            ayse = person(session, "Ayşe", now=now)
            farid = official(session, "Farid", Role.MODERATOR, process, now=now)
            open_round(session, "vote", actor=SYSTEM, now=now, keys=key_store())
            self.ayse, self.farid, self.reader = (
                Program(app, self._token(session, account.id, *scopes))
                for account, scopes in (
                    (ayse, [Permission.BALLOT_CAST]),
                    (
                        farid,
                        [
                            Permission.BALLOT_CAST,
                            Permission.ROUND_OPEN,
                            Permission.ROUND_CLOSE,
                            Permission.ROUND_EDIT,
                            Permission.ROUND_WATCH,
                        ],
                    ),
                    (ayse, [Permission.COMMENT_WRITE]),
                )
            )

    @staticmethod
    def _token(session: Session, account_id: str, *scopes: Permission) -> str:
        now = utcnow()
        issued = create_token(
            session,
            account_id,
            name="test",
            scopes=[scope.value for scope in scopes],
            expires_at=now + timedelta(days=1),
            actor=SYSTEM,
            now=now,
        )
        return issued.secret

    def stored(self) -> list[Any]:
        with self.app.app_context():
            return list(db.session.scalars(select(Ballot.content)))


@pytest.fixture
def place(app: Flask) -> Place:
    return Place(app)


def test_a_ballot_of_which_nobody_knows_whether_it_is_stored_can_be_sent_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(*_args: object, **_more: object) -> None:
        raise Unavailable(IN_DOUBT)

    monkeypatch.setattr(casting, "written_together", break_off)
    answer = place.ayse.cast(["M01"])
    assert (answer.status_code, answer.json["code"] if answer.json else "") == (503, IN_DOUBT)
    assert "Sending the same again is safe" in answer.text


def test_options_are_given_as_frozen_with_every_translation(place: Place) -> None:
    answer = place.ayse.get("/api/v1/rounds/vote/options?per_page=2")
    assert answer.json is not None
    assert (answer.json["total"], answer.json["pages"], len(answer.json["items"])) == (5, 3, 2)
    first = answer.json["items"][0]
    assert first["title"]["language"] == "de"
    assert first["title"]["translations"]["tr"] == {"body": "Önlem M01", "origin": "machine", "stale": False}
    assert first["costing"]["once_cents"] == 100_000
    assert first["field"]["title"]["translations"]["en"]["body"] == "Housing"
    assert first["struck"] is None


def test_the_callers_ballot_is_empty_before_and_complete_after_casting(place: Place) -> None:
    before = place.ayse.get(BALLOT).json
    assert before is not None
    assert (before["content"], before["revision"], before["receipt"]) == (None, 0, None)
    assert sorted(before["options"]) == CODES
    assert before["limits"] == {"options": 3, "points": None, "value": None}
    cast = place.ayse.cast(["M02", "M01"]).json
    assert cast is not None
    assert set(cast["receipt"]) <= set(CROCKFORD)
    after = place.ayse.get(BALLOT).json
    assert after is not None
    assert (after["content"], after["revision"], after["receipt"]) == (["M02", "M01"], 1, cast["receipt"])


def test_the_same_key_is_the_same_ballot(place: Place) -> None:
    first, second = place.ayse.cast(["M02"]).json, place.ayse.cast(["M02"]).json
    third = place.ayse.cast(["M02"], key=None, request_token="k").json
    assert first is not None
    assert second == third == first | {"repeated": True}
    reused = place.ayse.cast(["M03"])
    assert reused.status_code == 409
    assert reused.json is not None
    assert reused.json["code"] == "request_reused"
    assert place.stored() == [["M02"]]


def test_a_stale_change_is_answered_with_both_ballots(place: Place) -> None:
    place.ayse.cast(["M01"], key="1")
    place.ayse.cast(["M02"], based_on=1, key="2")
    stale = place.ayse.cast(["M03"], based_on=1, key="3")
    assert stale.status_code == 409
    assert stale.json is not None
    assert stale.content_type == "application/problem+json"
    assert stale.json["code"] == "newer_ballot_exists"
    assert (stale.json["stored"], stale.json["sent"]) == ({"content": ["M02"], "revision": 2}, ["M03"])


def test_ones_own_ballot_is_not_there_before_the_opening_and_after_the_conclusion(place: Place) -> None:
    def answer(slug: str) -> tuple[int, str]:
        found = place.ayse.get(f"/api/v1/rounds/{slug}/ballot")
        assert found.json is not None
        return found.status_code, found.json["code"]

    place.ayse.cast(["M01"])
    assert answer("draft") == (409, "round_not_open_yet")
    with place.app.app_context(), transaction() as session:
        close_round(session, "vote", actor=SYSTEM, now=utcnow())
        detach_ballots(session, place.round_id, now=utcnow())
        session.get_one(Round, place.round_id).state = RoundState.CONCLUDED
    assert answer("vote") == (409, "ballot_not_kept")
    with place.app.app_context():
        key_store().destroy(place.round_id)
    assert answer("vote") == (409, "ballot_not_kept")


@pytest.mark.parametrize(
    "kind,content,code",
    [
        (BallotKind.RANKING, ["M01", "M99"], "unknown_option"),
        (BallotKind.RANKING, ["M01", "M01"], "duplicate_option"),
        (BallotKind.RANKING, CODES, "too_many_choices"),
        (BallotKind.RANKING, {"M01": 1}, "wrong_shape"),
        (BallotKind.RANKING, "M01", "wrong_shape"),
        (BallotKind.RANKING, [["M01"]], "wrong_shape"),
        (BallotKind.RANKING, [], "empty_not_confirmed"),
        (BallotKind.POINTS, {"M01": 5, "M02": 5, "M03": 1}, "too_many_points"),
        (BallotKind.POINTS, {"M01": 6}, "too_many_points_for_option"),
        (BallotKind.POINTS, {"M01": 0}, "points_not_positive"),
        (BallotKind.POINTS, {"M01": True}, "not_a_whole_number"),
        (BallotKind.POINTS, {"M01": 1.0}, "not_a_whole_number"),
        (BallotKind.SCORE, {"M01": 6}, "score_out_of_range"),
        (BallotKind.APPROVAL, ["M01", "M02", "M03", "M04"], "too_many_choices"),
    ],
)
def test_a_wrong_ballot_is_refused_with_a_code_and_a_sentence(
    app: Flask, kind: BallotKind, content: Any, code: str
) -> None:
    place = Place(app, kind)
    refused = place.ayse.cast(content)
    assert refused.status_code == 422
    assert refused.json is not None
    assert refused.json["code"] == code
    assert refused.json["detail"].endswith(".")
    assert place.stored() == []


@pytest.mark.parametrize(
    "body",
    [
        '{"content": {"M01": 1, "M01": 2}, "based_on": 0}',
        '{"content": {"M01": 1}, "based_on": 0, "based_on": 1}',
    ],
)
def test_a_name_that_stands_twice_is_not_chosen_from(app: Flask, body: str) -> None:
    place = Place(app, BallotKind.POINTS)
    refused = place.ayse.put_raw(body)
    assert refused.status_code == 422
    assert refused.json is not None
    assert refused.json["code"] == "doubled_name"
    assert place.stored() == []


class CountedName(str):
    """A name that counts how often names are compared."""

    __slots__ = ()
    compared: ClassVar[int] = 0

    def __eq__(self, other: object) -> bool:
        CountedName.compared += 1
        return super().__eq__(other)

    __hash__ = str.__hash__


def test_looking_for_a_doubled_name_takes_one_look_at_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CountedName, "compared", 0)
    names = [CountedName(f"M{number}") for number in range(1000)]
    assert _first_doubled([*names, CountedName("M999")]) == "M999"
    assert CountedName.compared <= 1001


def test_a_ballot_of_very_many_names_is_refused_like_any_other(app: Flask) -> None:
    place = Place(app, BallotKind.POINTS)
    refused = place.ayse.cast({f"X{number}": 1 for number in range(200_000)})
    assert refused.status_code == 422
    assert refused.json is not None
    assert refused.json["code"] == "unknown_option"


@pytest.mark.parametrize(
    "more",
    [
        {"based_on": -1},
        {"based_on": "0"},
        {"based_on": 2**31},
        {"based_on": 0.5},
        {"color": "blue"},
        {"request_token": ""},
        {"confirm_empty": "perhaps"},
    ],
)
def test_a_request_of_another_shape_is_refused(place: Place, more: dict[str, Any]) -> None:
    refused = place.ayse.put_raw(json.dumps({"content": ["M01"], "based_on": 0} | more))
    assert refused.status_code == 422
    assert place.stored() == []


def test_a_ballot_without_a_key_is_refused(place: Place) -> None:
    refused = place.ayse.cast(["M01"], key=None)
    assert refused.status_code == 422
    assert refused.json is not None
    assert refused.json["code"] == "request_token_missing"


def test_an_empty_ballot_counts_when_confirmed(place: Place) -> None:
    assert place.ayse.cast([], confirm_empty=True).status_code == 200
    assert place.stored() == [[]]


def test_who_may_what(app: Flask, place: Place) -> None:
    assert app.test_client().get(BALLOT).status_code == 401
    assert place.reader.get(BALLOT).status_code == 403
    assert place.reader.cast(["M01"]).status_code == 403
    assert place.ayse.post("/api/v1/rounds/vote/close").status_code == 403
    assert place.ayse.get("/api/v1/rounds/vote/turnout").status_code == 403
    assert place.ayse.get("/api/v1/rounds/nowhere/ballot").status_code == 404


def test_an_official_opens_strikes_watches_and_closes(place: Place) -> None:
    opened = place.farid.post("/api/v1/rounds/draft/open").json
    assert opened is not None
    assert (opened["state"], opened["options"]) == ("open", 5)
    assert place.farid.post("/api/v1/rounds/draft/open").status_code == 409
    place.ayse.cast(["M01"])
    turnout = place.farid.get("/api/v1/rounds/vote/turnout").json
    assert turnout is not None
    assert (turnout["total"], turnout["by_class"], turnout["by_channel"], turnout["by_day"]) == (1, {}, {}, {})
    reasons = [{"language": "tr", "body": "Çift."}, {"language": "de", "body": "Doppelt."}]
    address = "/api/v1/rounds/vote/options/M01/strike"
    assert place.farid.post(address, json={"reasons": [*reasons, reasons[0]]}).status_code == 422
    struck = place.farid.post(address, json={"reasons": reasons}).json
    assert struck is not None
    assert struck["struck"]["reason"]["language"] == "de"
    assert place.farid.post(address, json={"reasons": reasons}).status_code == 409
    refused = place.ayse.cast(["M01"], based_on=1, key="2").json
    assert refused is not None
    assert refused["code"] == "option_struck"
    closed = place.farid.post("/api/v1/rounds/vote/close").json
    assert closed is not None
    assert closed["state"] == "closed"
    assert place.ayse.cast(["M02"], based_on=1, key="3").status_code == 409


def test_a_receipt_is_found_in_the_box_replaced_and_counted(place: Place) -> None:
    cast = place.ayse.cast(["M01"]).json
    assert cast is not None
    address = f"/api/v1/rounds/vote/receipts/{cast['receipt']}"
    assert place.ayse.get(address).json == {"state": "in_the_box", "counted": False}
    changed = place.ayse.cast(["M02"], based_on=1, key="2").json
    assert changed is not None
    assert place.ayse.get(address).json == {"state": "replaced", "counted": False}
    with place.app.app_context(), transaction() as session:
        close_round(session, "vote", actor=SYSTEM, now=utcnow())
        detach_ballots(session, place.round_id, now=utcnow())
        session.get_one(Round, place.round_id).state = RoundState.CONCLUDED
    assert place.ayse.get(address).json == {"state": "replaced", "counted": False}
    asked = {"receipt": changed["receipt"]}
    assert place.ayse.post("/api/v1/rounds/vote/receipts", json=asked).json == {"state": "counted", "counted": True}
    assert place.ayse.get("/api/v1/rounds/vote/receipts/0000").json == {"state": "unknown", "counted": False}
