"""What a round accepts as a ballot, and that nothing is repaired."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.ballots.rules import BallotShape, ballot_faults, check_ballot, same_vote
from participation.core.errors import InvalidBallot
from participation.tally.ballots import Limits, Profile
from participation.tally.kinds import BallotKind

SHOWN = ("M1", "M2", "M3", "M4")
RANKING = BallotShape(BallotKind.RANKING, Limits(options=3), SHOWN, frozenset({"M4"}))
APPROVAL = BallotShape(BallotKind.APPROVAL, Limits(options=2), SHOWN, frozenset({"M4"}))
POINTS = BallotShape(BallotKind.POINTS, Limits(points=10, value=6), SHOWN, frozenset({"M4"}))
SCORE = BallotShape(BallotKind.SCORE, Limits(value=5), SHOWN, frozenset({"M4"}))
EVERY_SHAPE = [RANKING, APPROVAL, POINTS, SCORE]


@pytest.mark.parametrize(
    "shape,content,stored",
    [
        (RANKING, ["M3", "M1"], ["M3", "M1"]),
        (RANKING, ["M1"], ["M1"]),
        (APPROVAL, ["M3", "M1"], ["M1", "M3"]),
        (POINTS, {"M3": 4, "M1": 6}, {"M1": 6, "M3": 4}),
        (SCORE, {"M2": 0, "M1": 5}, {"M1": 5, "M2": 0}),
    ],
)
def test_a_ballot_within_the_limits_is_stored_as_it_was_meant(shape: BallotShape, content: Any, stored: Any) -> None:
    checked = check_ballot(shape, content)
    assert checked == stored
    assert list(checked) == list(stored)


@pytest.mark.parametrize(
    "shape,content,code,option",
    [
        (RANKING, ["M1", "M9"], "unknown_option", "M9"),
        (RANKING, ["M1", "M4"], "option_struck", "M4"),
        (RANKING, ["M1", "M2", "M1"], "duplicate_option", "M1"),
        (APPROVAL, ["M1", "M1"], "duplicate_option", "M1"),
        (APPROVAL, ["m1"], "unknown_option", "m1"),
        (POINTS, {"M9": 1}, "unknown_option", "M9"),
        (POINTS, {"M4": 1}, "option_struck", "M4"),
        (POINTS, {"M1": 0}, "points_not_positive", "M1"),
        (POINTS, {"M1": -3}, "points_not_positive", "M1"),
        (POINTS, {"M1": 7}, "too_many_points_for_option", "M1"),
        (POINTS, {"M1": 1.0}, "not_a_whole_number", "M1"),
        (POINTS, {"M1": True}, "not_a_whole_number", "M1"),
        (POINTS, {"M1": "3"}, "not_a_whole_number", "M1"),
        (POINTS, {"M1": 2**80}, "too_many_points_for_option", "M1"),
        (SCORE, {"M1": 6}, "score_out_of_range", "M1"),
        (SCORE, {"M1": -1}, "score_out_of_range", "M1"),
        (SCORE, {"M1": None}, "not_a_whole_number", "M1"),
        (SCORE, {"M4": 3}, "option_struck", "M4"),
    ],
)
def test_a_ballot_with_a_wrong_option_or_value_is_refused_by_name(
    shape: BallotShape, content: Any, code: str, option: str
) -> None:
    with pytest.raises(InvalidBallot) as refused:
        check_ballot(shape, content)
    assert (refused.value.code, refused.value.facts["option"]) == (code, option)


@pytest.mark.parametrize(
    "shape,content,code,over",
    [
        (APPROVAL, ["M1", "M2", "M3"], "too_many_choices", 1),
        (RANKING, ["M1", "M2", "M3", "M4"], "too_many_choices", 1),
        (POINTS, {"M1": 6, "M2": 6}, "too_many_points", 2),
    ],
)
def test_a_ballot_over_a_limit_says_by_how_much(shape: BallotShape, content: Any, code: str, over: int) -> None:
    fault = next(fault for fault in ballot_faults(shape, content) if fault.code == code)
    assert fault.facts["over"] == over


@pytest.mark.parametrize("shape", EVERY_SHAPE)
@pytest.mark.parametrize("content", [None, "M1", 7, True, [1], [None], [["M1"]], {"M1": ["M2"]}, ("M1",), {1: 2}])
def test_anything_else_is_refused(shape: BallotShape, content: Any) -> None:
    with pytest.raises(InvalidBallot):
        check_ballot(shape, content, empty_confirmed=True)


@pytest.mark.parametrize("shape", EVERY_SHAPE)
def test_an_empty_ballot_counts_only_when_it_was_meant(shape: BallotShape) -> None:
    empty: Any = {} if shape.kind in {BallotKind.POINTS, BallotKind.SCORE} else []
    with pytest.raises(InvalidBallot, match="empty_not_confirmed"):
        check_ballot(shape, empty)
    assert check_ballot(shape, empty, empty_confirmed=True) == empty


def test_every_fault_of_a_form_is_found_at_once() -> None:
    faults = ballot_faults(POINTS, {"M1": 7, "M2": -1, "M9": 1, "M3": "x"})
    assert {(fault.code, fault.facts.get("option")) for fault in faults} == {
        ("unknown_option", "M9"),
        ("too_many_points_for_option", "M1"),
        ("points_not_positive", "M2"),
        ("not_a_whole_number", "M3"),
    }


def test_order_is_part_of_a_ranking_and_of_nothing_else() -> None:
    assert not same_vote(RANKING, ["M1", "M2"], ["M2", "M1"])
    assert same_vote(APPROVAL, ["M1", "M2"], ["M2", "M1"])
    assert not same_vote(APPROVAL, ["M1", "M2"], ["M1", "M1"])
    assert same_vote(POINTS, {"M1": 1, "M2": 2}, {"M2": 2, "M1": 1})


codes = st.sampled_from([*SHOWN, "M9", ""])
values = st.one_of(st.integers(-2, 12), st.booleans(), st.floats(allow_nan=False), st.none(), st.text(max_size=2))
anything = st.one_of(st.lists(codes, max_size=5), st.dictionaries(codes, values, max_size=5), values)


@given(shape=st.sampled_from(EVERY_SHAPE), content=anything)
def test_what_is_accepted_can_be_counted_and_is_the_same_vote(shape: BallotShape, content: Any) -> None:
    try:
        stored = check_ballot(shape, content, empty_confirmed=True)
    except InvalidBallot:
        return
    assert same_vote(shape, stored, content)
    assert check_ballot(shape, stored, empty_confirmed=True) == stored
    profile = Profile.of(shape.kind, shape.shown, [stored])
    shape.limits.check(profile)
