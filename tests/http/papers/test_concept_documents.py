"""The concept and its measure sheets as documents: what they say, in which language, and the same bytes each time."""

from datetime import UTC, datetime
from typing import Any

import pypdfium2
import pytest
from flask import Flask

from participation.documents.blocks import Document
from participation.documents.pdf import render_pdf
from participation.papers.composing.concept import compose_concept, concept_sheets, concept_table
from participation.papers.queries.concept_content import concept_content
from participation.processes.queries import process_by_slug
from participation.proposals.services import Place
from tests.factories.concepts import make_concept_draft
from tests.support.scenes import Scene, api

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
PUBLISHED = datetime(2026, 11, 22, 11, 0, tzinfo=UTC).isoformat()
HOSTILE = '{{7*7}} {% x %} #import "file:///etc/passwd" $x$ <b>'
SHEETS = "/processes/integration/measure-sheets"


@pytest.fixture
def scene(app: Flask) -> Scene:
    scene = Scene(app)

    def found(session: Any) -> None:
        town = scene.town_now(session)
        place = Place(serves=("G1.1",))
        town.recorded("M1", "Kurse am Abend", partners={"de": HOSTILE}, unit="Sprachen", place=place)
        town.recorded("M2", "مقاهي تعلُّم", language="ar", titles={"ar": "مقاهي تعلُّم"}, bodies={"ar": "مقاهٍ في الأحياء"})
        make_concept_draft(session, town.process, town.now)

    scene.do(found)
    return scene


def content_of(scene: Scene) -> dict[str, Any]:
    content = scene.read(lambda session: concept_content(session, process_by_slug(session, "integration")))
    note = {"language": "de", "body": HOSTILE, "translations": {}}
    return content | {"version": {"number": 1, "published_at": PUBLISHED, "note": note}}


def document_of(scene: Scene, content: dict[str, Any], language: str = "en") -> Document:
    with scene.app.app_context():
        return compose_concept(content, language, sha256="ab" * 32)


def words_in(pdf: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def test_the_concept_says_goals_measures_and_a_sheet_of_each(scene: Scene) -> None:
    document = document_of(scene, content_of(scene))
    keys = [section.key for section in document.sections]
    assert keys == ["section-S1", "principles", "field-F1", "field-F2", "measures", "measure-M1", "measure-M2"]
    assert Document.from_json(document.to_json()) == document
    said = words_in(render_pdf(document))
    for words in (
        "Alle machen mit.",
        "G1.1 · Kurse passen zum Leben",
        "M1 · Kurse am Abend",
        "The concept has 2 measures.",
    ):
        assert words in said
    assert "{{7*7}}" in said
    assert "root:" not in said


def test_the_same_version_gives_the_same_bytes_and_another_language_other_titles(scene: Scene) -> None:
    content = content_of(scene)
    first, second = (render_pdf(document_of(scene, content)) for _time in range(2))
    assert first == second
    german = document_of(scene, content, "de")
    assert (german.language, german.sections[0].key) == ("de", "section-S1")
    assert document_of(scene, content, "ar").direction == "rtl"


def test_workbook_and_table_have_every_measure(scene: Scene) -> None:
    content = content_of(scene)
    with scene.app.app_context():
        assert len(concept_sheets(content, "de")) == 3
        table = concept_table(content, "ar")
    codes = [row[0] for row in table.rows]
    assert codes == ["M1", "M2"]
    assert {len(row) for row in table.rows} == {len(table.columns)}


def test_everybody_reads_a_sheet_on_a_page_in_json_and_as_pdf(scene: Scene) -> None:
    page = scene.visitor.get(f"{SHEETS}/M1", query_string={"lang": "en"})
    for words in ("Kurse am Abend", "Sprachen", "Kurse passen zum Leben", "{{7*7}}"):
        assert words in page.text
    assert "M2" in scene.visitor.get(SHEETS).text
    told = api(scene.visitor, "GET", f"{SHEETS}/M1").json
    assert (told["document"]["unit"], told["status"]) == ("Sprachen", None)
    assert api(scene.visitor, "GET", SHEETS).json["total"] == 2
    file = scene.visitor.get(f"{SHEETS}/M1.pdf", query_string={"lang": "en"})
    assert (file.mimetype, file.data[:5]) == ("application/pdf", b"%PDF-")
    assert "Unit in charge" in words_in(file.data)
    again = scene.visitor.get(f"{SHEETS}/M1.pdf", headers={"If-None-Match": file.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    both = pypdfium2.PdfDocument(scene.visitor.get(f"{SHEETS}.pdf", query_string={"lang": "en"}).data)
    assert len(both) >= 3
    assert scene.visitor.get(f"{SHEETS}/M9").status_code == 404
    assert scene.visitor.get(f"{SHEETS}/M9.pdf").status_code == 404
