"""What a breakdown may show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.ballots.rules import is_small, published_parts

parts = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 60))


@pytest.mark.parametrize(
    "breakdown,shown",
    [
        ({"account": 99, "code": 30}, {"account": 99, "code": 30}),
        ({"account": 99, "code": 30, "paper": 9}, {"account": 99, "code": None, "paper": None}),
        ({"account": 99, "code": 9}, {"account": None, "code": None}),
        ({"account": 99, "code": 30, "paper": 7, "sms": 4}, {"account": 99, "code": 30, "paper": None, "sms": None}),
        ({"account": 99, "code": 30, "paper": 6, "sms": 4}, {"account": 99, "code": None, "paper": None, "sms": None}),
        ({"account": 9}, {}),
        ({"account": 6, "code": 6}, {"account": None, "code": None}),
        ({"account": 5, "code": 5}, {}),
        (dict.fromkeys("abcdefghij", 1), {}),
        ({"account": 10}, {"account": 10}),
        ({"account": 12, "code": 0}, {"account": 12}),
        ({}, {}),
    ],
)  # fmt: skip
def test_small_parts_are_suppressed_and_what_would_give_them_away(
    breakdown: dict[str, int], shown: dict[str, int | None]
) -> None:
    assert published_parts(breakdown) == shown


@given(parts)
def test_nobody_can_work_out_a_small_group(breakdown: dict[str, int]) -> None:
    shown = published_parts(breakdown)
    hidden = [size for name, size in breakdown.items() if size and shown.get(name) is None]
    assert all(size is None or size >= 10 for size in shown.values())
    if hidden and any(size is not None for size in shown.values()):
        assert len(hidden) > 1
        assert sum(hidden) - len(hidden) >= 9


@given(parts)
def test_a_part_is_suppressed_only_where_a_small_one_is_there(breakdown: dict[str, int]) -> None:
    shown = published_parts(breakdown)
    if not any(0 < size < 10 for size in breakdown.values()):
        assert shown == {name: size for name, size in breakdown.items() if size}


def test_a_round_of_nine_is_small_and_one_of_ten_is_not() -> None:
    assert is_small(9)
    assert not is_small(10)
