"""Where things stand on charts: within the picture, to scale, and never one over the other."""

import doctest
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.results.rules import charts
from participation.results.rules.charts import LANE, NEAREST, WHOLE, line, places, signed, stretch

SHARES = st.fractions(min_value=0, max_value=1, max_denominator=500)


def along(text: str) -> Fraction:
    return Fraction(text.removesuffix("%")) / 100


def test_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(charts).failed == 0


@given(SHARES, SHARES)
def test_a_stretch_lies_within_its_bar_and_can_be_seen(one: Fraction, other: Fraction) -> None:
    found = stretch(one, other)
    assert found.start >= 0
    assert found.length >= 2
    assert found.start + found.length <= WHOLE


@pytest.mark.parametrize("low,high", [(Fraction(-1, 10), Fraction(1, 2)), (Fraction(1, 2), Fraction(11, 10))])
def test_a_band_that_leaves_the_scale_is_drawn_to_its_end(low: Fraction, high: Fraction) -> None:
    found = stretch(low, high)
    assert found.length == 500


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n), st.integers(1, n))))
def test_places_are_as_wide_as_they_are_many(case: tuple[int, int, int]) -> None:
    count, one, other = case
    low, high = sorted((one, other))
    found = places(low, high, count)
    assert abs(found.length - Fraction(WHOLE * (high - low + 1), count)) <= 2
    assert found.start <= found.middle < found.start + found.length


@given(st.lists(st.none() | SHARES, max_size=8))
def test_marks_stand_where_their_shares_say_and_never_cover_each_other(shares: list[Fraction | None]) -> None:
    found = line(shares)
    if found is None:
        assert all(share is None for share in shares)
        return
    assert [mark.at for mark in found.marks] == [at for at, share in enumerate(shares) if share is not None]
    for mark in found.marks:
        assert 2 * WHOLE * abs(along(mark.along) - (shares[mark.at] or 0)) <= 1
        assert 0 <= mark.lane < found.lanes
    for one, other in combinations(found.marks, 2):
        if one.lane == other.lane:
            assert abs((shares[one.at] or Fraction(0)) - (shares[other.at] or Fraction(0))) >= NEAREST
    assert found.height == LANE * found.lanes


@given(st.lists(SHARES, min_size=1, max_size=8))
def test_a_line_from_right_to_left_is_the_mirror_image(shares: list[Fraction]) -> None:
    there, back = line(shares), line(shares, mirrored=True)
    assert there is not None
    assert back is not None
    assert [mark.lane for mark in there.marks] == [mark.lane for mark in back.marks]
    for one, other in zip(there.marks, back.marks, strict=True):
        assert abs(along(one.along) + along(other.along) - 1) <= Fraction(1, WHOLE)


def test_the_outermost_marks_stand_on_the_line_itself() -> None:
    found = line([Fraction(1, 10), Fraction(50, 100), Fraction(52, 100), Fraction(54, 100)])
    assert found is not None
    assert [mark.lane for mark in found.marks] == [0, 1, 2, 0]


def test_a_bar_of_agreement_grows_from_its_middle() -> None:
    assert signed(Fraction(1)) == stretch(Fraction(1, 2), Fraction(1))
    assert signed(Fraction(-1)) == stretch(Fraction(0), Fraction(1, 2))
    assert signed(Fraction(0)).length == 2
