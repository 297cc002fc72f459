"""A small workbook cannot be answered with a large page, whatever its cells hold."""

import io

import pytest
from openpyxl import Workbook

from participation.core.errors import Invalid
from participation.costings.files import NAMES
from participation.workbooks.reading import MAX_CELL, MAX_FAULTS, MAX_TOLD, Cell, read_rows
from tests.http.costings.test_round_trip import download, packed, scene, upload
from tests.support.scenes import Scene

__all__ = ["scene"]
_CHOSEN = ("quality", "cover", "first_month", "last_month", "feasibility", "posts", "years")


def book_of(words: str) -> bytes:
    book = Workbook()
    book.worksheets[0].append(["code", "title"])
    book.worksheets[0].append(["M01", words])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_cell_longer_than_any_text_is_refused_with_its_place() -> None:
    (_header, (_number, cells)) = read_rows(book_of("x" * MAX_CELL), max_rows=5, max_columns=5)
    assert len(cells[1].value) == MAX_CELL
    with pytest.raises(Invalid) as refused:
        read_rows(book_of("x" * (MAX_CELL + 1)), max_rows=5, max_columns=5)
    assert (refused.value.code, refused.value.facts["cell"]) == ("cell_too_long", "B2")


def test_a_fault_of_an_import_repeats_the_beginning_only() -> None:
    fault = Cell("", 3, "title:" + "x" * 5_000).fault(Invalid("unknown_column", name="y" * 5_000))
    assert (len(str(fault.facts["name"])), len(str(fault.facts["column"]))) == (MAX_TOLD, MAX_TOLD)
    assert len(fault.field or "") == MAX_TOLD


def test_a_sheet_full_of_faults_gets_a_page_of_bounded_length(scene: Scene) -> None:
    book = download(scene.jens)
    page = book.worksheets[0]
    for row in range(3, 43):
        page.cell(row, NAMES.index("process") + 1).value = "integration"
        page.cell(row, NAMES.index("code") + 1).value = f"{row}" + "Z" * 5_000
        for name in _CHOSEN:
            page.cell(row, NAMES.index(name) + 1).value = "9" * 5_000
    answer = upload(scene.jens, packed(book))
    assert answer.status_code == 200
    assert "Z" * MAX_TOLD not in answer.text
    assert "9" * MAX_TOLD not in answer.text
    assert f"The first {MAX_FAULTS} of" in answer.text
    assert len(answer.data) < 400_000
