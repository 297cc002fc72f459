"""Ballot sheets at the browser, over the API and on the command line; tests/services proves both databases."""

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from participation.accounts.models import RoleGrant
from participation.ballots.guard import key_store
from participation.ballots.models import Ballot
from participation.ballots.paper.models import PaperEntry, PaperSheet
from participation.ballots.services import close_round, open_round
from participation.core.actor import SYSTEM
from participation.core.permissions import Role
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.results.views.concluding import CONFIRMED
from participation.rounds.kinds import Eligibility, KindName
from participation.tally.kinds import BallotKind
from tests.factories.votes import make_measures, make_person, make_process, make_round
from tests.support.pages import words
from tests.support.people import sign_in, sign_in_with_code

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

CODES = ["M01", "M02", "M03", "M04"]
PAGE = "/manage/rounds/vote/paper"
API = "/api/v1/rounds/vote/paper"


class Town:
    """An open round with sheets, and a browser for each of those who work with them."""

    def __init__(self, app: Flask, ballot_kind: BallotKind = BallotKind.RANKING, **more: Any) -> None:
        self.app = app
        now = utcnow()
        more = {"kind": KindName.CITIZENS, "eligibility": Eligibility.CODES} | more
        with app.app_context(), transaction() as session:
            process = make_process(session, now)
            make_measures(session, process, CODES, now)
            make_round(session, process, now, slug="vote", ballot_kind=ballot_kind, **more)
            people = {
                "olena": Role.FACILITATOR,
                "jens": Role.FACILITATOR,
                "farid": Role.MODERATOR,
                "birte": Role.OFFICE,
            }
            ids = {name: make_person(session, name.title(), now).id for name in people}
            for name, role in people.items():
                session.add(RoleGrant(account_id=ids[name], role=role, granted_at=now, granted_by="system"))
            open_round(session, "vote", actor=SYSTEM, now=now, keys=key_store())
        self.olena, self.jens, self.farid, self.birte = (sign_in(app.test_client(), ids[name]) for name in people)

    def make(self, count: int = 3) -> list[str]:
        """Make a batch and return the marks of its sheets, as they are printed."""
        made = self.olena.post(f"{PAGE}/sheets", data={"count": str(count), "label": "Nordstadt"})
        assert made.status_code == 303
        return re.findall(r"[0-9A-Z]{4}(?: [0-9A-Z]{4}){3}", marks_of(self.print("de")))

    def print(self, *tags: str, layout: str = "sheets") -> TestResponse:
        fields = MultiDict([*(("languages", tag) for tag in tags), ("layout", layout)])
        return self.olena.post(f"{PAGE}/sheets/1/print", data=fields)

    def receive(self, *marks: str) -> TestResponse:
        return self.olena.post(f"{PAGE}/receive?lang=en", data={"sheets": "\r\n".join(marks)})

    def type_in(self, client: FlaskClient, **fields: str) -> TestResponse:
        return client.post(f"{PAGE}/1/1?lang=en", data=fields)

    def box(self) -> list[Any]:
        with self.app.app_context():
            return list(db.session.scalars(select(Ballot.content)))

    def first_code(self) -> str:
        with self.app.app_context():
            return str(db.session.scalars(select(PaperSheet.code_id).where(PaperSheet.number == 1)).one())


def marks_of(page: TestResponse) -> str:
    shown = re.findall(r'class="sheet__marktext">(.*?)</p>', page.text, flags=re.DOTALL)
    return "\n".join(" ".join(re.sub(r"<[^>]+>", " ", unescape(one)).split()) for one in shown)


def says(client: FlaskClient, address: str) -> str:
    return words(client.get(address, query_string={"lang": "en"}))


def test_a_sheet_from_the_printer_to_the_box_and_back_to_its_voter(app: Flask) -> None:
    town = Town(app)
    marks = town.make()
    assert len(marks) == 3
    noted = town.receive(marks[0].lower(), marks[0], "1/2")
    assert noted.status_code == 422
    assert "1 sheet was noted 1/1 Noted before: 1/1 1 line was not noted" in words(noted)
    assert re.search(r"<textarea[^>]*>1/2</textarea>", noted.text)
    assert town.receive(marks[1]).status_code == 200
    found = town.olena.post(f"{PAGE}/type", data={"sheet": marks[0]})
    assert found.location == f"{PAGE}/1/1"
    assert town.type_in(town.olena, numbers="3, 1").location == f"{PAGE}/type"
    assert "A second person types it in next" in says(town.olena, f"{PAGE}/type")
    blind = town.jens.get(f"{PAGE}/1/1", query_string={"lang": "en"})
    assert "What stands on the sheet" in words(blind)
    assert not re.search(r'value="3,? 1"', blind.text)
    assert blind.headers["Cache-Control"] == "no-store"
    assert town.type_in(town.jens, numbers="3 1").location == f"{PAGE}/type"
    assert "Both read sheet 1/1 alike: it is in the box." in says(town.jens, f"{PAGE}/type")
    assert town.box() == [["M03", "M01"]]
    voter = sign_in_with_code(town.app.test_client(), town.first_code())
    receipt = voter.get("/rounds/vote/ballot/receipt", query_string={"lang": "en"})
    assert (receipt.status_code, "Measure M03" in words(receipt)) == (200, True)
    assert "Nothing can be voted or changed online with it any more." in words(receipt)
    assert "Change the ballot" not in words(receipt)


def test_who_has_the_code_of_a_received_sheet_is_told_before_filling_anything_in(app: Flask) -> None:
    town = Town(app)
    marks = town.make()
    voter = sign_in_with_code(app.test_client(), town.first_code())
    assert "Fill in the ballot" in says(voter, "/citizens/vote")
    town.receive(marks[0])
    told = "The ballot sheet with this code was handed in."
    door = says(voter, "/citizens/vote")
    assert (told in door, "Fill in the ballot" in door) == (True, False)
    for answer in (
        voter.get("/rounds/vote/ballot?lang=en"),
        voter.post("/rounds/vote/ballot?lang=en", data={"action": "review"}),
        voter.post("/rounds/vote/ballot/cast?lang=en", data={"request_token": "form", "based_on": "0"}),
    ):
        assert (answer.status_code, told in words(answer)) == (409, True)
    ballot = voter.get("/api/v1/rounds/vote/ballot").get_json()
    assert (ballot["revision"], ballot["sheet_handed_in"]) == (0, True)
    assert town.box() == []


def test_two_people_see_where_they_differ_and_clear_it_up(app: Flask) -> None:
    town = Town(app, BallotKind.POINTS)
    town.receive(*town.make())
    town.type_in(town.olena, **{"value-1": "4", "value-3": "2"})
    differs = town.type_in(town.jens, **{"value-1": "4", "value-3": "3"})
    assert differs.location == f"{PAGE}/1/1"
    page = says(town.jens, f"{PAGE}/1/1")
    assert "Typed in twice, with differences" in page
    assert re.search(r"3 Measure M03 different 3 2 ", page)
    assert "They clear it up between them." in says(town.farid, f"{PAGE}/1/1")
    refused = town.jens.post(f"{PAGE}/1/1/confirm?lang=en", data={"seen": "7"})
    assert (refused.status_code, "typed in sheet 1/1 anew" in words(refused)) == (409, True)
    assert town.jens.post(f"{PAGE}/1/1/confirm", data={"seen": "1"}).location == f"{PAGE}/type"
    assert town.box() == [{"M01": 4, "M03": 2}]
    assert "Sheet 1/1 is in the box already." in words(town.type_in(town.olena, numbers="1"))


def test_faults_are_all_said_at_the_form_and_what_was_typed_stays(app: Flask) -> None:
    town = Town(app, BallotKind.SCORE)
    town.receive(*town.make())
    page = town.type_in(town.olena, **{"value-1": "9", "value-2": "x", "value-3": "4"})
    assert page.status_code == 422
    for said in ("Number 1 can be rated from 0 to 5.", "What is typed for number 2 is not a whole number."):
        assert said in words(page)
    assert [re.search(rf'id="value-{n}"\s+name="value-{n}"\s+value="(\w*)"', page.text)[1] for n in (1, 2, 3)] == [  # type: ignore[index]
        "9",
        "x",
        "4",
    ]
    assert "Nothing is typed." in words(town.type_in(town.olena))
    assert town.type_in(town.olena, confirm_empty="1").status_code == 303
    assert town.olena.post(f"{PAGE}/1/1/withdraw").status_code == 303
    for who in (town.olena, town.jens):
        assert town.type_in(who, unfit="1", reason="unreadable").status_code == 303
    assert "is set aside and not counted. It cannot be read without guessing." in says(town.jens, f"{PAGE}/type")


def test_no_conclusion_while_sheets_wait_unless_they_are_set_aside_by_name(app: Flask) -> None:
    town = Town(app, kind=KindName.ONLINE, eligibility=Eligibility.OPEN)
    town.receive(*town.make())
    with app.app_context(), transaction() as session:
        close_round(session, "vote", actor=SYSTEM, now=utcnow())
    assert town.receive("anything").status_code == 409
    refused = town.farid.post("/rounds/vote/conclusion/request?lang=en", follow_redirects=True)
    assert "3 ballot sheets were received and are neither in the box nor set aside" in words(refused)
    assert "3 received ballot sheets still wait." in says(town.farid, "/rounds/vote/conclusion")
    nothing = town.farid.post(f"{PAGE}/set-aside?lang=en", data={"reason": "missing"})
    assert (nothing.status_code, "Please choose at least one sheet." in words(nothing)) == (422, True)
    chosen = MultiDict([("sheets", f"1/{number}") for number in (1, 2, 3)] + [("reason", "missing")])
    assert town.farid.post(f"{PAGE}/set-aside", data=chosen).status_code == 303
    assert town.farid.post(f"{PAGE}/1/2/take-up").status_code == 303
    page = says(town.farid, PAGE)
    assert "1 received sheet waits to be typed in by two people." in page
    assert "1/1 : The sheet cannot be found" in page
    town.farid.post(f"{PAGE}/set-aside", data={"sheets": "1/2", "reason": "not_entered"})
    assert town.farid.post("/rounds/vote/conclusion/request").status_code in {302, 303}
    assert "The conclusion was asked for, so nothing about the sheets changes" in says(town.farid, PAGE)
    assert town.olena.post(f"{PAGE}/set-aside", data=chosen).status_code == 403
    assert "3 were set aside and are not counted." in says(town.birte, "/rounds/vote/conclusion")
    town.birte.post("/rounds/vote/conclusion/confirm", data={CONFIRMED: "seen"})
    result = says(town.app.test_client(), "/rounds/vote/result")
    assert "3 ballot sheets were given out. 3 of them were set aside and not counted. How many came back" in result
    assert "nobody can exclude that somebody voted with a sheet and with an e-mail address" in result


@pytest.mark.parametrize("kind", BallotKind)
def test_a_sheet_is_printed_in_several_languages_and_directions(app: Flask, kind: BallotKind) -> None:
    town = Town(app, kind)
    town.make(2)
    page = town.print("ar", "de")
    assert page.headers["Cache-Control"] == "no-store"
    assert page.text.count('<article class="sheet" lang="ar" dir="rtl">') == 2
    titles = (r'<span lang="ar"\s+dir="rtl">إجراء M03</span>', r'<span lang="de"\s+dir="ltr">Maßnahme M03</span>')
    assert re.search(r"\s*".join(titles), page.text)
    assert page.text.count("<svg") >= 4
    labels = town.print("de", layout="labels")
    assert (labels.text.count("<article"), labels.text.count('<li class="sheet-label"')) == (1, 2)
    assert "§" not in page.text + labels.text
    assert town.print().status_code == 303  # no language was chosen


def test_an_open_round_tells_its_readers_that_sheets_were_given_out(app: Flask) -> None:
    town = Town(app, kind=KindName.ONLINE, eligibility=Eligibility.OPEN)
    told = "nobody can exclude that somebody voted with a sheet and with an e-mail address"
    assert told not in says(app.test_client(), "/online/vote")
    town.make()
    assert told in says(app.test_client(), "/online/vote")
    assert told in town.olena.get("/api/v1/rounds/vote?lang=en").get_json()["double_voting"]
    assert "Sheets make it possible to vote twice" in says(town.olena, PAGE)
    voter = sign_in_with_code(app.test_client(), town.first_code())
    assert voter.get("/rounds/vote/ballot").status_code == 200


def test_sheets_that_are_made_invalid_are_shown_where_they_were_made(app: Flask) -> None:
    town = Town(app)
    marks = town.make()
    assert town.farid.post("/manage/rounds/vote/codes/1/revoke-card", data={"number": "2"}).location == PAGE
    assert town.farid.post("/manage/rounds/vote/codes/1/revoke-card", data={"number": "9"}).location == PAGE
    page = says(town.farid, PAGE)
    assert "Invalid sheets: 2." in page
    assert "There is no card with this number in the batch." in page
    assert "The code of sheet 1/2 was made invalid." in words(town.receive(marks[1]))
    assert "No codes yet" in says(town.farid, "/manage/rounds/vote/codes")
    town.receive(marks[0])
    town.farid.post("/manage/rounds/vote/codes/1/revoke-card", data={"number": "1"})
    town.farid.post("/manage/rounds/vote/codes/1/revoke")
    page = says(town.farid, PAGE)
    assert "Sheet 1/1 was handed in, so its code stays valid." in page
    assert "1 sheet of this batch was handed in, and its code stays valid." in page
    assert "Invalid sheets: 2." in page


class Program:
    """The API in the hands of somebody who is signed in."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def __call__(self, method: str, path: str, json: Any = None) -> TestResponse:
        headers = {"X-CSRFToken": self.client.form_token()}
        answer: TestResponse = self.client.open(f"{API}{path}", method=method, json=json, headers=headers)
        return answer


def test_everything_that_pages_do_with_sheets_programs_can_do(app: Flask) -> None:
    town = Town(app)
    olena, jens, farid = (Program(client) for client in (town.olena, town.jens, town.farid))
    assert olena("POST", "/batches", {"count": 4, "label": "Nordstadt"}).get_json() == {
        "number": 1,
        "label": "Nordstadt",
        "sheets": 4,
    }
    printed = olena("POST", "/batches/1/print").get_json()["sheets"]
    assert printed[0]["address"].endswith("#" + printed[0]["code"].replace(" ", ""))
    marks = [sheet["mark"] for sheet in printed]
    lines = olena("POST", "/received", {"sheets": [*marks, "?"]}).get_json()["lines"]
    assert [line["sheet"] for line in lines] == ["1/1", "1/2", "1/3", "1/4", None]
    assert lines[4]["fault"]["code"] == "code_sign"
    assert olena("PUT", "/sheets/1/1/entry", {"numbers": [3, 1]}).get_json()["outcome"] == "waits"
    seen = jens("GET", "/sheets/1/1").get_json()
    assert (seen["people"], seen["mine"], seen["theirs"], seen["lines"]) == (1, None, None, [])
    faulty = jens("PUT", "/sheets/1/1/entry", {"numbers": [9, 9]})
    assert (faulty.status_code, len(faulty.get_json()["faults"])) == (422, 2)
    both = jens("PUT", "/sheets/1/1/entry", {"numbers": [1], "reason": "empty"})
    assert (both.status_code, both.get_json()["code"]) == (422, "wrong_shape")
    assert jens("PUT", "/sheets/1/1/entry", {"numbers": [3]}).get_json()["outcome"] == "differs"
    seen = jens("GET", "/sheets/1/1").get_json()
    assert seen["theirs"] == {"content": ["M03", "M01"], "reason": None}
    assert seen["lines"][1] == {"line": 2, "mine": None, "theirs": 1, "differs": True}
    agreed = jens("POST", "/sheets/1/1/confirm", {"seen": seen["theirs_revision"]}).get_json()
    assert agreed == {"sheet": "1/1", "outcome": "cast", "reason": None}
    olena("PUT", "/sheets/1/2/entry", {"reason": "invalid"})
    assert olena("POST", "/sheets/1/2/withdraw").status_code == 204
    assert farid("POST", "/set-aside", {"sheets": ["1/2", "1/3"], "reason": "missing"}).get_json() == {
        "sheets": ["1/2", "1/3"]
    }
    assert farid("POST", "/sheets/1/2/take-up").get_json()["state"] == "received"
    listed = olena("GET", "/sheets?state=set_aside").get_json()
    assert [(one["sheet"], one["reason"]) for one in listed["items"]] == [("1/3", "missing")]
    figures = farid("GET", "").get_json()
    assert (figures["printed"], figures["received"], figures["waiting"], figures["cast"]) == (4, 4, 2, 1)
    assert figures["set_aside"] == {"missing": 1}
    with app.app_context():
        assert db.session.scalars(select(PaperEntry)).all() == []


def test_the_command_line_makes_sheets_and_notes_a_stack_as_received(app: Flask) -> None:
    town = Town(app)
    run = app.test_cli_runner().invoke
    assert "Batch 1 of vote has 2 sheets." in run(args=["paper", "issue", "vote", "2"]).output
    marks = re.findall(r"[0-9A-Z]{4}(?: [0-9A-Z]{4}){3}", marks_of(town.print("de")))
    noted = run(args=["paper", "receive", "vote"], input=f"{marks[0]}\nnothing\n")
    assert noted.exit_code == 1
    assert "1 noted as received, 0 were noted before." in noted.output
    assert "received:     1" in run(args=["paper", "show", "vote"]).output
