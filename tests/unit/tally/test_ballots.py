from typing import Any

import pytest

from participation.core.errors import InvalidBallot
from participation.tally.ballots import BATCH, Limits, Profile, levels, profiles
from participation.tally.errors import InvalidOptions, UnreadableBallot
from participation.tally.kinds import BallotKind

SHOWN = ("a", "b", "c", "d")


@pytest.mark.parametrize(
    "kind,content,order",
    [
        (BallotKind.RANKING, ["c", "a"], {"a": 1, "b": 0, "c": 2, "d": 0}),
        (BallotKind.RANKING, [], {"a": 0, "b": 0, "c": 0, "d": 0}),
        (BallotKind.APPROVAL, ["d", "a"], {"a": 1, "b": 0, "c": 0, "d": 1}),
        (BallotKind.APPROVAL, [], {"a": 0, "b": 0, "c": 0, "d": 0}),
        (BallotKind.POINTS, {"b": 3, "d": 1}, {"a": 0, "b": 3, "c": 0, "d": 1}),
        (BallotKind.POINTS, {}, {"a": 0, "b": 0, "c": 0, "d": 0}),
        (BallotKind.SCORE, {"b": 0, "d": 5}, {"a": None, "b": 0, "c": None, "d": 5}),
        (BallotKind.SCORE, {}, {"a": None, "b": None, "c": None, "d": None}),
    ],
)
def test_every_kind_becomes_a_weak_order_over_what_was_shown(
    kind: BallotKind, content: Any, order: dict[str, int | None]
) -> None:
    assert levels(kind, content, SHOWN) == order


@pytest.mark.parametrize(
    "kind,content,code,facts",
    [
        (BallotKind.RANKING, "abc", "not_a_list", {}),
        (BallotKind.RANKING, {"a": 1}, "not_a_list", {}),
        (BallotKind.APPROVAL, None, "not_a_list", {}),
        (BallotKind.POINTS, ["a"], "not_an_object", {}),
        (BallotKind.SCORE, 3, "not_an_object", {}),
        (BallotKind.RANKING, ["a", "z"], "unknown_option", {"option": "z"}),
        (BallotKind.RANKING, ["a", 1], "unknown_option", {"option": 1}),
        (BallotKind.RANKING, ["a", ["b"]], "unknown_option", {"option": ["b"]}),
        (BallotKind.POINTS, {"z": 1}, "unknown_option", {"option": "z"}),
        (BallotKind.RANKING, ["a", "b", "a"], "duplicate_option", {"option": "a"}),
        (BallotKind.APPROVAL, ["b", "b"], "duplicate_option", {"option": "b"}),
        (BallotKind.POINTS, {"a": 0}, "value_too_small", {"option": "a", "value": 0}),
        (BallotKind.SCORE, {"a": -1}, "value_too_small", {"option": "a", "value": -1}),
        (BallotKind.POINTS, {"a": 1.0}, "not_a_whole_number", {"option": "a", "value": 1.0}),
        (BallotKind.SCORE, {"b": True}, "not_a_whole_number", {"option": "b", "value": True}),
        (BallotKind.SCORE, {"b": "5"}, "not_a_whole_number", {"option": "b", "value": "5"}),
        (BallotKind.SCORE, {"b": None}, "not_a_whole_number", {"option": "b", "value": None}),
        (BallotKind.POINTS, {"a": 2**70}, "value_too_large", {"option": "a", "value": 2**70}),
    ],
)
def test_a_faulty_ballot_is_refused_with_its_place_and_never_repaired(
    kind: BallotKind, content: Any, code: str, facts: dict[str, object]
) -> None:
    empty: Any = {} if kind in {BallotKind.POINTS, BallotKind.SCORE} else []
    with pytest.raises(UnreadableBallot) as refusal:
        Profile.of(kind, SHOWN, [empty, content, empty])
    assert refusal.value.code == code
    assert refusal.value.facts == {"ballot": 1, **facts}
    assert isinstance(refusal.value, InvalidBallot)


@pytest.mark.parametrize("shown", [("a", "a"), ("a", ""), ("a", 1), "ab", (["a"],)])
def test_options_shown_are_different_codes(shown: Any) -> None:
    with pytest.raises(InvalidOptions):
        Profile.of(BallotKind.RANKING, shown, [])


@pytest.mark.parametrize(
    "kind,limits,content,code",
    [
        (BallotKind.RANKING, Limits(options=1), ["a", "b"], "too_many_options"),
        (BallotKind.APPROVAL, Limits(options=1), ["a", "b"], "too_many_options"),
        (BallotKind.POINTS, Limits(points=5), {"a": 3, "b": 3}, "too_many_points"),
        (BallotKind.POINTS, Limits(points=9, value=2), {"a": 3, "b": 1}, "value_too_large"),
        (BallotKind.SCORE, Limits(value=5), {"a": 6}, "value_too_large"),
    ],
)
def test_a_ballot_beyond_a_declared_limit_is_refused(kind: BallotKind, limits: Limits, content: Any, code: str) -> None:
    profile = Profile.of(kind, SHOWN, [type(content)(), content])
    with pytest.raises(UnreadableBallot) as refusal:
        limits.check(profile)
    assert (refusal.value.code, refusal.value.ballot) == (code, 1)


def test_a_ballot_that_uses_a_limit_up_is_fine() -> None:
    Limits(options=2).check(Profile.of(BallotKind.RANKING, SHOWN, [["a", "b"]]))
    Limits(points=4, value=3).check(Profile.of(BallotKind.POINTS, SHOWN, [{"a": 3, "b": 1}, {}]))


def test_a_fault_in_a_long_stream_names_the_place_in_the_stream() -> None:
    stream = (["a"] if place != BATCH + 7 else ["z"] for place in range(2 * BATCH))
    with pytest.raises(UnreadableBallot) as refusal:
        list(profiles(BallotKind.RANKING, SHOWN, stream))
    assert refusal.value.facts == {"ballot": BATCH + 7, "option": "z"}
