"""Texts in CSV cells: text stays text, and nothing of it is lost."""

import csv
import io
import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from participation.results.rules.cells import guarded, unguarded

ORDINARY = [
    "Sprachcafé im Stadtteil",
    "Çocuklar için yüzme kursu",
    "مقهى اللغات",
    "30 Plätze mehr",
    "Räume für alle: Tag und Nacht",
    "Kinder, Jugendliche, Eltern",
    "E-Mail-Beratung",
    "M01",
    "",
]
FORMULAS = [
    '=HYPERLINK("http://evil.example","Klick")',
    "+49 431 123",
    "-1+2",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u00a0=1+1",
    "\u3000=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
    "\u2212 1",
    "﹦1",
    "=1+1;=2",
    "'=1+1",
]
GUESSED = ["3/4", "1217/2430", "0", "007", "1E5", "12.11.2026", "3-4", "50 %", "12:30", "1,5", "2 000"]
INSIDE = ["Räume;=A1", "Räume; \u00a0=A1", "a,=1", "a,\n=1", "a\t@x", "a;'b'", "a,'=1", ",=", ",,=1", "\n=1", "a\r\n+1"]

INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")

signs = st.sampled_from("=+-@'\u2212＝＋－＠﹢﹣﹦﹫,;\t\r\n \u00a0\u200b\u3000\ufeff0/|\"aäم")
texts = st.one_of(st.text(signs, max_size=12), st.text(max_size=20))


def would_be_guessed(cell: str) -> bool:
    """Say, without the module's own expressions, whether a cell begins like a formula or reads as a number."""
    first = unicodedata.normalize("NFKC", cell[:1])
    invisible = cell[:1] in INVISIBLE or (cell and unicodedata.category(cell[0]) in {"Cc", "Zl", "Zp", "Zs"})
    if first in {"=", "+", "-", "@", "\u2212"} or invisible:
        return True
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return bool(re.fullmatch(r"[0-9]+ ?[/.:-] ?[0-9]+(?: ?[/.:-] ?[0-9]+)?", cell))
    return cell[:1].isdigit()


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_texts_are_written_as_they_are(text: str) -> None:
    assert guarded(text) == text


@pytest.mark.parametrize("text", FORMULAS + GUESSED)
def test_what_a_spreadsheet_would_take_for_something_else_begins_with_an_apostrophe(text: str) -> None:
    assert guarded(text).startswith("'")
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", INSIDE)
def test_a_formula_behind_a_separator_is_marked_too(text: str) -> None:
    assert guarded(text) != text
    assert unguarded(guarded(text)) == text


def test_the_tests_notice_an_escaper_that_does_nothing() -> None:
    """The control: without the guard the same check finds a formula."""
    assert would_be_guessed("=1+1")
    assert any(would_be_guessed(text) for text in FORMULAS)


@given(texts)
@example(",=")
@example("'")
@example("\n=")
@example(",'")
@example(",\t'=")
def test_every_text_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(texts)
def test_no_cell_begins_like_a_formula_whatever_the_separator(text: str) -> None:
    cell = guarded(text)
    assert not would_be_guessed(cell)
    for piece in re.split(r"[,;\t\r\n]", cell)[1:]:
        begun = piece.lstrip("\u00a0\u3000\u200b\ufeff \x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029")
        assert unicodedata.normalize("NFKC", begun[:1]) not in {"=", "+", "-", "@"}


@given(st.lists(texts, min_size=1, max_size=4))
def test_a_row_comes_back_through_a_file(row: list[str]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\r\n").writerow([guarded(text) for text in row])
    read = next(csv.reader(io.StringIO(file.getvalue(), newline="")))
    assert [unguarded(cell) for cell in read] == row
