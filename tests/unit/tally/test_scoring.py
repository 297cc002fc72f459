from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from participation.tally.counts import count
from participation.tally.kinds import BallotKind
from participation.tally.scoring import rank, ties, win_rates

scores = st.dictionaries(
    st.text("ab019.", min_size=1, max_size=5),
    st.none() | st.fractions(0, 1, max_denominator=3),
)


def test_equal_scores_share_a_rank_and_the_next_rank_is_left_out() -> None:
    third, half = Fraction(1, 3), Fraction(1, 2)
    ranking = rank({"d": None, "c": third, "M10": half, "M9": Fraction(2, 4), "b": third, "a": Fraction(0)})
    assert [(one.rank, one.option, one.tied_with) for one in ranking] == [
        (1, "M9", ("M10",)),
        (1, "M10", ("M9",)),
        (3, "b", ("c",)),
        (3, "c", ("b",)),
        (5, "a", ()),
        (None, "d", ()),
    ]
    assert ties(ranking) == [("M9", "M10"), ("b", "c")]


@given(scores)
def test_a_rank_is_one_more_than_the_number_of_better_options(given_scores: dict[str, Fraction | None]) -> None:
    ranking = rank(given_scores)
    assert sorted(one.option for one in ranking) == sorted(given_scores)
    known = [score for score in given_scores.values() if score is not None]
    for one in ranking:
        assert one.score == given_scores[one.option]
        assert one.rank == (None if one.score is None else 1 + sum(score > one.score for score in known))
        equals = {o for o in given_scores if one.score is not None and given_scores[o] == one.score}
        assert set(one.tied_with) == equals - {one.option}


@given(scores, st.randoms(use_true_random=False))
def test_the_order_in_which_scores_arrive_decides_nothing(
    given_scores: dict[str, Fraction | None], random: Random
) -> None:
    shuffled = list(given_scores.items())
    random.shuffle(shuffled)
    assert rank(dict(shuffled)) == rank(given_scores)


def test_codes_are_shown_by_their_numbers() -> None:
    codes = ["G10.1", "G2.10", "G2.", "G2.9", "G", "M" + "9" * 5000, "G02.9", "2", "x2"]
    shown = [one.option for one in rank(dict.fromkeys(codes, Fraction(1)))]
    assert shown == ["2", "G", "G2.", "G02.9", "G2.9", "G2.10", "G10.1", "M" + "9" * 5000, "x2"]


def test_options_that_no_ballot_compares_have_no_score() -> None:
    assert win_rates(count(BallotKind.RANKING, ["a", "b"], [])) == {"a": None, "b": None}
    assert win_rates(count(BallotKind.RANKING, ["a"], [["a"]])) == {"a": None}
    only_one = [{"a": 5, "b": 3}, {"c": 5}, {}]
    half = win_rates(count(BallotKind.SCORE, ["a", "b", "c"], only_one))
    assert half == {"a": 1, "b": 0, "c": None}


def test_a_ballot_that_chooses_nothing_ties_everything() -> None:
    assert win_rates(count(BallotKind.APPROVAL, ["a", "b", "c"], [[]])) == dict.fromkeys("abc", Fraction(1, 2))
