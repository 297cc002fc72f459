from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.tally.errors import InvalidFraction
from participation.tally.exact import fraction_from_text, fraction_text, rounded, rounded_root_ratio


@given(st.fractions())
def test_a_number_has_one_text_and_comes_back_from_it(value: Fraction) -> None:
    assert fraction_from_text(fraction_text(value)) == value


@pytest.mark.parametrize("value,text", [(Fraction(1217, 2430), "1217/2430"), (1, "1"), (Fraction(0, 7), "0")])
def test_whole_numbers_have_no_denominator(value: Fraction | int, text: str) -> None:
    assert fraction_text(value) == text


@pytest.mark.parametrize(
    "text",
    ["", "0.5", "1/0", "2/4", "1/1", "-0", "+1", " 1", "1\n", "01", "1/02", "1e3", "1/-2", "١/٢", "inf", "9" * 5000],
)
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(InvalidFraction):
        fraction_from_text(text)


def test_the_longest_numbers_that_are_written_can_be_read_back() -> None:
    for value in (10**3_600, Fraction(1, 10**3_600), Fraction(10**1_990 + 1, 10**1_990)):
        assert fraction_from_text(fraction_text(value)) == value


def test_longer_numbers_are_refused_by_name() -> None:
    """Python itself would refuse some of them, with an error that says nothing of scores."""
    for value in (10**4_000, 10**5_000, Fraction(1, 10**5_000), Fraction(10**2_000 + 1, 10**2_000)):
        with pytest.raises(InvalidFraction) as refusal:
            fraction_text(value)
        assert refusal.value.code == "too_long_to_write"


@pytest.mark.parametrize(
    "value,places,shown",
    [
        (Fraction(1, 8), 2, "0.13"),
        (Fraction(-1, 8), 2, "-0.13"),
        (Fraction(1, 3), 0, "0"),
        (Fraction(1, 2), 0, "1"),
        (Fraction(-1, 1000), 1, "0.0"),
        (Fraction(5), 2, "5.00"),
        (Fraction(10**40, 3), 1, "3" * 40 + ".3"),
    ],
)
def test_rounding_is_half_away_from_zero(value: Fraction, places: int, shown: str) -> None:
    assert str(rounded(value, places)) == shown


@given(st.fractions(-5, 5, max_denominator=10**6), st.integers(0, 6))
def test_a_rounded_figure_is_the_nearest(value: Fraction, places: int) -> None:
    assert abs(Fraction(rounded(value, places)) - value) <= Fraction(1, 2 * 10**places)


@given(st.integers(-(10**6), 10**6), st.integers(1, 10**6), st.integers(0, 6))
def test_a_rounded_root_ratio_is_the_nearest(numerator: int, radicand: int, places: int) -> None:
    figure = rounded_root_ratio(numerator, radicand, places)
    low, high = (max(Fraction(0), abs(Fraction(figure)) + Fraction(way, 2 * 10**places)) for way in (-1, 1))
    assert low**2 * radicand <= numerator**2 <= high**2 * radicand
    assert figure == 0 or (figure < 0) == (numerator < 0)
    assert rounded_root_ratio(numerator, numerator**2 or 1, 0) in {Decimal(-1), Decimal(0), Decimal(1)}
