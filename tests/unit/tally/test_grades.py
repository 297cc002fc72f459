from collections.abc import Mapping
from fractions import Fraction
from statistics import median_low
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from participation.tally import grades as module
from participation.tally.ballots import LARGEST_VALUE, Profile
from participation.tally.errors import InvalidCounts, MissingWeight, WrongKind
from participation.tally.grades import Grades, joint_medians, lower_median, median_grades
from participation.tally.joint import Weight
from participation.tally.kinds import BallotKind
from tests.unit.tally.elections import Election, elections, two_halves

scores = elections(st.just(BallotKind.SCORE))


def graded(election: Election) -> Grades:
    return Grades.of(Profile.of(election.kind, election.shown, election.contents))


def given_to(option: str, election: Election) -> list[int]:
    return [content[option] for content in election.contents if option in content]


@given(scores)
def test_the_median_is_the_lower_one_of_those_given(election: Election) -> None:
    assert median_grades(graded(election)) == {
        option: Fraction(median_low(all_given)) if (all_given := given_to(option, election)) else None
        for option in election.shown
    }


@given(scores)
def test_the_histogram_is_what_was_given(election: Election) -> None:
    for option, histogram in zip(election.shown, graded(election).given, strict=True):
        assert [grade for grade, times in histogram for _ in range(times)] == sorted(given_to(option, election))


@given(two_halves())
def test_grades_of_two_sets_of_ballots_add_up(halves: tuple[Election, Election]) -> None:
    one, other = halves
    together = Election(one.kind, one.shown, one.contents + other.contents)
    assert graded(one) + graded(other) == graded(together) == graded(other) + graded(one)
    assert graded(one) + Grades.none(one.kind, one.shown) == graded(one)


def test_grades_of_any_size_are_counted_the_same_way(monkeypatch: pytest.MonkeyPatch) -> None:
    contents = [{"a": LARGEST_VALUE, "b": 0}, {"a": 7}, {"a": LARGEST_VALUE}]
    few = [{"a": 5, "b": 0}, {"a": 0}, {"a": 5}]
    assert graded(Election(BallotKind.SCORE, ("a", "b"), tuple(contents))).given == (
        ((7, 1), (LARGEST_VALUE, 2)),
        ((0, 1),),
    )
    table = graded(Election(BallotKind.SCORE, ("a", "b"), tuple(few)))
    monkeypatch.setattr(module, "FEW_GRADES", 0)
    assert graded(Election(BallotKind.SCORE, ("a", "b"), tuple(few))) == table


@given(st.dictionaries(st.sampled_from(["x", "y", "z"]), scores, min_size=1), st.data())
def test_several_bodies_have_the_median_of_a_mixture_in_which_each_ballot_has_its_part_of_the_weight(
    rounds: Mapping[str, Election], data: st.DataObject
) -> None:
    """The definition: line up every ballot's grade with its part of the weight, and go up to half of it."""
    weights: dict[str, Weight] = {name: data.draw(st.integers(0, 3) | st.fractions(0, 2)) for name in rounds}
    assume(any(weights.values()))
    joint = joint_medians([(name, graded(one)) for name, one in rounds.items()], weights)
    for option, score in joint.options.items():
        line = sorted(
            (grade, Fraction(weights[name]) / len(given_to(option, one)))
            for name, one in rounds.items()
            for grade in given_to(option, one)
        )
        whole = sum((part for _, part in line), Fraction(0))
        if not whole:
            assert score.mean is None
            continue
        assert score.mean is not None
        below = sum((part for grade, part in line if grade < score.mean), Fraction(0))
        upto = sum((part for grade, part in line if grade <= score.mean), Fraction(0))
        assert 2 * below < whole <= 2 * upto
        assert score.mean in {grade for grade, part in line if part}


def test_a_large_body_does_not_drown_a_small_one() -> None:
    steering = graded(Election(BallotKind.SCORE, ("a",), ({"a": 5},)))
    online = graded(Election(BallotKind.SCORE, ("a",), ({"a": 1},) * 100))
    assert joint_medians([("s", steering), ("o", online)], {"s": 3, "o": 2}).options["a"].mean == 5
    assert joint_medians([("s", steering), ("o", online)], {"s": 2, "o": 2}).options["a"].mean == 1


def test_coverage_and_what_is_listed_apart_are_as_for_means() -> None:
    one = graded(Election(BallotKind.SCORE, ("a", "b"), ({"a": 5, "b": 2},)))
    other = graded(Election(BallotKind.SCORE, ("b",), ({"b": 4},)))
    joint = joint_medians([("one", one), ("other", other)], {"one": 1, "other": 2})
    assert joint.options["a"].mean == 5
    assert joint.options["a"].score is None
    assert joint.options["a"].coverage == Fraction(1, 3)
    assert joint.options["b"].score == 4
    assert dict(joint.options["b"].by_round) == {"one": 2, "other": 4}


def test_without_grades_there_is_no_median() -> None:
    assert lower_median([]) is None
    assert lower_median([(Fraction(0), ((1, 1),)), (Fraction(1), ())]) is None
    assert median_grades(Grades.none(BallotKind.SCORE, ["a"])) == {"a": None}


@pytest.mark.parametrize("kind", [BallotKind.RANKING, BallotKind.APPROVAL, BallotKind.POINTS])
def test_other_kinds_carry_no_grades(kind: BallotKind) -> None:
    contents: Any = [{"a": 3}] if kind is BallotKind.POINTS else [["a"]]
    found = Grades.of(Profile.of(kind, ["a"], contents))
    assert found == Grades.none(kind, ["a"])
    with pytest.raises(WrongKind):
        median_grades(found)


def test_faults_are_named() -> None:
    with pytest.raises(InvalidCounts):
        Grades.none(BallotKind.SCORE, ["a"]) + Grades.none(BallotKind.SCORE, ["b"])
    with pytest.raises(MissingWeight):
        joint_medians([("x", Grades.none(BallotKind.SCORE, ["a"]))], {})
