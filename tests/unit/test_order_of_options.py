"""Everybody has the options in a random order of their own: no option gains by where it stands, and it stays."""

from collections import Counter
from collections.abc import Callable
from itertools import pairwise, permutations

import pytest

from participation.ballots.keys import RoundKey

Order = Callable[[RoundKey, str, list[str]], list[str]]
CODES = [f"M{number:02}" for number in range(1, 11)]
VOTERS = 10_000
KEY = RoundKey(b"a secret of a round for this test, 32 b.")


def ours(key: RoundKey, participant: str, codes: list[str]) -> list[str]:
    return key.order_for(participant, codes)


def started_anywhere(key: RoundKey, participant: str, codes: list[str]) -> list[str]:
    """Turn the list like a wheel: every option is first equally often, and its neighbours profit from it."""
    start = int(key.ballot_key(participant), 16) % len(codes)
    return [*codes[start:], *codes[:start]]


def chi_square(counts: Counter[object], cells: int, total: int) -> float:
    expected = total / cells
    return sum((seen - expected) ** 2 / expected for seen in counts.values()) + (cells - len(counts)) * expected


def places(order: Order) -> float:
    """Return how far places are from being equally likely: of every option, over all places; 99.99 % below 158."""
    seen: Counter[object] = Counter()
    for voter in range(VOTERS):
        seen.update(enumerate(order(KEY, f"account:{voter}", CODES)))
    return chi_square(seen, len(CODES) ** 2, VOTERS * len(CODES))


def pairs(order: Order) -> float:
    """Return how far it is from chance which option stands right behind which; 99.99 % below 143."""
    seen: Counter[object] = Counter()
    for voter in range(VOTERS):
        shown = order(KEY, f"account:{voter}", CODES)
        seen.update(pairwise(shown))
    cells = len(list(permutations(CODES, 2)))
    return chi_square(seen, cells, VOTERS * (len(CODES) - 1))


def test_every_option_stands_everywhere_equally_often() -> None:
    assert places(ours) < 158
    assert pairs(ours) < 143


def test_an_order_that_only_turns_would_be_found() -> None:
    assert places(started_anywhere) < 158
    with pytest.raises(AssertionError):
        assert pairs(started_anywhere) < 143


def test_the_order_of_a_participant_stays_whatever_comes_and_goes() -> None:
    whole = KEY.order_for("account:1", CODES)
    assert KEY.order_for("account:1", reversed(CODES)) == whole
    assert KEY.order_for("account:1", CODES[:6]) == [code for code in whole if code in CODES[:6]]
    assert KEY.order_for("account:2", CODES) != whole
    assert RoundKey(b"another round's secret").order_for("account:1", CODES) != whole
