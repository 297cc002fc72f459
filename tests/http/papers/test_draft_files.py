"""A draft as a file: for those who write it, marked on every page, and kept nowhere."""

import io
from contextlib import closing
from http import HTTPStatus

import docx
import pypdfium2
import pytest
from flask import Flask

from participation.core.actor import SYSTEM
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.papers.models import DocumentSnapshot, RenderedFile
from participation.papers.rules.files import SnapshotKind
from participation.papers.services import reset_template
from participation.processes.queries import process_by_slug
from tests.factories.council_papers import DRAFT, ISSUED, make_papers
from tests.support.scenes import Scene, api

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
PAPERS = "/processes/integration/papers"


def pages_of(pdf: bytes) -> list[str]:
    with closing(pypdfium2.PdfDocument(pdf)) as opened:
        return [page.get_textpage().get_text_bounded() for page in opened]


def test_a_draft_is_read_as_a_file_by_its_authors_alone(app: Flask) -> None:
    scene = Scene(app)
    with app.app_context(), transaction() as session:
        make_papers(session, process_by_slug(session, "integration"), {}, utcnow())
        reset_template(session, "integration", SnapshotKind.PAPER, actor=SYSTEM, now=utcnow())
        kept = (session.query(RenderedFile).count(), session.query(DocumentSnapshot).count())
    assert f"{PAPERS}/{DRAFT}/draft.pdf" in scene.birte.get(f"{PAPERS}/{DRAFT}").text
    pdf = scene.birte.get(f"{PAPERS}/{DRAFT}/draft.pdf")
    assert (pdf.status_code, pdf.mimetype) == (HTTPStatus.OK, "application/pdf")
    assert pdf.headers["Cache-Control"] == "no-store"
    pages = pages_of(pdf.data)
    assert pages
    assert all("Entwurf" in page for page in pages)
    word = docx.Document(io.BytesIO(scene.birte.get(f"{PAPERS}/{DRAFT}/draft.docx").data))
    for section in word.sections:
        assert "Entwurf" in "".join(one.text for edge in (section.header, section.footer) for one in edge.paragraphs)
    sent = f"{PAPERS}/{DRAFT}/draft-file?kind=pdf"
    english = scene.birte.get(f"/api/v1{sent}&language=en")
    assert "Draft" in pages_of(english.data)[0]
    assert api(scene.birte, "GET", f"{PAPERS}/{DRAFT}/draft-file?kind=json").status_code == 422
    for address in (f"{PAPERS}/{DRAFT}/draft.pdf", f"{PAPERS}/{DRAFT}/draft.docx", f"/api/v1{sent}"):
        assert scene.ayse.get(address).status_code == HTTPStatus.FORBIDDEN
        assert scene.visitor.get(address).mimetype in {"text/html", "application/problem+json"}
    assert scene.birte.get(f"{PAPERS}/{ISSUED}/draft.pdf").status_code == HTTPStatus.NOT_FOUND
    with app.app_context():
        assert (db.session.query(RenderedFile).count(), db.session.query(DocumentSnapshot).count()) == kept
