"""Finding one's way in a long paper."""

import re

import pytest
from flask import Flask, render_template_string

from participation.core.windows import utcnow
from participation.documents.blocks import Cell, Column, Row, Section, Table, Text
from participation.extensions import transaction
from participation.processes.queries import process_by_slug
from tests.factories.council_papers import ISSUED, make_papers
from tests.support.scenes import Scene

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
SECTIONS = '{% import "papers/_document.html" as doc %}{{ doc.sections(sections, "de", links) }}'


def test_the_contents_lead_to_every_section(app: Flask) -> None:
    scene = Scene(app)
    with app.app_context(), transaction() as session:
        make_papers(session, process_by_slug(session, "integration"), {}, utcnow())
    page = scene.visitor.get(f"/processes/integration/papers/{ISSUED}").text
    sections = re.findall(r'<h2 id="([^"]+)"', page)
    assert {"stations", "files"} < set(sections)
    contents = page[page.index('aria-labelledby="contents"') : page.index("</nav>", page.index('id="contents"'))]
    assert re.findall(r'href="#([^"]+)"', contents) == [name for name in sections if name != "contents"]


def test_a_measures_code_in_a_table_leads_to_its_page(app: Flask) -> None:
    columns = (Column("Nr."), Column(Text("Ölçü", "tr"), heads_row=True), Column("Kosten", "money"))
    row = Row((Cell("M01"), Cell("M01"), Cell("5 €", 500)))
    other = Row((Cell("M99"), Cell("Sprachkurse"), Cell("5 €", 500)))
    section = Section("plan", "Plan", (Table("Maßnahmen", columns, (row, other)),))
    with app.test_request_context():
        shown = render_template_string(SECTIONS, sections=[section], links={"M01": "/m/M01"})
        plain = render_template_string(SECTIONS, sections=[section], links={})
    assert shown.count('<a href="/m/M01"><bdi>M01</bdi></a>') == 2
    assert "<a " not in plain
    assert re.findall(r'data-label="([^"]+)"', shown) == ["Nr.", "Kosten"] * 2
