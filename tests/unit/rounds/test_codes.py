"""Participation codes: printed, typed and checked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.core.errors import Invalid
from participation.core.ids import CROCKFORD
from participation.rounds.codes import LENGTH, check_character, code_text, grouped, read_code

KEY = "a key of the application for these tests"
code_ids = st.text(CROCKFORD, min_size=20, max_size=20)


def test_a_code_is_the_same_whenever_its_card_is_printed() -> None:
    assert code_text(KEY, "0123456789abcdefghjk") == code_text(KEY, "0123456789abcdefghjk")
    assert code_text(KEY, "0123456789abcdefghjk") != code_text(KEY + "2", "0123456789abcdefghjk")


@given(code_ids)
def test_a_code_is_read_back_however_it_is_typed(code_id: str) -> None:
    code = code_text(KEY, code_id)
    shown = grouped(code)
    assert len(code) == LENGTH
    for typed in (code, shown, shown.lower(), shown.replace(" ", "-"), f"  {shown}\n", shown.replace(" ", "\u00a0")):
        assert read_code(typed) == code
    assert read_code(shown.replace("0", "O").replace("1", "I")) == code


@given(code_ids, st.integers(0, LENGTH - 1), st.sampled_from(CROCKFORD))
def test_one_wrong_character_is_noticed_before_the_database_is_asked(code_id: str, place: int, sign: str) -> None:
    code = code_text(KEY, code_id)
    typed = code[:place] + sign + code[place + 1 :]
    if typed == code:
        assert read_code(typed) == code
        return
    with pytest.raises(Invalid, match="code_mistyped"):
        read_code(typed)


@given(code_ids, st.integers(0, LENGTH - 1), st.integers(0, LENGTH - 1))
def test_two_characters_that_changed_places_are_noticed(code_id: str, one: int, other: int) -> None:
    signs = list(code_text(KEY, code_id))
    if signs[one] == signs[other]:
        return
    signs[one], signs[other] = signs[other], signs[one]
    with pytest.raises(Invalid, match="code_mistyped"):
        read_code("".join(signs))


@pytest.mark.parametrize(
    "typed, code, facts",
    [
        ("", "no_code_typed", {}),
        (" - ", "no_code_typed", {}),
        ("ABCD EFGH JKMN PQR", "code_length", {"length": 15, "expected": 16}),
        ("ABCD EFGH JKMN PQRS T", "code_length", {"length": 17, "expected": 16}),
        ("ABCD EFGH JKMN PQR!", "code_sign", {"sign": "!"}),
        ("UBCD EFGH JKMN PQRS", "code_sign", {"sign": "u"}),
        ("٣BCD EFGH JKMN PQRS", "code_sign", {"sign": "٣"}),
    ],
)
def test_what_cannot_be_a_code_is_refused_with_what_is_wrong(typed: str, code: str, facts: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refusal:
        read_code(typed)
    assert (refusal.value.code, dict(refusal.value.facts), refusal.value.field) == (code, facts, "code")


def test_check_characters_are_spread_over_the_whole_alphabet() -> None:
    seen = {check_character(code_text(KEY, f"{number:020d}")[:-1]) for number in range(1000)}
    assert seen == set(CROCKFORD)
