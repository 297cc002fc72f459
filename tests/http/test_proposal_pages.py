"""Proposals as people meet them: lists, forms that lose nothing, and who may do what before, during and after."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.datastructures import MultiDict

from participation.extensions import db
from participation.processes.queries import process_by_slug
from participation.proposals.models import Proposal
from participation.proposals.queries import proposal_by_code
from participation.proposals.rules import ProposalState
from participation.rounds.rules import RoundState
from participation.texts.queries import original
from tests.support.scenes import PROCESS, Scene

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
NEW = "/rounds/online/proposals/new"
SAID = {
    "language": "tr",
    "title": "Anneler için sabah konuşma grubu",
    "body": "Çocukları okula bıraktıktan sonra Almanca konuşmak istiyoruz.",
    "serves": "G1.1",
    "author_name": "Ayşe",
}


@pytest.fixture
def scene(app: Flask) -> Scene:
    return Scene(app)


def stored(scene: Scene, code: str) -> Proposal:
    return scene.read(lambda session: proposal_by_code(session, process_by_slug(session, "integration").id, code))


def hand_in(client: FlaskClient, path: str = NEW, **changes: Any) -> str:
    """Hand a proposal in and return the address of its page."""
    answer = client.post(path, data=SAID | {"then": "submit"} | changes)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_a_citizen_hands_a_proposal_in_and_everybody_reads_it(scene: Scene) -> None:
    form = scene.ayse.get(NEW, query_string={"lang": "en"})
    assert form.status_code == 200
    assert "Propose a measure" in form.text
    page = hand_in(scene.ayse)
    assert page.endswith("/proposals/P001")
    read = scene.visitor.get(page, query_string={"lang": "en"})
    assert SAID["title"] in read.text
    assert '<bdi lang="tr" dir="ltr">Türkçe</bdi>' in read.text
    assert "Submitted" in read.text
    assert "What became of it" in read.text


def test_a_draft_is_seen_by_its_author_alone_and_handed_in_later(scene: Scene) -> None:
    page = str(scene.ayse.post(NEW, data=SAID | {"then": "draft", "body": ""}).location)
    assert scene.ayse.get(page).status_code == 200
    for somebody in (scene.visitor, scene.olena, scene.birte, scene.elif_):
        assert somebody.get(page).status_code == 404
    assert SAID["title"] in scene.ayse.get(f"{PROCESS}/proposals").text
    assert SAID["title"] not in scene.visitor.get(f"{PROCESS}/proposals").text
    refused = scene.ayse.post(f"{page}/submit", data={"round": "online"}, follow_redirects=True)
    assert "Bitte schreiben" in refused.text or "write something" in refused.text
    scene.ayse.post(f"{page}/edit", data=SAID | {"based_on": "1"})
    answer = scene.ayse.post(f"{page}/submit", data={"round": "online"})
    assert str(answer.location).endswith("/P001")


@pytest.mark.parametrize(
    "changes, word",
    [
        ({"title": ""}, "write something"),
        ({"title": "x" * 201}, "at most 200"),
        ({"body": "y" * 10_001}, "at most 10000"),
        ({"title": "Glocke\x07"}, "cannot be shown"),
        ({"body": "\u202eumgedreht"}, "direction"),
        ({"language": "xx"}, "not known here"),
        ({"serves": "G9"}, "no proposal with the code"),
        ({"field": "F9"}, "no field of action"),
    ],
)
def test_a_refused_form_keeps_what_was_typed_and_says_what_to_do(
    scene: Scene, changes: dict[str, str], word: str
) -> None:
    answer = scene.ayse.post(NEW, query_string={"lang": "en"}, data=SAID | {"then": "submit"} | changes)
    assert answer.status_code == 422
    assert word in answer.text
    assert "error-summary" in answer.text
    for name in ("title", "body"):
        assert (SAID | changes)[name][:50].replace("\x07", "") in answer.text.replace("\x07", "")
    assert scene.read(lambda session: session.scalars(select(Proposal).where(Proposal.code.like("P%"))).all()) == []


def test_all_faults_are_shown_at_their_inputs(scene: Scene) -> None:
    data = SAID | {"then": "submit", "title": "", "body": "x" * 10_001}
    answer = scene.ayse.post(NEW, query_string={"lang": "en"}, data=data)
    assert 'id="title-error"' in answer.text
    assert 'id="body-error"' in answer.text


def test_bytes_that_are_no_text_are_refused(scene: Scene) -> None:
    body = b"title=%ff%fe&body=x&language=de&then=submit"
    answer = scene.ayse.post(NEW, data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 422


def test_who_does_not_take_part_is_led_to_the_rounds_door(scene: Scene) -> None:
    for client in (scene.visitor, scene.code):
        answer = client.get(NEW)
        assert (answer.status_code, answer.location) == (302, "/online/online")
    assert scene.visitor.post(NEW, data=SAID).status_code == 401
    refused = scene.code.post(NEW, data=SAID | {"then": "submit"})
    assert refused.status_code == 403


def test_before_and_after_the_round_nothing_is_taken_and_nothing_typed_is_lost(scene: Scene) -> None:
    for state in (RoundState.DRAFT, RoundState.CLOSED):
        scene.put("online", state=state)
        assert scene.ayse.get(NEW).location == "/online/online"
        answer = scene.ayse.post(NEW, data=SAID | {"then": "submit"})
        assert answer.status_code == 409
        assert SAID["body"] in answer.text


def test_delegates_and_codes_propose_through_their_own_rounds(scene: Scene) -> None:
    theirs = hand_in(scene.olena, "/rounds/forum/proposals/new")
    assert "Brücke e. V." in scene.visitor.get(theirs).text
    page = hand_in(scene.code, "/rounds/werkstatt/proposals/new", author_name="", title="Ohne Namen")
    assert "without a name" in scene.visitor.get(page, query_string={"lang": "en"}).text


def test_a_change_by_somebody_else_is_shown_beside_and_nothing_is_overwritten(scene: Scene) -> None:
    page = hand_in(scene.ayse)
    first = scene.ayse.post(f"{page}/edit", data=SAID | {"based_on": "1", "title": "Birinci"})
    assert first.status_code == 303
    second = scene.ayse.post(
        f"{page}/edit", query_string={"lang": "en"}, data=SAID | {"based_on": "1", "title": "İkinci"}
    )
    assert second.status_code == 409
    assert "Birinci" in second.text
    assert 'value="İkinci"' in second.text
    assert 'name="based_on" type="hidden" value="2"' in second.text
    third = scene.ayse.post(f"{page}/edit", data=SAID | {"based_on": "2", "title": "İkinci"})
    assert third.status_code == 303
    assert "Birinci" in scene.visitor.get(page).text  # among the earlier wordings


def test_only_its_author_rewords_and_withdraws(scene: Scene) -> None:
    page = hand_in(scene.ayse)
    for somebody in (scene.olena, scene.birte):
        assert somebody.get(f"{page}/edit").status_code == 303
        assert somebody.post(f"{page}/edit", data=SAID | {"based_on": "1", "title": "Benim"}).status_code == 403
        assert somebody.post(f"{page}/withdraw", data={}).status_code == 403
    assert scene.ayse.get(f"{page}/withdraw").status_code == 200
    assert scene.ayse.post(f"{page}/withdraw", data={"reason": "Vazgeçtim"}).status_code == 303
    assert "Vazgeçtim" in scene.visitor.get(page).text
    assert scene.ayse.post(f"{page}/withdraw", data={}).status_code == 409
    assert SAID["title"] not in scene.visitor.get(f"{PROCESS}/proposals").text
    assert SAID["title"] in scene.visitor.get(f"{PROCESS}/proposals", query_string={"state": "withdrawn"}).text


def test_a_translation_is_one_tap_away_and_names_its_origin(scene: Scene) -> None:
    page = hand_in(scene.ayse)
    form = scene.birte.get(f"{page}/translate", query_string={"to": "en"})
    assert form.status_code == 200
    words = {"language": "en", "title": "Talking group", "body": "We want to speak German."}
    assert scene.birte.post(f"{page}/translate", data=words).status_code == 303
    read = scene.visitor.get(page, query_string={"lang": "en"})
    assert "Talking group" in read.text
    assert "Translated by a person" in read.text
    assert SAID["title"] in read.text
    assert scene.olena.post(f"{page}/translate", data=words).status_code == 403
    again = scene.birte.post(f"{page}/translate", data=words | {"language": "tr"})
    assert again.status_code == 422
    assert "Talking group" in again.text


def test_the_list_finds_by_words_in_every_language_and_narrows(scene: Scene) -> None:
    hand_in(scene.ayse)
    scene.birte.post(f"{PROCESS}/proposals/P001/translate", data={"language": "de", "title": "Sprechgruppe für Mütter"})
    hand_in(
        scene.olena, "/rounds/forum/proposals/new", title="Samstagsschule", language="de", body="Räume", serves="G1.2"
    )

    def found(**query: str) -> set[str]:
        text = scene.visitor.get(f"{PROCESS}/proposals", query_string=query | {"lang": "en"}).text
        return {code for code in ("P001", "P002") if f"<bdi>{code}</bdi>" in text}

    assert found() == {"P001", "P002"}
    assert found(q="SPRECHGRUPPE mutter") == {"P001"}
    assert found(q="konusma") == {"P001"}
    assert found(q="p002") == {"P002"}
    assert found(q="100%_") == set()
    assert found(language="tr") == {"P001"}
    assert found(kind="goal") == set()
    assert found(kind="nonsense") == {"P001", "P002"}
    assert found(state="admitted", kind="measure") == set()
    assert found(field="F2") == set()
    assert scene.visitor.get(f"{PROCESS}/proposals", query_string={"page": "0"}).status_code == 404


def test_the_list_has_pages(scene: Scene) -> None:
    for number in range(30):
        scene.do(lambda session, number=number: scene.town_now(session).recorded(f"M{number:02d}", f"Nummer {number}"))  # type: ignore[misc]
    first = scene.visitor.get(f"{PROCESS}/proposals", query_string={"kind": "measure"})
    assert "Nummer 24" in first.text
    assert "Nummer 25" not in first.text
    second = scene.visitor.get(f"{PROCESS}/proposals", query_string={"kind": "measure", "page": "2"})
    assert "Nummer 29" in second.text


def count_queries(scene: Scene, client: FlaskClient, path: str) -> int:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    with scene.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(statements)


@pytest.mark.parametrize(
    "path",
    [
        f"{PROCESS}/proposals",
        f"/api/v1{PROCESS}/proposals?per_page=100",
        f"{PROCESS}/costs",
        "/administration/kosten",
        "/steering-group/lenkung",
    ],
)
def test_longer_lists_take_no_more_queries(scene: Scene, path: str) -> None:
    def fill(numbers: range) -> None:
        for number in numbers:
            hand_in(scene.olena, "/rounds/forum/proposals/new", title=f"Neu {number}")
            scene.do(
                lambda session, number=number: scene.town_now(session).recorded(  # type: ignore[misc]
                    f"M{number:02d}", f"Nummer {number}", department="D4", organisation_id=scene.town.organisation.id
                )
            )

    fill(range(2))
    few = count_queries(scene, scene.birte, path)
    fill(range(2, 10))
    assert count_queries(scene, scene.birte, path) == few


def test_a_proposal_with_many_comments_and_relatives_takes_no_more_queries(scene: Scene) -> None:
    scene.do(lambda session: scene.town_now(session).recorded("M01", "Sprachcafé"))

    def talk(numbers: range) -> None:
        for number in numbers:
            said = {"round": "forum", "language": "de", "body": f"Nummer {number}"}
            assert scene.olena.post(f"{PROCESS}/proposals/M01/comments", data=said).status_code == 303
            page = hand_in(scene.olena, "/rounds/forum/proposals/new", title=f"Neu {number}")
            code = page.rpartition("/")[2]
            merged = decide(scene.elif_, code, "merge", based_on=1, into="M01", **{"reason-de": "Dasselbe."})
            assert merged.status_code == 303

    path = f"{PROCESS}/proposals/M01"
    talk(range(2))
    few = count_queries(scene, scene.visitor, path)
    talk(range(2, 8))
    assert count_queries(scene, scene.visitor, path) == few
    assert few <= 48


# Deciding at the steering group's door


def decide(client: FlaskClient, code: str, action: str, **data: Any) -> Any:
    fields = MultiDict([(f"{action}-{name}", value) for name, value in data.items()])
    return client.post(f"/steering-group/lenkung/proposals/{code}/{action}", data=fields, query_string={"lang": "en"})


def test_the_steering_group_decides_with_reasons_that_everybody_reads(scene: Scene) -> None:
    scene.do(lambda session: scene.town_now(session).recorded("M01", "Sprachcafé am Hafen"))
    for title in ("Bir", "İki", "Üç", "Dört"):
        hand_in(scene.ayse, title=title)
    door = scene.elif_.get("/steering-group/lenkung", query_string={"lang": "en"})
    assert "4 proposals wait for a decision" in door.text
    assert "public bundle" in scene.elif_.get("/steering-group/lenkung/proposals/P001?lang=en").text
    admitted = decide(scene.elif_, "P001", "admit", based_on=1, serves="G1.1", department="D4")
    assert (admitted.status_code, admitted.location) == (303, "/steering-group/lenkung")
    merged = decide(scene.elif_, "P002", "merge", based_on=1, into="M01", **{"reason-de": "Gehört dazu."})
    assert merged.status_code == 303
    declined = decide(scene.elif_, "P003", "decline", based_on=1, **{"reason-de": "Nicht Sache der Stadt."})
    assert declined.status_code == 303
    parts = {"parts-0-title": "A", "parts-0-body": "a", "parts-1-title": "B", "parts-1-body": "b", "parts": 2}
    split = decide(
        scene.elif_,
        "P004",
        "split",
        based_on=1,
        language="tr",
        **parts,
        **{"reason-de": "Zwei Sachen.", "reason-en": "Two."},
    )
    assert split.status_code == 303
    states = {code: stored(scene, code).state for code in ("P001", "P002", "P003", "P004", "P005", "P006")}
    assert list(states.values()) == [
        ProposalState.ADMITTED,
        ProposalState.MERGED,
        ProposalState.DECLINED,
        ProposalState.SPLIT,
        ProposalState.SUBMITTED,
        ProposalState.SUBMITTED,
    ]
    assert "Nicht Sache der Stadt." in scene.visitor.get(f"{PROCESS}/proposals/P003").text
    assert "İki" in scene.visitor.get(f"{PROCESS}/proposals/M01").text
    page = scene.visitor.get(f"{PROCESS}/proposals/P004", query_string={"lang": "en"}).text
    assert "Split into P005, P006" in page
    assert "Two." in page


def test_a_refused_decision_keeps_what_was_typed(scene: Scene) -> None:
    hand_in(scene.ayse)
    nothing = decide(scene.elif_, "P001", "decline", based_on=1, **{"reason-en": ""})
    assert nothing.status_code == 422
    assert "Please give a reason" in nothing.text
    parts = {"parts-0-title": "Erster Teil", "parts-1-title": "", "parts-1-body": "Text", "parts": 2}
    split = decide(scene.elif_, "P001", "split", based_on=1, language="de", **parts, **{"reason-de": "Zwei."})
    assert split.status_code == 422
    assert 'value="Erster Teil"' in split.text
    assert 'id="split-parts-1-title-error"' in split.text
    assert stored(scene, "P001").state is ProposalState.SUBMITTED


def test_one_more_part_is_a_button_that_decides_nothing(scene: Scene) -> None:
    hand_in(scene.ayse)
    fields = {"split-based_on": "1", "split-parts": "2", "split-parts-0-title": "Bleibt", "then": "more"}
    answer = scene.elif_.post("/steering-group/lenkung/proposals/P001/split", data=fields)
    assert answer.status_code == 200
    assert 'name="split-parts-2-title"' in answer.text
    assert 'value="Bleibt"' in answer.text


def test_a_text_changed_at_the_last_minute_is_read_again(scene: Scene) -> None:
    page = hand_in(scene.ayse)
    scene.ayse.post(f"{page}/edit", data=SAID | {"based_on": "1", "title": "Bambaşka bir şey"})
    answer = decide(scene.elif_, "P001", "admit", based_on=1, serves="G1.1")
    assert answer.status_code == 409
    assert "Bambaşka bir şey" in answer.text
    assert stored(scene, "P001").state is ProposalState.SUBMITTED
    assert decide(scene.elif_, "P001", "admit", based_on=2, serves="G1.1").status_code == 303


def test_alike_titles_are_offered_without_a_verdict(scene: Scene) -> None:
    scene.do(lambda session: scene.town_now(session).recorded("M01", "Sprachcafé am Hafen"))
    hand_in(scene.ayse, language="de", title="Sprachcafés am Hafen")
    for path in ("/steering-group/lenkung", "/steering-group/lenkung/proposals/P001"):
        text = scene.elif_.get(path, query_string={"lang": "en"}).text
        assert "M01" in text
        assert "not meaning" in text


@pytest.mark.parametrize("who", ["ayse", "olena", "farid", "jens", "code"])
def test_nobody_else_decides(scene: Scene, who: str) -> None:
    hand_in(scene.ayse)
    client: FlaskClient = getattr(scene, who)
    assert client.get("/steering-group/lenkung/proposals/P001").status_code == 403
    assert decide(client, "P001", "admit", based_on=1, serves="G1.1").status_code == 403
    assert "Decide about" not in client.get("/steering-group/lenkung", query_string={"lang": "en"}).text


def test_goals_are_proposed_admitted_and_shown_with_what_serves_them(scene: Scene) -> None:
    path = f"{NEW}?kind=goal"
    page = hand_in(scene.ayse, path, title="Herkes duyulur", body="", serves="", parent="G1")
    assert decide(scene.elif_, "P001", "admit", based_on=1, parent="G1").status_code == 303
    assert "Herkes duyulur" in scene.visitor.get(f"{PROCESS}/proposals/G1").text
    scene.do(lambda session: scene.town_now(session).recorded("M01", "Dient dem Ziel"))
    assert "Dient dem Ziel" in scene.visitor.get(f"{PROCESS}/proposals/G1.1").text
    assert scene.visitor.get(page).status_code == 200
    assert original(stored(scene, "P001").title).body == "Herkes duyulur"
