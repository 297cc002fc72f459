"""Both reference papers through the forms and through the interface, and what their pages and files say."""

import io
import re
import sqlite3
import zipfile
from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from flask import Flask
from sqlalchemy import update

from participation.core.windows import utcnow
from participation.documents.word import DEFAULT_TEMPLATE
from participation.extensions import db
from participation.outbox.models import Job
from participation.outbox.worker import run_due_jobs, run_one_job
from participation.papers import jobs
from participation.papers.losses import LOSSES
from participation.papers.services import RENDER_FILE
from tests.support.scenes import Scene, api

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
PAPERS: Final = "/processes/integration/papers"
CITY: Final = Path(__file__).resolve().parents[3] / "participation" / "exchange" / "data" / "example_city.yaml"
COMPETENCES: Final = {
    "executive_consultation": "senate",
    "for_information": "information",
    "for_decision": "decision",
}


@pytest.fixture(scope="module")
def city() -> Mapping[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: Mapping[str, Any] = yaml.load(CITY.read_bytes(), Loader=loader)  # noqa: S506 - a safe loader
    return found


@pytest.fixture
def scene(app: Flask) -> Scene:
    return Scene(app)


def stated(paper: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a reference paper states, by the names that forms and interface share; what is unknown is absent."""
    said = {
        "number": paper["reference"],
        "kind": paper["paper_type"],
        "language": "de",
        "subject": paper["title_de"],
        "lead_unit": paper["lead_unit"],
        "occasion": paper.get("occasion_de", ""),
    }
    if paper["date"]:
        said["dated_on"] = paper["date"]
    if "youth" in paper:
        said |= {"youth": "done" if paper["youth"]["done"] else "not_done", "youth_text": paper["youth"]["reason_de"]}
    return said


def by_forms(scene: Scene, city: Mapping[str, Any], paper: Mapping[str, Any]) -> str:
    """Enter everything through the forms, as a clerk would, and return the paper's address."""
    birte = scene.birte
    for one in city["reference_committees"]:
        form = {"code": one["id"], "name-de": one["name_de"], "is_public": "y"}
        assert birte.post("/processes/integration/committees/new", data=form).status_code in {303, 409}
    units = {f"unit-{at}": unit["unit_de"] for at, unit in enumerate(paper.get("procedure", ()), start=1)}
    results = {f"unit-result-{at}": "" for at in range(1, len(units) + 1)}
    made = birte.post(f"{PAPERS}/new", data=stated(paper) | units | results)
    assert made.status_code == 303, made.text
    home = made.headers["Location"]
    for station in reversed(paper["consultations"]):  # entered in any order, they come out in theirs
        form = {
            "committee": station["body"],
            "held_on": station["date"],
            "competence": COMPETENCES[station["role"]],
            "is_public": "yes" if station["public"] else "no",
            "agenda_number": station.get("agenda_number", ""),
        }
        assert birte.post(f"{home}/stations/new", data=form).status_code == 303
    seen = re.search(r'name="seen" type="hidden" value="([0-9a-f]{64})"', birte.get(f"{home}/issue").text)
    assert seen is not None
    assert birte.post(f"{home}/issue", data={"seen": seen[1]}).status_code == 303
    for station in api(birte, "GET", home).json["stations"]:
        noted = next(one for one in paper["consultations"] if one["date"] == station["held_on"])
        if "result" in noted:
            form = {"outcome": noted["result"], "based_on": station["revision"]}
            assert birte.post(f"{home}/stations/{station['id']}/outcome", data=form).status_code == 303
    return home


def by_interface(scene: Scene, city: Mapping[str, Any], paper: Mapping[str, Any]) -> str:
    """Enter the same as a program would."""
    birte = scene.birte
    for one in city["reference_committees"]:
        committee = {"code": one["id"], "names": {"de": one["name_de"]}, "is_public": True}
        assert api(birte, "POST", "/processes/integration/committees", json=committee).status_code in {201, 409}
    units = [{"name": unit["unit_de"], "result": unit["result_de"]} for unit in paper.get("procedure", ())]
    made = api(birte, "POST", PAPERS, json=stated(paper) | {"units": units})
    assert made.status_code == 201, made.json
    home = f"{PAPERS}/{made.json['slug']}"
    for station in reversed(paper["consultations"]):
        sent = {
            "committee": station["body"],
            "held_on": station["date"],
            "competence": COMPETENCES[station["role"]],
            "is_public": station["public"],
            "agenda_number": station.get("agenda_number", ""),
        }
        assert api(birte, "POST", f"{home}/stations", json=sent).status_code == 201
    seen = api(birte, "GET", home).json["preview_hash"]
    issued = api(birte, "POST", f"{home}/issue", json={"seen": seen})
    assert issued.status_code == 200, issued.json
    for station in issued.json["stations"]:
        noted = next(one for one in paper["consultations"] if one["date"] == station["held_on"])
        if "result" in noted:
            sent = {"outcome": noted["result"], "based_on": station["revision"]}
            assert api(birte, "PUT", f"{home}/stations/{station['id']}/outcome", json=sent).status_code == 200
    return home


@pytest.mark.parametrize("enter", [by_forms, by_interface])
def test_both_reference_papers_come_out_as_they_are(scene: Scene, city: Mapping[str, Any], enter: Any) -> None:
    for paper in city["reference_papers"]:
        home = enter(scene, city, paper)
        found = api(scene.visitor, "GET", home).json
        assert found["number"] == paper["reference"]
        assert found["dated_on"] == paper["date"]
        shown = [(one["held_on"], one["committee"]["code"], one["is_public"]) for one in found["stations"]]
        assert shown == [(one["date"], one["body"], one["public"]) for one in paper["consultations"]]
        document = found["document"]
        assert document["measure_is"] is None
        assert document["financial_impact"]["answer"] is None
        assert document["climate_impact"]["answer"] is None
        page = scene.visitor.get(f"{home}?lang=en").text
        assert paper["title_de"] in page
        assert page.count("Not stated") == 4 - ("youth" in paper)
    [decided] = api(scene.visitor, "GET", f"{PAPERS}/vo-2021-09701").json["stations"]
    assert (decided["outcome"], decided["agenda_number"]) == ("adopted_unchanged", "Ö 9.3")
    assert "adopted unchanged" in scene.visitor.get(f"{PAPERS}/vo-2021-09701?lang=en").text


def test_what_was_typed_stays_and_a_stale_page_shows_both(scene: Scene, city: Mapping[str, Any]) -> None:
    said = stated(city["reference_papers"][0])
    refused = scene.birte.post(f"{PAPERS}/new?lang=en", data=said | {"number": "2014/1993", "decision-1": "{7*7}"})
    assert refused.status_code == 422
    assert 'href="#number"' in refused.text
    assert "{7*7}" in refused.text
    assert said["subject"] in refused.text
    unknown = scene.birte.post(f"{PAPERS}/new?lang=en", data=said | {"decision-1": "Es kostet {{7*7}}."})
    assert "There is no figure called 7*7." in unknown.text
    home = scene.birte.post(f"{PAPERS}/new", data=said).headers["Location"]
    assert scene.visitor.get(home).status_code == 404
    assert said["subject"] not in scene.visitor.get(PAPERS).text
    first = scene.birte.post(f"{home}/edit", data=said | {"based_on": "1", "reasons": "Zuerst."})
    assert first.status_code == 303
    stale = scene.birte.post(f"{home}/edit?lang=en", data=said | {"based_on": "1", "reasons": "Danach."})
    assert stale.status_code == 409
    assert "Zuerst." in stale.text
    assert "Danach." in stale.text
    assert 'name="based_on" type="hidden" value="2"' in stale.text
    wrong = scene.birte.post(f"{home}/issue?lang=en", data={"seen": "0" * 64})
    assert wrong.status_code == 409
    assert "Nothing was issued" in wrong.text


def test_files_are_made_in_the_background_in_the_office_s_own_template(
    scene: Scene, city: Mapping[str, Any], app: Flask
) -> None:
    address = "/processes/integration/document-template"
    broken = scene.birte.post(
        f"{address}?lang=en", data={"file": (io.BytesIO(b"no document"), "x.docx")}, content_type="multipart/form-data"
    )
    assert broken.status_code == 422
    own = with_letterhead("Stadt Beispiel")
    uploaded = scene.birte.post(
        address, data={"file": (io.BytesIO(own), "brief.docx")}, content_type="multipart/form-data"
    )
    assert uploaded.status_code == 303
    assert scene.birte.get(f"{address}/template.docx").data == own
    home = by_interface(scene, city, city["reference_papers"][1])
    asked = scene.visitor.post(f"{home}/files", data={"kind": "json", "language": "ar"})
    progress = asked.headers["Location"]
    assert 'http-equiv="refresh"' in scene.visitor.get(progress).text
    run_due_jobs(app)
    assert 'http-equiv="refresh"' not in scene.visitor.get(progress).text
    files = {one["kind"]: one for one in api(scene.visitor, "GET", home).json["files"]}
    assert {kind: one["state"] for kind, one in files.items()} == dict.fromkeys(
        ("pdf", "docx", "xlsx", "json"), "ready"
    )
    fetched = scene.visitor.get(files["pdf"]["content"])
    assert fetched.data.startswith(b"%PDF")
    assert fetched.headers["ETag"] == f'"{files["pdf"]["sha256"]}"'
    again = scene.visitor.get(files["pdf"]["content"], headers={"If-None-Match": fetched.headers["ETag"]})
    assert again.status_code == 304
    with zipfile.ZipFile(io.BytesIO(scene.visitor.get(files["docx"]["content"]).data)) as word:
        assert any(b"Stadt Beispiel" in word.read(name) for name in word.namelist() if name.endswith(".xml"))
    reset = api(scene.birte, "DELETE", address)
    assert reset.status_code == 204
    assert api(scene.visitor, "GET", address).json["is_own"] is False
    put = api(scene.birte, "PUT", address, data=own, content_type="application/octet-stream")
    assert put.json["is_own"] is True


def test_others_can_write_while_a_template_is_tried_out(
    scene: Scene, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        file = db.engine.url.database or ""

    def try_out(_data: bytes) -> None:
        with closing(sqlite3.connect(file, timeout=0)) as other:
            other.execute("BEGIN IMMEDIATE")  # refused at once while somebody else writes

    monkeypatch.setattr("participation.documents.word.templates.check_template", try_out)
    sent = {"file": (io.BytesIO(b"anything"), "brief.docx")}
    address = "/processes/integration/document-template"
    assert scene.birte.post(address, data=sent, content_type="multipart/form-data").status_code == 303


def fail(*_asked: object) -> bytes:
    raise MemoryError


def end_the_server(*_asked: object) -> bytes:
    raise SystemExit


def the_file_and_its_jobs(scene: Scene, file: str) -> tuple[Any, list[tuple[int, bool]]]:
    """Return what is said about a file, and of each job for it how often it was tried and whether it waits."""
    filed = scene.read(lambda session: [job for job in session.query(Job) if job.payload == {"file_id": file}])
    return api(scene.visitor, "GET", f"/documents/{file}").json, [(job.attempts, job.done_at is None) for job in filed]


@pytest.mark.parametrize("presses", [True, False])
def test_a_file_that_could_not_be_made_says_so_and_is_made_later(
    scene: Scene, city: Mapping[str, Any], app: Flask, monkeypatch: pytest.MonkeyPatch, *, presses: bool
) -> None:
    home = by_interface(scene, city, city["reference_papers"][1])
    run_due_jobs(app)
    progress = scene.visitor.post(f"{home}/files", data={"kind": "json", "language": "ar"}).headers["Location"]
    file = progress.rsplit("/", 1)[1]
    with monkeypatch.context() as broken:
        broken.setattr(jobs, "rendered", fail)
        run_due_jobs(app)
    said, tried = the_file_and_its_jobs(scene, file)
    assert (said["state"], said["fault"], tried) == ("failed", "file_tried_again", [(1, True)])
    page = scene.visitor.get(f"{progress}?lang=en").text
    assert "tries again by itself" in page
    assert f'action="{progress}/again"' in page
    if presses:
        scene.visitor.post(f"{progress}/again")
    else:
        scene.do(lambda session: session.execute(update(Job).where(Job.done_at.is_(None)).values(due_at=utcnow())))
    run_due_jobs(app)
    said, tried = the_file_and_its_jobs(scene, file)
    assert (said["state"], said["fault"], tried) == ("ready", None, [(2, False)])


def test_a_file_whose_making_ends_the_server_each_time_says_so_and_can_be_asked_for_again(
    scene: Scene, city: Mapping[str, Any], app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = by_interface(scene, city, city["reference_papers"][1])
    run_due_jobs(app)
    progress = scene.visitor.post(f"{home}/files", data={"kind": "json", "language": "ar"}).headers["Location"]
    file = progress.rsplit("/", 1)[1]
    monkeypatch.setattr(jobs, "rendered", end_the_server)
    for _ in range(LOSSES[RENDER_FILE].after):
        with pytest.raises(SystemExit):
            run_one_job(app)
        lost = update(Job).where(Job.leased_until.is_not(None)).values(leased_until=utcnow() - timedelta(seconds=1))
        scene.do(lambda session, lost=lost: session.execute(lost))  # type: ignore[misc]
    run_due_jobs(app)
    assert the_file_and_its_jobs(scene, file)[0]["state"] == "failed"
    page = scene.visitor.get(f"{progress}?lang=en").text
    assert "The file could not be made." in page
    monkeypatch.undo()
    scene.visitor.post(f"{progress}/again")
    run_due_jobs(app)
    assert the_file_and_its_jobs(scene, file)[0]["state"] == "ready"


def test_control_without_the_note_a_failed_file_would_seem_to_be_in_the_making(
    scene: Scene, city: Mapping[str, Any], app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = by_interface(scene, city, city["reference_papers"][1])
    monkeypatch.setattr(jobs, "rendered", fail)
    monkeypatch.setattr(jobs, "note_failure", lambda *_said, **_more: None)
    run_due_jobs(app)
    assert {one["state"] for one in api(scene.visitor, "GET", home).json["files"]} == {"rendering"}


def with_letterhead(words: str) -> bytes:
    """Return our template with words of an office in it."""
    import docx  # noqa: PLC0415 - slow to load, and needed here alone

    word = docx.Document(str(DEFAULT_TEMPLATE))
    word.sections[0].footer.paragraphs[0].text = words
    packed = io.BytesIO()
    word.save(packed)
    return packed.getvalue()
