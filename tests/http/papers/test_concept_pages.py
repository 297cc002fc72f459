"""The concept as people meet it: worded in several languages, published, read, compared; in pages and in JSON alike."""

import re
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask

from participation.outbox.worker import run_due_jobs
from tests.factories.concepts import make_concept_draft
from tests.support.scenes import PROCESS, Scene, api

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
CONCEPT = f"{PROCESS}/concept"
ENGLISH = {"lang": "en"}


@pytest.fixture
def scene(app: Flask) -> Scene:
    scene = Scene(app)

    def found(session: Any) -> None:
        town = scene.town_now(session)
        town.recorded("M1", "Kurse am Abend")
        make_concept_draft(session, town.process, town.now)

    scene.do(found)
    return scene


def mark_of(page: str) -> str:
    found = re.search(r'name="based_on"[^>]*value="([^"]+)"', page)
    assert found, page
    return found[1]


def publish(scene: Scene, note: str = "Die erste Fassung.") -> Any:
    mark = mark_of(scene.birte.get(f"{CONCEPT}/draft/publish").text)
    return scene.birte.post(f"{CONCEPT}/draft/publish", data={"based_on": mark, "note-de": note}, query_string=ENGLISH)


def test_before_the_first_version_the_page_says_so_and_the_draft_is_the_offices(scene: Scene) -> None:
    assert "No version has been published yet" in scene.visitor.get(CONCEPT, query_string=ENGLISH).text
    assert scene.jens.get(f"{CONCEPT}/draft").status_code == HTTPStatus.FORBIDDEN
    draft = scene.birte.get(f"{CONCEPT}/draft", query_string=ENGLISH).text
    assert "Alle machen mit." in draft
    assert "Kurse am Abend" in draft


def test_everybody_reads_what_was_published_and_what_is_different_in_the_next_version(scene: Scene) -> None:
    answer = publish(scene)
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
    page = scene.visitor.get(CONCEPT, query_string=ENGLISH)
    for words in ("Version 1", "Alle machen mit.", "Worum es geht", "Kurse passen zum Leben", "Kurse am Abend"):
        assert words in page.text
    changed = {"based_on": "1", "sentence-de": "Wirklich alle machen mit.", "position": "1"}
    assert scene.birte.post(f"{CONCEPT}/draft/principles/P1", data=changed).status_code == HTTPStatus.SEE_OTHER
    assert "Wirklich alle" not in scene.visitor.get(CONCEPT).text
    publish(scene, "Wirklich alle.")
    different = scene.visitor.get(f"{CONCEPT}/versions/2/changes", query_string=ENGLISH).text
    assert "<ins>Wirklich" in different
    assert "earlier version" in scene.visitor.get(f"{CONCEPT}/versions/1", query_string=ENGLISH).text
    assert scene.visitor.get(f"{CONCEPT}/versions/3").status_code == HTTPStatus.NOT_FOUND
    assert scene.visitor.get(f"{CONCEPT}/versions/1/changes").status_code == HTTPStatus.NOT_FOUND


def test_costs_that_differ_are_told_fact_by_fact(scene: Scene) -> None:
    publish(scene)
    stated = {"language": "de", "once_cents": 250_000, "annual_cents": 0, "quality": "calculated", "cover": "open"}
    entered = api(scene.birte, "POST", f"{PROCESS}/proposals/M1/costings", json=stated | {"based_on": 0})
    assert entered.status_code == HTTPStatus.CREATED, entered.json
    publish(scene, "Mit Kosten.")
    different = scene.visitor.get(f"{CONCEPT}/versions/2/changes", query_string=ENGLISH).text
    assert re.search(r"Cost, one time.*Before.*nothing.*Now.*2,500", different, re.DOTALL)


def test_words_are_kept_where_they_are_refused_and_stale_ones_stand_beside_the_present(scene: Scene) -> None:
    empty = scene.birte.post(
        f"{CONCEPT}/draft/sections/new",
        data={"based_on": "0", "title-de": "Dank", "body-de": " ", "place": "closing"},
        query_string=ENGLISH,
    )
    assert empty.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'value="Dank"' in empty.text
    first = {"based_on": "1", "sentence-de": "Alle werden gefragt."}
    assert scene.birte.post(f"{CONCEPT}/draft/principles/P1", data=first).status_code == HTTPStatus.SEE_OTHER
    stale = scene.birte.post(f"{CONCEPT}/draft/principles/P1", data=first | {"sentence-de": "Alle reden mit."})
    assert stale.status_code == HTTPStatus.CONFLICT
    for words in ("Alle werden gefragt.", "Alle reden mit."):
        assert words in stale.text
    meant = {"based_on": mark_of(stale.text), "sentence-de": "Alle reden mit."}
    assert scene.birte.post(f"{CONCEPT}/draft/principles/P1", data=meant).status_code == HTTPStatus.SEE_OTHER


def test_a_place_that_a_concept_does_not_have_is_refused_and_what_was_typed_is_kept(scene: Scene) -> None:
    typed = {"based_on": "0", "title-de": "Dank", "body-de": "An alle.", "place": "cellar"}
    refused = scene.birte.post(f"{CONCEPT}/draft/sections/new", data=typed, query_string=ENGLISH)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "choose one of the entries" in refused.text
    assert 'value="Dank"' in refused.text


def test_markup_in_a_principle_is_shown_as_it_was_typed(scene: Scene) -> None:
    typed = "<script>alert(1)</script> {{7*7}} #import"
    sent = {"based_on": "0", "sentence-de": typed}
    assert scene.birte.post(f"{CONCEPT}/draft/principles/new", data=sent).status_code == HTTPStatus.SEE_OTHER
    publish(scene)
    page = scene.visitor.get(CONCEPT).text
    assert "<script>alert" not in page
    assert "{{7*7}}" in page


def test_everybody_asks_for_files_of_a_version(scene: Scene) -> None:
    publish(scene)
    page = scene.visitor.get(CONCEPT, query_string=ENGLISH).text
    assert "PDF" in page
    wanted = {"kind": "xlsx", "language": "tr"}
    asked = scene.visitor.post(f"{CONCEPT}/versions/1/files", data=wanted)
    assert asked.status_code == HTTPStatus.SEE_OTHER
    run_due_jobs(scene.app)
    waited = scene.visitor.get(asked.location, query_string=ENGLISH)
    assert waited.status_code == HTTPStatus.OK
    assert f'{CONCEPT}"' in waited.text
    assert f'{PROCESS}/papers"' not in waited.text
    asked = scene.visitor.post(f"{CONCEPT}/versions/1/files", data=wanted)
    assert scene.visitor.get(asked.location).data.startswith(b"PK")
    assert asked.location in scene.visitor.get(CONCEPT).text
    files = api(scene.visitor, "GET", f"{CONCEPT}/versions/1/files").json["items"]
    assert {(one["kind"], one["language"], one["state"]) for one in files} == {
        ("pdf", "de", "ready"),
        ("xlsx", "tr", "ready"),
    }
    assert api(scene.visitor, "POST", f"{CONCEPT}/versions/1/files", json=wanted).status_code == HTTPStatus.ACCEPTED
    refused = scene.visitor.post(f"{CONCEPT}/versions/1/files", data={"kind": "exe", "language": "de"})
    assert refused.location.endswith(f"{CONCEPT}/versions/1")


def test_json_does_what_the_pages_do(scene: Scene) -> None:
    told = {"sentences": {"de": "Alle erfahren es.", "en": "Everybody hears of it."}, "position": 1}
    assert api(scene.jens, "POST", f"{CONCEPT}/principles", json=told).status_code == HTTPStatus.FORBIDDEN
    made = api(scene.birte, "POST", f"{CONCEPT}/principles", json=told)
    assert (made.status_code, made.json["code"], made.json["position"]) == (HTTPStatus.CREATED, "P2", 1)
    section = {"titles": {"de": "Dank"}, "bodies": {"de": "An alle."}, "place": "closing"}
    assert api(scene.birte, "POST", f"{CONCEPT}/sections", json=section).json["code"] == "S2"
    assert api(scene.birte, "DELETE", f"{CONCEPT}/sections/S2?based_on=7").status_code == HTTPStatus.CONFLICT
    assert api(scene.birte, "DELETE", f"{CONCEPT}/sections/S2?based_on=1").status_code == HTTPStatus.NO_CONTENT
    assert api(scene.jens, "DELETE", f"{CONCEPT}/principles/P2?based_on=1").status_code == HTTPStatus.FORBIDDEN
    assert api(scene.birte, "DELETE", f"{CONCEPT}/principles/P2?based_on=1").status_code == HTTPStatus.NO_CONTENT
    draft = api(scene.birte, "GET", f"{CONCEPT}/draft").json
    assert [one["code"] for one in draft["principles"]] == ["P1"]
    wanted = {"notes": {"de": "Die erste Fassung."}, "based_on": draft["mark"]}
    assert api(scene.jens, "POST", f"{CONCEPT}/versions", json=wanted).status_code == HTTPStatus.FORBIDDEN
    assert api(scene.birte, "POST", f"{CONCEPT}/versions", json=wanted).status_code == HTTPStatus.CREATED
    again = api(scene.birte, "POST", f"{CONCEPT}/versions", json=wanted)
    assert (again.status_code, again.json["code"]) == (HTTPStatus.CONFLICT, "draft_changed")
    version = api(scene.visitor, "GET", f"{CONCEPT}/versions/1").json
    assert version["document"]["format"] == "participation/concept/1"
    assert api(scene.visitor, "GET", f"{CONCEPT}/versions").json["total"] == 1
