from collections import Counter
from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.tally.draws import LARGEST_NORMAL, NORMAL_UNIT, Normals, Numbers


def drawn_by_hand(seed: bytes, purpose: str, end: int, count: int) -> list[int]:
    """What the docstring tells a third party to do."""
    key = sha256(b"participation/draws/1\n" + purpose.encode() + b"\n" + seed).digest()
    size = 2 if end <= 2**16 else 4
    numbers: list[int] = []
    block = 0
    while len(numbers) < count:
        data = sha256(key + block.to_bytes(8, "big")).digest()
        words = [int.from_bytes(data[at : at + size], "big") for at in range(0, 32, size)]
        numbers += [word // (256**size // end) for word in words if word // (256**size // end) < end]
        block += 1
    return numbers[:count]


@pytest.mark.parametrize("end", [1, 2, 3, 12, 180, 20_000, 2**16 - 1, 2**16, 2**16 + 1, 10**6, 2**32])
def test_a_third_party_can_draw_the_numbers_again(end: int) -> None:
    assert Numbers(b"root", "bootstrap", end).take(100).tolist() == drawn_by_hand(b"root", "bootstrap", end, 100)


@given(st.binary(max_size=40), st.integers(1, 40_000), st.lists(st.integers(0, 50), max_size=5))
def test_portions_do_not_matter(seed: bytes, end: int, portions: list[int]) -> None:
    one, other = Numbers(seed, "test", end), Numbers(seed, "test", end)
    together = one.take(sum(portions)).tolist()
    assert [number for size in portions for number in other.take(size).tolist()] == together
    assert all(0 <= number < end for number in together)


def test_seed_and_purpose_give_different_numbers() -> None:
    streams = [(b"a", "x"), (b"b", "x"), (b"a", "y"), (b"", "x")]
    assert len({tuple(Numbers(seed, purpose, 1000).take(8).tolist()) for seed, purpose in streams}) == len(streams)


@pytest.mark.parametrize("end", [0, -1, 2**32 + 1])
def test_an_end_that_no_word_reaches_is_refused(end: int) -> None:
    with pytest.raises(ValueError, match="drawn below"):
        Numbers(b"", "test", end)


def chi_square(numbers: list[int], end: int) -> float:
    expected = len(numbers) / end
    counted = Counter(numbers)
    return sum((counted[number] - expected) ** 2 / expected for number in range(end))


def test_all_numbers_are_equally_likely_also_where_the_remainder_is_largest() -> None:
    """With 40,000 of 65,536 words kept; 20 groups of 2,000 numbers, chi-square below its 99.9 % point."""
    numbers = Numbers(b"fair", "test", 40_000).take(200_000)
    assert chi_square((numbers // 2_000).tolist(), 20) < 43.8


def test_the_control_a_plain_remainder_is_caught_as_unfair() -> None:
    words = Numbers(b"fair", "test", 2**16).take(200_000)
    assert chi_square((words % 40_000 // 2_000).tolist(), 20) > 43.8


def test_normal_numbers_have_mean_0_variance_1_and_the_right_shares_within() -> None:
    numbers = Normals(b"normal", "test").take(200_000) / NORMAL_UNIT
    assert abs(numbers.mean()) < 0.01
    assert abs(numbers.var() - 1) < 0.01
    for within, share in ((1, 0.6827), (1.96, 0.95), (2.576, 0.99)):
        assert abs(np.mean(np.abs(numbers) < within) - share) < 0.004
    assert np.abs(numbers).max() * NORMAL_UNIT < LARGEST_NORMAL
