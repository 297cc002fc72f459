import io
from datetime import date, datetime
from typing import cast

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from participation.documents import blocks
from participation.documents.blocks import Cell, Column, Row, Sheet, Table
from participation.documents.sheets import render_xlsx, sheets_of
from tests.factories.papers import CONSULTATIONS, DAY, a_paper, a_plan


def opened(*sheets: Sheet, language: str = "de") -> list[Worksheet]:
    rendered = render_xlsx(sheets, language=language, on=DAY, title="Anlage", author="Stabsstelle")
    return [cast("Worksheet", sheet) for sheet in load_workbook(io.BytesIO(rendered)).worksheets]


def values(sheet: Worksheet) -> list[list[object]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_values_are_typed_and_can_be_added_up() -> None:
    plan = a_plan()
    (sheet,) = opened(Sheet("Plan", (plan,)))
    rows = values(sheet)
    amounts = [row[3] for row in rows[1:64] if row[3] is not None]
    cents = [row.cells[3].value for row in plan.rows if not row.across]
    assert rows[0] == [column.title for column in plan.columns]
    assert [round(float(str(amount)) * 100) for amount in amounts] == cents
    assert (rows[1][0], rows[1][6]) == (1, 0.999)
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:G64")
    assert sheet["D2"].number_format == "#,##0.00"


def test_days_are_days_and_what_has_no_value_stays_words() -> None:
    (sheet,) = opened(Sheet("Beratungsfolge", (CONSULTATIONS,)))
    assert values(sheet)[1:3] == [
        [datetime(2026, 10, 8), "Senat", "nein", "–"],  # noqa: DTZ001 - a day in a cell has no zone
        [datetime(2026, 11, 4), "Sozialausschuss", "ja", "unverändert beschlossen"],  # noqa: DTZ001 - see above
    ]


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "{=1}", "=cmd|' /C x'!A0"]
OTHERS = ["http://a.example", "file:///etc/passwd", "{{7*7}}"]


@pytest.mark.parametrize("words", FORMULAS + OTHERS)
def test_words_that_look_like_a_formula_or_a_link_are_words(words: str) -> None:
    table = Table(words, (Column(words),), (Row((Cell(words),)), Row((Cell(words),), across=True)), note=words)
    others = (blocks.Paragraph(words), blocks.Facts((blocks.Fact(words, words),)), blocks.Subheading(words))
    for sheet in opened(Sheet("a", (table, *others)), Sheet(words, others)):
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value]
        assert cells
        assert all(cell.data_type == "s" and words.strip() in str(cell.value) and not cell.hyperlink for cell in cells)


def test_every_block_is_there_and_a_sheet_for_each_section() -> None:
    paper = a_paper()
    sheets = opened(*sheets_of(paper))
    said = [str(value) for sheet in sheets for row in values(sheet) for value in row if value is not None]
    wanted = (
        "☒ neu",
        "▨ vorgeschrieben",
        "1. Die Bürgerschaft",
        "Ми підтримуємо",
        "مع التحية",
        "• Fünf",
        "1.276",
        "Birte",
    )
    assert [sheet.title for sheet in sheets][:3] == ["Beschlussvorlage", "Beschlussvorschlag", "Die Maßnahme ist"]
    assert all(any(words in text for text in said) for words in wanted)


def test_names_of_sheets_are_made_different_and_legal() -> None:
    one = (blocks.Paragraph("x"),)
    wanted = ("Plan", "plan", "a/b:c*d", "x" * 40, "x" * 40, "")
    names = [sheet.title for sheet in opened(*(Sheet(name, one) for name in wanted))]
    assert names == ["Plan", "plan (2)", "a b c d", "x" * 31, "x" * 27 + " (2)", "–"]


def test_a_workbook_in_arabic_reads_from_the_right() -> None:
    assert [sheet.sheet_view.rightToLeft for sheet in opened(Sheet("ورقة", (a_plan(2),)), language="ar")] == [True]
    assert [sheet.sheet_view.rightToLeft for sheet in opened(Sheet("Plan", (a_plan(2),)))] == [None]


def test_a_text_longer_than_a_cell_may_be_ends_visibly() -> None:
    (sheet,) = opened(Sheet("a", (blocks.Paragraph("ü" * 40_000),)))
    assert str(sheet["A1"].value).endswith("ü…")
    assert len(str(sheet["A1"].value)) == 32_767


def test_the_date_of_a_workbook_is_that_of_its_document() -> None:
    file = io.BytesIO(render_xlsx((Sheet("a", (a_plan(1),)),), language="de", on=date(2021, 3, 25)))
    created = load_workbook(file).properties.created
    assert created is not None
    assert created.date() == date(2021, 3, 25)
