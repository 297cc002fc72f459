"""Amounts as people write them become exact cents, or are refused with the reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.core.errors import Invalid
from participation.core.money import MAX_CENTS, Money, parse_cents


@pytest.mark.parametrize(
    "typed, cents",
    [
        ("0", 0),
        ("1234", 123_400),
        ("0012", 1_200),
        ("1234,5", 123_450),
        ("1234.50", 123_450),
        ("0,05", 5),
        ("0.5", 50),
        ("1.234", 123_400),
        ("1,234", 123_400),
        ("1.234,50", 123_450),
        ("1,234.50", 123_450),
        ("12.345.678,90", 1_234_567_890),
        ("1 234 567", 123_456_700),
        ("1\u00a0234,50", 123_450),
        ("1\u202f234,50", 123_450),
        ("1'234.50", 123_450),
        ("1’234,50", 123_450),
        (" 28.000 € ", 2_800_000),
        ("€28,000", 2_800_000),
        ("28000 EUR", 2_800_000),
        ("28000 Euro", 2_800_000),
        ("500,-", 50_000),
        ("500,– €", 50_000),
        ("١٢٣٤", 123_400),
        ("١٬٢٣٤٫٥٠", 123_450),
        ("۱۲۳۴٫۵", 123_450),
        ("\u200f١٢٣٤\u200f", 123_400),
    ],
)
def test_amounts_are_read_as_they_are_written(typed: str, cents: int) -> None:
    assert parse_cents(typed) == cents


@pytest.mark.parametrize(
    "typed, code",
    [
        ("", "amount_missing"),
        ("   ", "amount_missing"),
        ("€", "amount_missing"),
        ("-5", "negative_amount"),
        ("−5,00", "negative_amount"),
        ("– 5", "negative_amount"),
        ("500-", "negative_amount"),
        ("zehn", "not_an_amount"),
        ("ca. 500", "not_an_amount"),
        ("500 bis 600", "not_an_amount"),
        ("1,234,5", "not_an_amount"),
        ("1.234.50", "not_an_amount"),
        ("1.234,567", "not_an_amount"),
        ("12.34.56", "not_an_amount"),
        ("1.23,456", "not_an_amount"),
        ("0.123", "not_an_amount"),
        ("0,001", "not_an_amount"),
        ("1.2345", "not_an_amount"),
        ("1e6", "not_an_amount"),
        ("0x10", "not_an_amount"),
        ("NaN", "not_an_amount"),
        ("Infinity", "not_an_amount"),
        ("½", "not_an_amount"),
        ("৫০০", "not_an_amount"),
        ("500 $", "other_currency"),
        ("$500", "other_currency"),
        ("500 USD", "other_currency"),
        ("CHF 500", "other_currency"),
        ("₺1.500", "other_currency"),
        ("9" * 15, "amount_too_large"),
        ("9" * 400, "not_an_amount"),
    ],
)
def test_what_can_be_read_in_two_ways_or_in_none_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_cents(typed, field="once")
    assert (refusal.value.code, refusal.value.field) == (code, "once")


def test_the_processs_own_currency_is_understood() -> None:
    assert parse_cents("1.500 TL", currency="TRY") == 150_000
    with pytest.raises(Invalid) as refusal:
        parse_cents("1.500 €", currency="TRY")
    assert (refusal.value.code, refusal.value.facts["currency"]) == ("other_currency", "TRY")


@given(st.integers(min_value=0, max_value=MAX_CENTS))
def test_every_amount_is_read_back_from_each_way_of_writing(cents: int) -> None:
    whole, rest = divmod(cents, 100)
    plain = f"{whole}.{rest:02d}"
    german = f"{whole:,}".replace(",", ".") + f",{rest:02d}"
    english = f"{whole:,}.{rest:02d}"
    swiss = f"{whole:,}".replace(",", "’") + f".{rest:02d}"
    arabic = german.replace(".", "٬").replace(",", "٫").translate({ord(str(n)): chr(0x660 + n) for n in range(10)})
    for written in (plain, german, english, swiss, arabic):
        assert parse_cents(written) == cents


@given(st.text(max_size=30))
def test_nothing_typed_breaks_the_reading(typed: str) -> None:
    try:
        assert 0 <= parse_cents(typed) <= MAX_CENTS
    except Invalid as refusal:
        assert refusal.code in {  # noqa: PT017 - a refusal is one of two good answers
            "amount_missing",
            "not_an_amount",
            "negative_amount",
            "other_currency",
            "amount_too_large",
        }


def test_currencies_are_not_mixed() -> None:
    assert Money(5) + Money(7) == Money(12)
    with pytest.raises(Invalid) as refusal:
        Money(5) + Money(7, "TRY")
    assert refusal.value.code == "mixed_currencies"
