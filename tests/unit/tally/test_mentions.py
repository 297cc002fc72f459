from fractions import Fraction

import pytest
from hypothesis import given

from participation.tally.ballots import Profile
from participation.tally.errors import InvalidCounts, WrongKind
from participation.tally.kinds import BallotKind
from participation.tally.mentions import Mentions, mean_points, mean_scores, mention_shares
from tests.unit.tally.elections import Election, two_halves


def test_on_approval_ballots_the_share_of_mentions_is_the_approval() -> None:
    mentions = Mentions.of(Profile.of(BallotKind.APPROVAL, ["a", "b", "c"], [["a", "b"], ["a"], []]))
    assert mention_shares(mentions) == {"a": Fraction(2, 3), "b": Fraction(1, 3), "c": 0}


def test_a_mean_score_is_over_those_who_gave_one_and_mean_points_over_all() -> None:
    contents = [{"a": 4, "b": 1}, {"a": 1}, {}]
    scores = Mentions.of(Profile.of(BallotKind.SCORE, ["a", "b", "c"], contents))
    points = Mentions.of(Profile.of(BallotKind.POINTS, ["a", "b", "c"], contents))
    assert mean_scores(scores) == {"a": Fraction(5, 2), "b": 1, "c": None}
    assert mean_points(points) == {"a": Fraction(5, 3), "b": Fraction(1, 3), "c": 0}


def test_without_ballots_there_is_no_share() -> None:
    assert mention_shares(Mentions.none(BallotKind.RANKING, ["a"])) == {"a": None}


def test_figures_that_a_kind_does_not_carry_are_refused() -> None:
    with pytest.raises(WrongKind):
        mean_scores(Mentions.none(BallotKind.POINTS, ["a"]))
    with pytest.raises(WrongKind):
        mean_points(Mentions.none(BallotKind.SCORE, ["a"]))


@given(two_halves())
def test_mentions_of_two_sets_of_ballots_add_up(halves: tuple[Election, Election]) -> None:
    one, other = halves
    profiles = [Profile.of(one.kind, one.shown, part) for part in (one.contents, other.contents)]
    together = Profile.of(one.kind, one.shown, one.contents + other.contents)
    assert Mentions.of(profiles[0]) + Mentions.of(profiles[1]) == Mentions.of(together)


def test_mentions_of_different_rounds_cannot_be_added() -> None:
    with pytest.raises(InvalidCounts):
        Mentions.none(BallotKind.SCORE, ["a"]) + Mentions.none(BallotKind.POINTS, ["a"])
