"""Only what is public comes out, at addresses of the settings, the same for everybody."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from participation.config import Settings
from participation.extensions import db, transaction
from participation.oparl.commands import OwnAnswers
from participation.oparl.rules.checking.interface import check_interface
from participation.papers.rules.files import FileKind
from tests.factories.council import Stop, add_file, paper
from tests.http.oparl.conftest import DAY, NOW, SITE, Council, look
from tests.support.databases import Backend
from tests.support.oparl import Recording

BASE = "https://ris.lindenhafen.example"
ROOT = f"{BASE}/oparl/v1.1"

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def settings(backend: Backend) -> Settings:
    return backend.settings(base_url=BASE, **SITE)


def read(client: FlaskClient, url: str, status: int = 200) -> Any:
    answer = client.get(url.removeprefix(BASE))
    assert answer.status_code == status, answer.text
    return answer.json


def body_of(client: FlaskClient) -> dict[str, Any]:
    (body,) = read(client, read(client, f"{ROOT}/system")["body"])["data"]
    return dict(body)


def listed(client: FlaskClient, name: str, query: str = "") -> list[dict[str, Any]]:
    return list(read(client, body_of(client)[name] + query)["data"])


def test_drafts_people_and_stations_behind_closed_doors_stay_inside(app: Flask, council: Council) -> None:
    recording = Recording(OwnAnswers(app))
    check_interface(recording, f"{ROOT}/system")
    everything = b"\n".join(answer.body for answer in recording.kept.values()).decode()
    with app.app_context():
        stations = {station.committee.code: station for station in council.concept.stations}
    assert "Integrationskonzept" in everything
    for hidden in ("Entwurf", "VO/2026/00200", council.draft.id, "Birte Beispiel", stations["senate"].id):
        assert hidden not in everything
    assert "Magistrat, " not in everything  # the body is known, its meetings are not
    assert str(stations["senate"].held_on) not in everything


def test_stations_come_in_their_order_with_what_came_of_them(client: FlaskClient, council: Council) -> None:
    (concept,) = [one for one in listed(client, "paper") if one["reference"] == "VO/2026/00123"]
    steps = [read(client, one["id"]) for one in concept["consultation"]]
    assert [step["role"] for step in steps] == ["Kenntnisnahme", "Vorberatung", "Entscheidung", "Entscheidung"]
    assert [step["authoritative"] for step in steps] == [False, False, True, True]
    assert "meeting" not in steps[3]  # nobody has set its day
    first = read(client, steps[0]["agendaItem"])
    assert (first["number"], first["result"], first["resolutionText"]) == ("Ö 4.10", "Zurückgestellt", "Offen")
    meeting = read(client, steps[0]["meeting"])
    assert [item["number"] for item in meeting["agendaItem"]] == ["Ö 4.2", "Ö 4.10"]
    assert meeting["start"] == f"{DAY - timedelta(days=9)}T00:00:00+01:00"
    assert meeting["participation:timeUnknown"] is True


def test_files_are_given_to_look_at_and_to_save(client: FlaskClient, council: Council) -> None:
    (concept,) = [one for one in listed(client, "paper") if one["reference"] == "VO/2026/00123"]
    main = concept["mainFile"]
    shown = client.get(main["accessUrl"].removeprefix(BASE))
    saved = client.get(main["downloadUrl"].removeprefix(BASE))
    assert shown.data == saved.data == b"%PDF-1.7 460.000"
    assert shown.headers["Access-Control-Allow-Origin"] == "*"
    assert saved.headers["Content-Disposition"] == 'attachment; filename="vo-2026-00123.de.pdf"'
    again = client.get(main["accessUrl"].removeprefix(BASE), headers={"If-None-Match": shown.headers["ETag"]})
    assert again.status_code == 304
    assert {one["fileName"] for one in concept["auxiliaryFile"]} == {"vo-2026-00123.de.json", "vo-2026-00123.tr.pdf"}
    assert client.get(main["accessUrl"].removeprefix(BASE) + "x").status_code == 404


def test_a_host_header_changes_no_address(client: FlaskClient, council: Council) -> None:
    usual = client.get("/oparl/v1.1/system")
    other = client.get("/oparl/v1.1/system", base_url="http://evil.example")
    assert usual.data == other.data
    assert b"evil" not in client.get("/oparl", base_url="http://evil.example").headers["Location"].encode()


def test_the_answer_is_everybodys(client: FlaskClient, council: Council) -> None:
    answer = client.get("/oparl/v1.1/bodies?lang=tr", headers={"Accept-Language": "ar"})
    assert answer.data == client.get("/oparl/v1.1/bodies").data
    assert "Set-Cookie" not in client.get("/oparl/v1.1/bodies").headers
    refusals = {json.loads(client.get(f"/oparl/v1.1/paper/x?lang={tag}").data)["message"] for tag in ("ar", "en")}
    assert len(refusals) == 1
    asked = client.options("/oparl/v1.1/bodies")
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in asked.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize(
    "path, status",
    [("/paper/x", 404), ("/paper", 404), ("/body/x/paper", 404), ("/person/1", 404), ("", 301), ("/bodies?page=9", 404)]
    + [(f"/bodies?{query}", 422) for query in ("limit=0", "page=-1", "modified_since=2026-01-01", "created_until=x")],
)
def test_what_is_not_there_is_refused_in_the_words_of_the_specification(
    client: FlaskClient, council: Council, path: str, status: int
) -> None:
    answer = client.get(f"/oparl/v1.1{path}")
    assert answer.status_code == status
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    if status >= 400:
        said = json.loads(answer.data)
        assert said["type"] == "https://schema.oparl.org/1.1/Error"
        assert said["message"]


def test_writing_is_refused_in_the_same_words(client: FlaskClient, council: Council) -> None:
    answer = client.post("/oparl/v1.1/bodies")
    assert (answer.status_code, json.loads(answer.data)["type"]) == (405, "https://schema.oparl.org/1.1/Error")


def test_a_list_takes_the_same_statements_however_long_it_is(app: Flask, client: FlaskClient, council: Council) -> None:
    counted: list[str] = []

    def count(*context: Any) -> None:
        counted.append(context[2])

    def statements(url: str) -> tuple[int, int]:
        counted.clear()
        return len(read(client, url)["data"]), len(counted)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", count)
    lists = [body_of(client)[name] for name in ("paper", "meeting", "agendaItem", "file", "organization")]
    before = {url: statements(url) for url in lists}
    with app.app_context(), transaction() as session:
        for number in range(20):
            stops = [Stop(council.social, DAY + timedelta(days=number)), Stop(council.council, DAY)]
            more = paper(session, council.process, f"VO/2025/{number:05}", "Mehr", stops, now=NOW)
            add_file(session, more, FileKind.PDF, b"%PDF", now=NOW)
    look(app, NOW)
    after = {url: statements(url) for url in lists}
    assert [many for many, _count in after.values()] > [many for many, _count in before.values()]
    assert {url: count for url, (_many, count) in after.items()} == {url: n for url, (_many, n) in before.items()}
    assert max(count for _many, count in after.values()) <= 5
