"""What counts as a text, and what the search forgives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.core.errors import Invalid
from participation.core.wording import BODY, TITLE, clean_text, searchable


@pytest.mark.parametrize(
    "typed, code",
    [
        ("", "text_missing"),
        (" \n\t", "text_missing"),
        ("x" * 201, "text_too_long"),
        ("zwei\nZeilen", "control_character"),
        ("Glocke\x07", "control_character"),
        ("leer\x00", "control_character"),
        ("\udcff", "control_character"),
        ("\u202eumgedreht", "bidi_control"),
        ("\u2066isoliert\u2069", "bidi_control"),
        ("kaputt\ufffd", "unreadable_character"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_never_repaired(typed: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_text(typed, TITLE)
    assert (refusal.value.code, refusal.value.field) == (code, "title")


@pytest.mark.parametrize("typed", ["מרחב\u200f", "سلام\u200c", "نص\u061c", "👩‍👧 Müll", "e\u0301", "a\tb\n\nc"])
def test_every_script_keeps_its_signs(typed: str) -> None:
    assert clean_text(typed, BODY)


def test_line_ends_and_outer_blanks_are_unified_and_composed() -> None:
    assert clean_text(" a\r\nb\rc \n", BODY) == "a\nb\nc"
    assert clean_text("e\u0301", TITLE) == "é"


@given(st.text(max_size=300))
def test_a_clean_text_is_clean_when_it_comes_again(typed: str) -> None:
    try:
        once = clean_text(typed, BODY)
    except Invalid:
        return
    assert clean_text(once, BODY) == once


@pytest.mark.parametrize(
    "text, query",
    [
        ("TÜRKÇE kursu", "turkce"),
        ("Ilgı", "ilgi"),
        ("Straße", "STRASSE"),
        ("Єдність", "єдність"),
        ("مُدَرِّس", "مدرس"),
        ("Café", "cafe"),
    ],
)
def test_the_search_forgives_case_accents_and_vowel_marks(text: str, query: str) -> None:
    assert searchable(query) in searchable(text)
