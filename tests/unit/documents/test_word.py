import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import docx
import pytest
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT

from participation.core.errors import Invalid
from participation.documents import blocks
from participation.documents.blocks import Cell, Column, Paragraph, Row, Section, Table, Text
from participation.documents.word import DEFAULT_TEMPLATE, MAX_BYTES
from participation.documents.word.rendering import render_docx
from participation.documents.word.templates import check_template
from tests.factories.papers import DAY, a_document, a_paper


def opened(rendered: bytes) -> WordDocument:
    return docx.Document(io.BytesIO(rendered))


def words_in(rendered: bytes) -> list[str]:
    """Return every text of a file: paragraphs, then cells, then head and foot of its pages."""
    word = opened(rendered)
    said = [paragraph.text for paragraph in word.paragraphs]
    said += [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return said + [
        paragraph.text for half in (word.sections[0].header, word.sections[0].footer) for paragraph in half.paragraphs
    ]


def a_template(*paragraphs: str, header: str = "") -> bytes:
    word = docx.Document()
    for words in paragraphs:
        word.add_paragraph(words)
    word.sections[0].header.paragraphs[0].text = header
    packed = io.BytesIO()
    word.save(packed)
    return packed.getvalue()


def with_part(template: bytes, name: str, content: bytes) -> bytes:
    """Return a template with one of its parts added or replaced."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template)) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for old in source.namelist():
            if old != name:
                target.writestr(old, source.read(old))
        target.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize("own", [False, True])
def test_the_mark_stands_once_on_every_kind_of_page(own: bool) -> None:  # noqa: FBT001 - a case
    template = None
    if own:
        word = docx.Document()
        word.sections[0].different_first_page_header_footer = True
        word.settings.odd_and_even_pages_header_footer = True
        word.sections[0].even_page_footer.paragraphs[0].text = "{{ mark }}"
        word.add_paragraph("{{p body }}")
        packed = io.BytesIO()
        word.save(packed)
        template = packed.getvalue()
    made = opened(render_docx(replace(a_paper(), mark="Entwurf"), template))
    assert len(made.sections) > 1, "pages that lie turned are a section of their own"
    for section in made.sections:
        pages = [(section.header, section.footer)]
        if own:
            pages.append((section.first_page_header, section.first_page_footer))
            pages.append((section.even_page_header, section.even_page_footer))
        for edges in pages:
            assert "".join(one.text for edge in edges for one in edge.paragraphs).count("Entwurf") == 1


def test_a_paper_has_its_headings_tables_and_pages() -> None:
    word = opened(render_docx(a_paper()))
    styled = [(paragraph.style.name, paragraph.text) for paragraph in word.paragraphs if paragraph.style]
    plan = word.tables[3]
    assert [text for style, text in styled if style == "Heading 1"] == [part.title for part in a_paper().sections]
    assert {"Title", "Heading 2", "Heading 3", "Caption"} <= {style for style, _text in styled}
    assert len(plan.rows) == 1 + 62 + 1 + 1
    assert plan.rows[0]._tr.xpath("w:trPr/w:tblHeader")
    assert [section.orientation for section in word.sections] == [
        WD_ORIENT.PORTRAIT,
        WD_ORIENT.LANDSCAPE,
        WD_ORIENT.PORTRAIT,
    ]
    assert all(not section.header.is_linked_to_previous for section in word.sections)


def test_the_properties_come_from_the_document_and_not_from_the_clock() -> None:
    said = opened(render_docx(a_paper())).core_properties
    assert (said.title, said.author, said.language) == (a_paper().title, "Stabsstelle Integration", "de")
    assert said.created is not None
    assert said.created.replace(tzinfo=None) == datetime(2026, 11, 22)  # noqa: DTZ001 - as the file says it


EVIL = [
    "{{7*7}}",
    "{% for x in y %}",
    "{{ title }}",
    "{_{ %_} {{p body }}",
    "#import",
    "file:///etc/passwd",
    "<w:p/> & \" '",
    "</w:t></w:r></w:p>",
    "&#123;&lt;",
    "=1+1",
]


@pytest.mark.parametrize("words", EVIL)
def test_words_that_look_like_a_template_are_words(words: str) -> None:
    table = Table(words, (Column(words),), (Row((Cell(words),)),), note=words)
    document = replace(
        a_document(Paragraph(words), Paragraph(Text(words, "ar")), table, title=words),
        mark=words,
        issuer=words,
        summary=words,
        closing=words,
        kind=words,
        facts=(blocks.Fact(words, words),),
    )
    said = [text for text in words_in(render_docx(document)) if text.strip()]
    assert sum(words in text for text in said) >= 12


def test_every_word_arrives_whatever_its_script_and_length() -> None:
    long = "a" * 20_000
    words = f"ت{long} Олена عبد الرحمن ትግርኛ 中文 🙂 {blocks.isolated('Ayşe')}"
    said = words_in(
        render_docx(a_document(Paragraph(words), Paragraph("a\n\nb\nc\x00\ud800"), blocks.Subheading(long)))
    )
    assert {words, "a", "b\nc[U+0000][U+D800]", long} <= set(said)


def test_a_numbered_list_begins_where_it_says_and_each_anew() -> None:
    document = a_document(
        blocks.Items(("a",), numbered=True), blocks.Items(("b",), numbered=True, start=7), blocks.Items(("c",))
    )
    word = opened(render_docx(document))
    used = word.element.xpath("//w:numPr/w:numId/@w:val")
    numbering = word.part.numbering_part.element
    starts = numbering.xpath("w:num/w:lvlOverride/w:startOverride/@w:val")
    assert len(set(used)) == 3
    assert starts == ["1", "7"]


def test_a_document_in_arabic_reads_from_the_right_with_names_of_either_direction() -> None:
    table = Table("ج", (Column("أ"), Column("ب", "money")), (Row((Cell("Ayşe"), Cell("1"))),))
    word = opened(render_docx(a_document(Paragraph("مع Ayşe Öztürk هنا"), table, language="ar", title="عنوان")))
    paragraph = next(paragraph for paragraph in word.paragraphs if "Ayşe" in paragraph.text)
    runs = [(run.text, bool(run._r.xpath("w:rPr/w:rtl"))) for run in paragraph.runs]
    assert runs == [("مع ", True), ("Ayşe Öztürk", False), (" هنا", True)]
    assert word.tables[0]._tbl.xpath("w:tblPr/w:bidiVisual")
    assert word.sections[0]._sectPr.xpath("w:bidi")
    assert word.sections[0].header._element.xpath("w:p/w:pPr/w:bidi")


def test_an_office_puts_words_and_parts_where_it_wants_them() -> None:
    template = a_template(
        "{{ kind }} {{ number }} vom {{ date }}",
        "{%p for fact in facts %}",
        "{{ fact.label }} = {{ fact.value }}",
        "{%p endfor %}",
        "{{p sections.stations }}",
        "{{p sections.none }}",
        "{%p if mark and not closing %}",
        "never",
        "{%p endif %}",
        header="{{ issuer }}",
    )
    check_template(template)
    said = words_in(render_docx(replace(a_paper(), date_words="22. November 2026"), template))
    assert said[:2] == [
        "Beschlussvorlage VO/2026/00001 vom 22. November 2026",
        "Federführend = 2.000.2 – Stabsstelle Integration",
    ]
    assert {"Beratungsfolge", "Sozialausschuss", "Stadt Beispielstadt · Die Bürgermeisterin"} <= set(said)
    assert not {"never", "Begründung"} & set(said)


def test_our_own_template_passes_its_check() -> None:
    check_template(DEFAULT_TEMPLATE.read_bytes())


REFUSED: dict[str, Callable[[], bytes]] = {
    "empty_file": lambda: b"",
    "file_too_large": lambda: b"PK" * MAX_BYTES,
    "broken_docx": lambda: b"{\\rtf1 no archive}",
    "docx_without_body": lambda: a_template("{{ title }}"),
    "docx_unpacks_too_large": lambda: with_part(a_template("{{p body }}"), "word/big.xml", b" " * 2_000_000),
    "docx_macros": lambda: with_part(a_template("{{p body }}"), "word/vbaProject.bin", b"x"),
    "docx_linked_outside": lambda: with_part(
        a_template("{{p body }}"),
        "word/_rels/settings.xml.rels",
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"'
        b' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"'
        b' Target="http://elsewhere.example/a.dotm" TargetMode="External"/></Relationships>',
    ),
    "docx_unknown_name": lambda: a_template("{{p body }}", "{{ config }}"),
}


@pytest.mark.parametrize("code", REFUSED)
def test_a_template_that_is_none_or_brings_too_much_is_refused(code: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_template(REFUSED[code]())
    assert refused.value.code == code


@pytest.mark.parametrize(
    "words",
    [
        "{{ 7*7 }}",
        "{{ 'a' * 1000000000 }}",
        "{{ title.__class__ }}{{ ''.join(title) }}",
        "{% for a in facts %}{% for b in facts %}{% for c in facts %}{% endfor %}{% endfor %}{% endfor %}",
        "{% set a = 1 %}",
        "{% macro a() %}{% endmacro %}",
        "{% include 'a' %}",
        "{{ title|upper }}",
        "{{ title",
        "{{ facts[0] }}",
        "{% for a in summary %}{% for b in summary %}x{% endfor %}{% endfor %}",
        "{% for fact in facts %}{% for a in fact.value %}x{% endfor %}{% endfor %}",
    ],
)
def test_a_template_that_calculates_or_calls_is_refused(words: str) -> None:
    for template in (a_template("{{p body }}", words), a_template("{{p body }}", header=words)):
        with pytest.raises(Invalid) as refused:
            check_template(template)
        assert refused.value.code == "docx_not_allowed"


def test_names_with_two_underscores_lead_nowhere() -> None:
    """The check lets attributes through, since sections have names; the sandbox answers them with nothing."""
    template = a_template("{{p body }}", "x{{ title.__class__.__mro__ }}x")
    assert "xx" in words_in(render_docx(a_document(Paragraph("a")), template))


RELATION = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    ' xmlns:q="http://schemas.openxmlformats.org/package/2006/relationships"><{tag} Id="rId1" Target="http://a.example"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" TargetMode="{mode}"/>'
    "</Relationships>"
)


@pytest.mark.parametrize("tag, mode", [("Relationship", "&#69;xternal"), ("q:Relationship", "External")])
def test_a_relation_leads_outside_however_it_is_written(tag: str, mode: str) -> None:
    def template(kind: str) -> bytes:
        relations = RELATION.format(tag=tag, mode=mode, kind=kind).encode()
        return with_part(a_template("{{p body }}"), "word/_rels/settings.xml.rels", relations)

    with pytest.raises(Invalid) as refused:
        check_template(template("image"))
    assert refused.value.code == "docx_linked_outside"
    check_template(template("hyperlink"))


BEGIN, MIDDLE, END = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))


def says(words: str) -> str:
    return f"<w:r><w:instrText>{words}</w:instrText></w:r>"


def with_field(markup: str) -> bytes:
    template = a_template("{{p body }}")
    with zipfile.ZipFile(io.BytesIO(template)) as archive:
        content = archive.read("word/document.xml")
    field = f"<w:p>{markup}</w:p><w:sectPr".encode()
    return with_part(template, "word/document.xml", content.replace(b"<w:sectPr", field, 1))


@pytest.mark.parametrize(
    "markup",
    [
        BEGIN + says(' DDEAUTO cmd "/k" ') + END,
        BEGIN + says(" PA") + says("GEX ") + END,
        BEGIN + says(" INCLUDE") + says('TEXT "a" ') + MIDDLE + END,
        BEGIN + BEGIN + says("REF a") + END + says(" PAGE") + END,
        BEGIN + "<w:r><w:t>{% if mark %}</w:t></w:r>" + says("PAGE") + "<w:r><w:t>{% endif %}</w:t></w:r>" + END,
        '<w:fldSimple w:instr=" INCLUDEPICTURE &quot;http://a.example/a.png&quot; "/>',
        '<w:fldSimple w:instr="link Excel.Sheet"/>',
    ],
)
def test_a_field_that_fetches_or_starts_something_is_refused(markup: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_template(with_field(markup))
    assert refused.value.code == "docx_not_allowed"


def test_fields_that_count_and_refer_are_allowed() -> None:
    pages = BEGIN + says(" PA") + says("GE ") + MIDDLE + "<w:r><w:t>{{ title }}</w:t></w:r>" + END
    check_template(with_field(pages + '<w:fldSimple w:instr=" numpages "/>' + BEGIN + says(" REF a ") + END))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("language", ["de", "ar"])
def test_an_office_program_opens_it_and_loses_nothing(language: str, tmp_path: Path) -> None:
    (tmp_path / "paper.docx").write_bytes(render_docx(a_paper(language=language)))
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    subprocess.run(
        ["soffice", home, "--headless", "--convert-to", "txt:Text (encoded):UTF8", "paper.docx"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=120,
    )
    said = (tmp_path / "paper.txt").read_text("utf-8")
    assert all(words in said for words in ("460.000 €", "Олена Шевченко", "عبد الرحمن", "Hier endet das Geld", "M62"))
    assert DAY.isoformat() not in said


def test_a_section_with_a_page_of_its_own_begins_one() -> None:
    document = replace(a_document(), sections=(Section("a", "Anlage", (Paragraph("x"),), starts_page=True),))
    heading = next(each for each in opened(render_docx(document)).paragraphs if each.text == "Anlage")
    assert heading._p.xpath("w:pPr/w:pageBreakBefore")


def test_a_part_is_looked_through_whatever_its_file_is_called() -> None:
    template = a_template("{{p body }}", header="{{ issuer }}")
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template)) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            content = source.read(name).replace(b"header1.xml", b"header1.txt")
            field = b'<w:p><w:fldSimple w:instr="DDEAUTO cmd"/></w:p></w:hdr>'
            target.writestr(name.replace("header1.xml", "header1.txt"), content.replace(b"</w:hdr>", field))
    with pytest.raises(Invalid) as refused:
        check_template(packed.getvalue())
    assert refused.value.code == "docx_not_allowed"
