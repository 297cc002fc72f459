"""The way of a voter through the pages: fill in, review, hand in, receipt. Nothing typed is lost on it."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from participation.accounts.models import RoleGrant
from participation.ballots import box
from participation.ballots.guard import key_store
from participation.ballots.models import Ballot, Option
from participation.ballots.services import close_round, detach_ballots, open_round, strike_option
from participation.core.actor import SYSTEM
from participation.core.permissions import Role
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.rounds.kinds import Eligibility
from participation.rounds.models import Round
from participation.rounds.rules import RoundState
from participation.tally.kinds import BallotKind
from tests.factories.votes import make_codes, make_measures, make_person, make_process, make_round
from tests.support.people import sign_in, sign_in_with_code

CODES = ["M01", "M02", "M03", "M04", "M05"]
FORMS: dict[BallotKind, list[tuple[str, str]]] = {
    BallotKind.RANKING: [("order", "M03"), ("order", "M01")],
    BallotKind.APPROVAL: [("choice", "M03"), ("choice", "M01")],
    BallotKind.POINTS: [("points-M01", "5"), ("points-M03", "2"), ("points-M02", ""), ("points-M04", "0")],
    BallotKind.SCORE: [("score-M01", "0"), ("score-M03", "5"), ("score-M02", "")],
}
CONTENTS: dict[BallotKind, Any] = {
    BallotKind.RANKING: ["M03", "M01"],
    BallotKind.APPROVAL: ["M01", "M03"],
    BallotKind.POINTS: {"M01": 5, "M03": 2},
    BallotKind.SCORE: {"M01": 0, "M03": 5},
}


class Place:
    """A round that is open now, with Ayşe signed in."""

    def __init__(self, app: Flask, kind: BallotKind = BallotKind.RANKING, **more: Any) -> None:
        self.app, self.now = app, utcnow()
        self.slug = "vote"
        with app.app_context(), transaction() as session:
            process = make_process(session, self.now)
            make_measures(session, process, CODES, self.now)
            round_ = make_round(session, process, self.now, slug=self.slug, ballot_kind=kind, **more)
            self.round_id = round_.id
            self.ayse = make_person(session, "Ayşe", self.now)
            self.farid_id = make_person(session, "Farid", self.now).id
            session.add(
                RoleGrant(account_id=self.farid_id, role=Role.MODERATOR, granted_at=self.now, granted_by="system")
            )
            self.codes = make_codes(session, round_, 1, self.now) if more.get("eligibility") else []
            open_round(session, self.slug, actor=SYSTEM, now=self.now, keys=key_store())
        self.client = sign_in(app.test_client(), self.ayse.id)

    @property
    def address(self) -> str:
        return f"/rounds/{self.slug}/ballot"

    def get(self, **query: str) -> TestResponse:
        return self.client.get(self.address, query_string={"lang": "en"} | query)

    def post(self, action: str, fields: list[tuple[str, str]], **more: str) -> TestResponse:
        return self.client.post(self.address, data=MultiDict([*fields, ("action", action), *more.items()]))

    def hand_in(self, review: TestResponse, **more: str) -> TestResponse:
        fields = MultiDict([*hidden(review.text, "/ballot/cast"), *more.items()])
        return self.client.post(f"{self.address}/cast", data=fields)

    def stored(self) -> list[Any]:
        with self.app.app_context():
            return list(db.session.scalars(select(Ballot.content)))

    def do(self, act: Callable[..., Any], *args: Any, **more: Any) -> None:
        with self.app.app_context(), transaction() as session:
            act(session, self.slug, *args, actor=SYSTEM, now=utcnow(), **more)


def hidden(page: str, action: str) -> list[tuple[str, str]]:
    """Return the hidden inputs of the form that posts to an address, as a browser would send them."""
    form = next(part for part in page.split("<form")[1:] if action in part.split(">")[0]).split("</form>")[0]
    return [
        (unescape(name), unescape(value))
        for name, value in re.findall(r'<input type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"', form)
    ]


def flat(page: TestResponse) -> str:
    """Return the page with every stretch of white space as one blank, however its template is broken into lines."""
    return re.sub(r"\s+", " ", page.text)


def texts(page: TestResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


@pytest.fixture
def place(app: Flask) -> Place:
    return Place(app)


@pytest.mark.parametrize("kind", BallotKind)
def test_a_ballot_of_each_kind_from_the_form_to_the_receipt_and_back(app: Flask, kind: BallotKind) -> None:
    place = Place(app, kind)
    assert place.get().status_code == 200
    review = place.post("review", FORMS[kind], based_on="0")
    assert review.status_code == 200
    assert "not in the box yet" in texts(review)
    assert place.stored() == []
    cast = place.hand_in(review)
    assert cast.status_code == 303
    assert cast.location == f"{place.address}/receipt"
    assert place.stored() == [CONTENTS[kind]]
    receipt = place.client.get(cast.location)
    with app.app_context():
        stored = db.session.scalars(select(Ballot.receipt)).one()
    assert stored in texts(receipt).replace(" ", "")
    assert receipt.headers["Cache-Control"] == "no-store"
    page = place.get()
    assert "Your ballot is in the box." in texts(page)
    assert dict(hidden(page.text, "data-ballot"))["based_on"] == "1"
    assert place.hand_in(place.post("review", FORMS[kind], based_on="1")).status_code == 303


def test_without_javascript_an_order_is_made_with_buttons(place: Place) -> None:
    def press(action: str, current: list[str]) -> list[str]:
        page = place.client.post(
            place.address, data=MultiDict([*(("order", code) for code in current), ("action", action)])
        )
        assert page.status_code == 200
        return [value for name, value in re.findall(r'name="(order)" value="(M\d+)"', flat(page))]

    chosen = press("add:M05", [])
    chosen = press("add:M01", chosen)
    assert chosen == ["M05", "M01"]
    assert press("up:M01", chosen) == ["M01", "M05"]
    assert press("down:M05", chosen) == ["M01", "M05"]
    assert press("up:M05", chosen) == chosen
    assert press("remove:M05", chosen) == ["M01"]
    assert press("filter", chosen) == chosen
    assert press("add:M05", chosen) == chosen


def test_a_full_order_says_so_and_keeps_what_is_chosen(place: Place) -> None:
    full = [("order", code) for code in ("M01", "M02", "M03")]
    page = place.post("add:M04", full)
    assert page.status_code == 422
    assert "take 1 away" in texts(page)
    assert re.findall(r'name="order" value="(M\d+)"', flat(page)) == ["M01", "M02", "M03"]


def test_search_and_field_leave_out_options_but_never_what_is_chosen(place: Place) -> None:
    page = place.post("filter", [("order", "M02")], q="massnahme m04")
    assert page.status_code == 200
    listed = re.findall(r'data-option="(M\d+)"', flat(page))
    assert listed == []
    page = place.post("filter", [("order", "M02")], q="measure m04")
    assert re.findall(r'data-option="(M\d+)"', flat(page)) == ["M04"]
    assert re.findall(r'name="order" value="(M\d+)"', flat(page)) == ["M02"]
    page = place.post("filter", [], field="F2")
    assert sorted(re.findall(r'data-option="(M\d+)"', flat(page))) == ["M01", "M03", "M05"]


def test_options_stand_in_an_order_of_their_own_for_each_voter_that_stays(app: Flask, place: Place) -> None:
    def order(client: FlaskClient) -> list[str]:
        return re.findall(r'data-option="(M\d+)"', flat(client.get(place.address)))

    with app.app_context(), transaction() as session:
        others = [make_person(session, f"Person{number}", place.now) for number in range(5)]
    mine = order(place.client)
    assert sorted(mine) == CODES
    assert order(place.client) == mine
    assert any(order(sign_in(app.test_client(), other.id)) != mine for other in others)


@pytest.mark.parametrize(
    "kind,fields,sentence,kept",
    [
        (
            BallotKind.APPROVAL,
            [("choice", code) for code in CODES[:4]],
            "You have chosen 4; at most 3 count. Please take 1 away.",
            'value="M04" checked',
        ),
        (
            BallotKind.POINTS,
            [("points-M01", "5"), ("points-M02", "4"), ("points-M03", "3")],
            "You have given 12 of 10 points. Please take 2 points away.",
            r'id="points-M03" value="3"',
        ),
        (BallotKind.POINTS, [("points-M01", "6")], "M01 can get at most 5 points.", r'id="points-M01" value="6"'),
        (BallotKind.POINTS, [("points-M01", "-1")], "Points for M01 start at 1.", r'id="points-M01" value="-1"'),
        (BallotKind.POINTS, [("points-M01", "two")], "M01 a whole number", r'id="points-M01" value="two"'),
        (BallotKind.POINTS, [("points-M01", "2"), ("points-M01", "3")], "M01 a whole number", r'value="2"'),
        (BallotKind.SCORE, [("score-M01", "9"), ("score-M02", "4")], "rate M01 from 0 to 5", r'value="4" checked'),
        (BallotKind.RANKING, [("order", "M99"), ("order", "M01")], "“M99” does not stand", r'value="M01"'),
        (
            BallotKind.RANKING,
            [("order", "M01"), ("order", "M01")],
            "M01 stands on your ballot",
            'value="M01"',
        ),
    ],
)
def test_a_limit_is_explained_and_nothing_typed_is_lost(
    app: Flask, kind: BallotKind, fields: list[tuple[str, str]], sentence: str, kept: str
) -> None:
    place = Place(app, kind)
    place.get()
    page = place.post("review", fields)
    assert page.status_code == 422
    assert sentence in texts(page)
    assert "Nothing that you filled in is lost." in texts(page)
    assert re.search(kept, flat(page))
    cast = place.client.post(f"{place.address}/cast", data=MultiDict([*fields, ("request_token", "t")]))
    assert cast.status_code == 422
    assert place.stored() == []


def test_from_the_review_one_can_go_back_and_change_something(place: Place) -> None:
    review = place.post("review", FORMS[BallotKind.RANKING], based_on="0")
    page = place.post("edit", hidden(review.text, "/ballot/cast"))
    assert page.status_code == 200
    assert re.findall(r'name="order" value="(M\d+)"', flat(page)) == ["M03", "M01"]


def test_an_empty_ballot_has_to_be_confirmed(place: Place) -> None:
    place.get()
    review = place.post("review", [])
    assert "This ballot is empty" in texts(review)
    refused = place.hand_in(review)
    assert refused.status_code == 422
    assert "If you mean that, please confirm it" in texts(refused)
    assert place.hand_in(refused, confirm_empty="1").status_code == 303
    assert place.stored() == [[]]


def test_a_form_sent_twice_is_one_ballot(place: Place) -> None:
    place.get()
    review = place.post("review", FORMS[BallotKind.RANKING])
    first, second = place.hand_in(review), place.hand_in(review)
    assert first.status_code == second.status_code == 303
    assert "Your ballot is in the box" in texts(place.client.get(second.location))
    assert place.stored() == [["M03", "M01"]]


def test_a_stale_page_shows_both_ballots_and_asks(place: Place) -> None:
    place.get()
    at_home = place.post("review", [("order", "M01")], based_on="0")
    place.hand_in(place.post("review", [("order", "M02")], based_on="0"))
    both = place.hand_in(at_home)
    assert both.status_code == 409
    assert "Measure M01" in texts(both)
    assert "Measure M02" in texts(both)
    assert place.stored() == [["M02"]]
    assert place.hand_in(both).status_code == 303
    assert place.stored() == [["M01"]]


def test_a_struck_option_is_named_with_its_reason_and_has_to_go(place: Place) -> None:
    place.get()
    place.hand_in(place.post("review", FORMS[BallotKind.RANKING]))
    place.do(strike_option, "M03", {"de": "Rechtlich unzulässig."})
    page = place.get()
    assert "M03 was taken off this round" in texts(page)
    assert "Rechtlich unzulässig." in texts(page)
    refused = place.post("review", FORMS[BallotKind.RANKING], based_on="1")
    assert refused.status_code == 422
    assert "M03 was taken off this round. Please remove it" in texts(refused)
    assert 'data-option="M03"' not in place.post("remove:M03", FORMS[BallotKind.RANKING]).text


def test_a_ballot_that_comes_too_late_is_shown_but_not_taken(place: Place) -> None:
    place.get()
    review = place.post("review", FORMS[BallotKind.RANKING])
    place.do(close_round)
    page = place.hand_in(review)
    assert page.status_code == 409
    assert "This round was closed" in texts(page)
    assert "What you had filled in" in texts(page)
    assert "Measure M03" in texts(page)
    assert place.stored() == []
    assert place.get().status_code == 409


def test_after_the_close_the_receipt_can_still_be_seen_until_the_conclusion(place: Place) -> None:
    place.get()
    place.hand_in(place.post("review", FORMS[BallotKind.RANKING]))
    place.do(close_round)
    assert place.client.get(f"{place.address}/receipt").status_code == 200
    assert "See your receipt" in texts(place.get())
    with place.app.app_context(), transaction() as session:
        detach_ballots(session, place.round_id, now=utcnow())
        session.get_one(Round, place.round_id).state = RoundState.CONCLUDED
        receipt = session.scalars(select(Ballot.receipt)).first()
        key_store().destroy(place.round_id)
    assert receipt is None
    page = place.client.get(f"{place.address}/receipt")
    assert page.status_code == 409
    assert "You have voted in this round." in texts(page)


def test_a_round_without_its_key_says_that_nothing_is_lost(place: Place) -> None:
    place.get()
    review = place.post("review", FORMS[BallotKind.RANKING])
    with place.app.app_context():
        key_store().destroy(place.round_id)
    page = place.hand_in(review)
    assert page.status_code == 503
    assert "cannot take ballots at the moment" in texts(page)


def lose_answers_to_commits(place: Place, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Carry commits out and lose the answer, so many times from the first that holds a ballot."""
    with place.app.app_context():
        dialect = db.engine.dialect
    commit, losses = dialect.do_commit, iter(range(times))

    def commit_and_lose(connection: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("SELECT count(*) FROM ballots")
        ballots = cursor.fetchone()[0]
        cursor.close()
        commit(connection)
        if ballots and next(losses, None) is not None:
            failure = dialect.loaded_dbapi.OperationalError("gone")
            vars(failure)["sqlite_errorname"] = "SQLITE_IOERR_FSYNC"
            if dialect.name == "postgresql":
                connection.driver_connection.close()
            raise failure

    monkeypatch.setattr(dialect, "do_commit", commit_and_lose)


def test_where_the_answer_to_the_commit_is_lost_the_program_itself_finds_the_ballot(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.get()
    review = place.post("review", FORMS[BallotKind.RANKING])
    lose_answers_to_commits(place, monkeypatch, 1)
    assert place.hand_in(review).status_code == 303
    assert len(place.stored()) == 1


def test_where_nobody_can_know_the_voter_is_told_so_and_sends_the_same_form_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.get()
    review = place.post("review", FORMS[BallotKind.RANKING])
    lose_answers_to_commits(place, monkeypatch, 2)
    page = place.hand_in(review)
    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert "it is not known whether this was saved. Sending the same again is safe" in texts(page)
    assert "not saved" not in texts(page)
    assert place.hand_in(page).status_code == 303
    assert len(place.stored()) == 1


def test_a_ballot_that_the_store_does_not_take_is_shown_again_and_is_the_same_request(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.get()
    review = place.post("review", FORMS[BallotKind.RANKING])

    def refuse(*_where: object, **_what: object) -> None:
        raise OperationalError("INSERT", None, Exception("database or disk is full"))

    with monkeypatch.context() as full:
        full.setattr(box, "put", refuse)
        page = place.hand_in(review)
    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert "This was not saved" in texts(page)
    assert "Measure M03" in texts(page)
    kept, sent = (dict(hidden(shown.text, "/ballot/cast")) for shown in (page, review))
    assert kept | {"csrf_token": ""} == sent | {"csrf_token": ""}
    assert place.stored() == []
    assert place.hand_in(page).status_code == 303


def test_visitors_are_told_how_to_join(app: Flask, place: Place) -> None:
    page = app.test_client().get(place.address, query_string={"lang": "en"})
    assert page.status_code == 403
    assert "Join with your e-mail address" in texts(page)
    assert "Measure M01" not in texts(page)


def test_the_bearer_of_a_code_votes_and_somebody_signed_in_by_mail_is_told_to_enter_one(app: Flask) -> None:
    place = Place(app, kind=BallotKind.RANKING, eligibility=Eligibility.CODES)
    place.get()
    assert "Enter your code" in texts(place.get())
    place.client = sign_in_with_code(app.test_client(), place.codes[0].id)
    assert "You take part with your code." in texts(place.get())
    assert place.hand_in(place.post("review", FORMS[BallotKind.RANKING])).status_code == 303


def test_a_round_without_a_vote_has_no_ballot(app: Flask, place: Place) -> None:
    with app.app_context(), transaction() as session:
        process = session.get_one(Round, place.round_id).process
        make_round(session, process, place.now, slug="talk", ballot_kind=None)
    for page in (place.client.get("/rounds/talk/ballot"), place.client.post("/rounds/talk/ballot/cast")):
        assert page.status_code == 409
    assert place.client.get("/rounds/nowhere/ballot").status_code == 404


@pytest.mark.parametrize("based_on", ["-1", "x", "1e9", "9" * 30, "٣"])
def test_a_revision_that_is_none_is_refused(place: Place, based_on: str) -> None:
    page = place.client.post(f"{place.address}/cast", data={"order": "M01", "request_token": "t", "based_on": based_on})
    assert page.status_code == 422
    assert place.stored() == []


def test_texts_are_shown_in_the_readers_language_with_their_origin(place: Place) -> None:
    page = place.get(lang="tr")
    assert "Önlem M01" in texts(page)
    option = place.client.get("/rounds/vote/options/M01?lang=ar")
    assert 'lang="ar" dir="rtl"' in option.text
    assert "Maßnahme M01" in texts(option)
    assert place.client.get("/rounds/vote/options/M99").status_code == 404


def test_a_receipt_is_found_at_any_time_and_never_stands_in_an_address(place: Place) -> None:
    place.get()
    place.hand_in(place.post("review", FORMS[BallotKind.RANKING]))
    with place.app.app_context():
        receipt = db.session.scalars(select(Ballot.receipt)).one()
    page = place.client.get("/rounds/vote/ballot/receipt?lang=en")
    assert "/rounds/vote/receipts" in texts(page)
    assert "tell how you voted" in texts(page)
    early = place.client.post("/rounds/vote/receipts", data={"receipt": receipt})
    assert "This ballot is in the box." in texts(early)
    place.do(close_round)
    with place.app.app_context(), transaction() as session:
        detach_ballots(session, place.round_id, now=utcnow())
        session.get_one(Round, place.round_id).state = RoundState.CONCLUDED
    typed = " ".join(receipt[at : at + 4].upper() for at in range(0, 16, 4))
    assert "This ballot was counted." in texts(place.client.post("/rounds/vote/receipts", data={"receipt": typed}))
    unknown = place.client.post("/rounds/vote/receipts", data={"receipt": "0000"})
    assert "This receipt is not known" in texts(unknown)
    assert place.client.post("/rounds/vote/receipts", data={"receipt": ""}).status_code == 422


# --- officials -------------------------------------------------------------------------------------------


def test_a_moderator_opens_closes_and_strikes_with_a_reason(app: Flask, place: Place) -> None:
    farid = sign_in(app.test_client(), place.farid_id)
    with app.app_context(), transaction() as session:
        process = session.get_one(Round, place.round_id).process
        make_round(session, process, place.now, slug="next")
    assert place.client.post("/rounds/next/open").status_code == 403
    assert farid.post("/rounds/next/open").location == "/rounds/next/manage"
    form = farid.get("/rounds/next/options/M02/strike?lang=en")
    assert "This cannot be taken back." in texts(form)
    refused = farid.post("/rounds/next/options/M02/strike", data={"reason-de": " ", "reason-tr": ""})
    assert refused.status_code == 422
    done = farid.post("/rounds/next/options/M02/strike", data={"reason-de": "Doppelt.", "reason-tr": "Çift."})
    assert done.status_code == 303
    assert farid.post("/rounds/next/close").status_code == 303
    with app.app_context():
        round_ = db.session.scalars(select(Round).where(Round.slug == "next")).one()
        assert round_.state is RoundState.CLOSED
        struck = select(func.count()).select_from(Option).where(Option.struck_at.is_not(None))
        assert db.session.scalar(struck) == 1
