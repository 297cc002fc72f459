import io
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pdfua
import pikepdf
import pypdfium2
import pytest

from participation.documents import blocks
from participation.documents.blocks import Cell, Column, Paragraph, Row, Table, Text
from participation.documents.glyphs import signs_by_font
from participation.documents.pdf import render_pdf
from tests.factories.papers import a_document, a_paper


@cache
def paper(language: str = "de") -> bytes:
    return render_pdf(a_paper(language=language))


def words_in(rendered: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(rendered))


def elements(node: Any) -> Iterator[pikepdf.Dictionary]:
    """Yield the elements of the tree by which a PDF is read aloud."""
    if isinstance(node, pikepdf.Array):
        for inner in node:
            yield from elements(inner)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node.K)


def opened(rendered: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(rendered))


@pytest.mark.parametrize("language", ["de", "ar"])
def test_a_paper_says_which_standards_it_keeps_and_a_machine_finds_no_fault(language: str, tmp_path: Path) -> None:
    """What no machine here checks: the order of reading, whether headings and names say what follows, contrast."""
    (tmp_path / "paper.pdf").write_bytes(paper(language))
    report = pdfua.validate(str(tmp_path / "paper.pdf"))
    file = opened(paper(language))
    said = file.open_metadata()
    assert report.findings == ()
    assert {said[f"pdfaid:{name}"] for name in ("part", "conformance")} == {"2", "A"}
    assert said["pdfuaid:part"] == "1"


def test_every_typeface_is_in_the_file_and_is_ours() -> None:
    file = opened(paper())
    fonts = [
        descendant.FontDescriptor
        for page in file.pages
        for font in page.Resources.Font.values()
        for descendant in font.DescendantFonts
    ]
    ours = ("IBMPlexSans-", "Vazirmatn-", "NotoSansSymbols2-")
    names = {str(font.FontName).partition("+")[2] for font in fonts}
    assert all("/FontFile2" in font for font in fonts)
    assert {name for name in names if not name.startswith(ours)} == set()
    assert any(name.startswith("Vazirmatn") for name in names)


def test_the_tree_names_headings_tables_their_heads_and_the_language_of_a_text() -> None:
    file = opened(paper())
    tree = list(elements(file.Root.StructTreeRoot))
    kinds = [str(element.S) for element in tree]
    assert {"/Title", "/H1", "/H2", "/H3", "/TH", "/Caption", "/BlockQuote", "/LI", "/TOC"} <= set(kinds)
    assert kinds.count("/Table") == 3
    assert {str(element.Lang) for element in tree if "/Lang" in element} == {"ar", "uk", "tr"}


def test_a_document_reads_from_the_right_in_arabic() -> None:
    file = opened(paper("ar"))
    assert (str(file.Root.Lang), str(file.Root.ViewerPreferences.Direction)) == ("ar", "/R2L")
    first = Table("ج", (Column("أول"), Column("ثان")), (Row((Cell("ONE"), Cell("TWO"))),))
    page = pypdfium2.PdfDocument(render_pdf(a_document(first, language="ar")))[0].get_textpage()
    left_of = {word: page.get_charbox(page.get_text_range().index(word))[0] for word in ("ONE", "TWO")}
    assert left_of["ONE"] > left_of["TWO"]


def test_the_heads_of_a_long_table_stand_on_each_of_its_pages() -> None:
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(paper())]
    with_rows = [text for text in pages if "‰" in text]
    assert len(with_rows) > 4
    assert all("Maßnahme" in text and "jährlich" in text for text in with_rows)
    assert all(f"Seite {number} von {len(pages)}" in text for number, text in enumerate(pages, start=1))


@pytest.mark.parametrize(
    "name", ["عبد الرحمن", "فاطمة يوسف", "Олена Шевченко", "Ελένη", "Ayşe Öztürk", "Nguyễn Văn Đức"]
)
def test_a_name_can_be_copied_out_of_the_file(name: str) -> None:
    assert name in words_in(render_pdf(a_document(Paragraph(name))))


@pytest.mark.parametrize(
    "words",
    [
        "ትግርኛ አማርኛ",
        "中文测试",
        "հայերեն",
        "ქართული",
        "தமிழ்",
        "עברית",
        "ڕێکخراو ټولنه ہے",
        "پژوهش۱۲۳",
        "Ђорђе",
        "🙂",
        "→ ☒ ✓ € – „“",
    ],
)
def test_every_script_of_the_city_has_its_signs(words: str) -> None:
    said = words_in(render_pdf(a_document(Paragraph(words))))
    assert "[U+" not in said
    assert set(words) <= set(said)


def test_a_sign_that_no_typeface_has_is_written_as_its_number() -> None:
    said = words_in(render_pdf(a_document(Paragraph("\u0f40 \x07 \udc00 a\u0301 x\u0f71 \u202eabc \ue000 ◼\u0bc6"))))
    assert "[U+0F40] [U+0007] [U+DC00] á x[U+0F71] [U+202E]abc [U+E000] ◼[U+0BC6]" in said


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_no_row_of_signs_is_refused(seed: int) -> None:
    drawn = random.Random(seed)
    signs = [sorted(each) for each in signs_by_font()]
    marks = [
        chr(point) for first, last in ((0x300, 0x370), (0x64B, 0x660), (0x200B, 0x2010)) for point in range(first, last)
    ]
    for _document in range(150):
        words = "".join(
            drawn.choice((drawn.choice(drawn.choice(signs)), drawn.choice(marks), chr(drawn.randrange(0x110000)), " "))
            for _sign in range(drawn.randrange(1, 60))
        )
        render_pdf(a_document(Paragraph(words), Paragraph(Text(words, "ar")), title=f"t{words}"))


TEMPLATES = ["{{7*7}}", "{% for x in y %}", '#import "@preview/a:1.0.0"', '#read("/etc/passwd")', "file:///etc/passwd"]
MARKUP = ["*a* _b_ `c` $d^2$", "<label> @ref", "// c", "/* c */", "\\u{41} \\ #let x = 1", "= Heading", "~ -- ---"]


@pytest.mark.parametrize("words", TEMPLATES + MARKUP)
def test_words_that_look_like_a_source_are_words(words: str) -> None:
    table = Table(words, (Column(words),), (Row((Cell(words),)),), note=words)
    rendered = render_pdf(a_document(Paragraph(words), Paragraph(Text(words, "tr")), table, title=words))
    assert words_in(rendered).replace("\u00a0", " ").count(words) >= 6


@pytest.mark.parametrize("letter", ["a", "ا", "中"])
def test_twenty_thousand_letters_without_a_blank_stay_on_the_paper(letter: str) -> None:
    long = letter * 20_000
    table = Table("lang", (Column("a"), Column("b", "money")), (Row((Cell(long), Cell("1 €"))),))
    document = pypdfium2.PdfDocument(render_pdf(a_document(Paragraph(long), table)))
    pages = [page.get_textpage() for page in document]
    assert sum(page.get_text_range().count(letter) for page in pages) >= 40_000
    boxes = [page.get_charbox(place) for page in pages for place in range(0, page.count_chars(), 97)]
    assert max(right for _left, _bottom, right, _top in boxes) < document[0].get_width() - 40
    assert min(bottom for _left, bottom, _right, _top in boxes) > 20


def test_the_head_and_the_sums_of_a_table_do_not_run_off_the_page() -> None:
    long = "b" * 8_000
    sums = (Row((Cell(long), Cell("")), strong=True),)
    rendered = render_pdf(a_document(Table("a", (Column("c" * 8_000), Column("d")), (), footer=sums)))
    said = words_in(rendered)
    pages = [page.get_textpage() for page in pypdfium2.PdfDocument(rendered)]
    lowest = [page.get_charbox(place)[1] for page in pages for place in range(0, page.count_chars(), 31)]
    assert "c…" in said.replace("\r\n", "")
    assert said.count("b") >= len(long)
    assert min(lowest) > 20


def test_a_heading_of_a_whole_page_is_no_bookmark_but_stands_in_full() -> None:
    assert words_in(render_pdf(a_document(blocks.Subheading("Ж" * 20_000)))).count("Ж") > 20_000
