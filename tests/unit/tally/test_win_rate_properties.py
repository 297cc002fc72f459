"""What the win rate promises, and counterexamples to what it does not."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from participation.tally.counts import PairwiseCounts, count
from participation.tally.kernels import compare_levels
from participation.tally.kinds import NO_OPINION, BallotKind
from participation.tally.scoring import win_rates
from tests.unit.tally import oracle
from tests.unit.tally.elections import CODES, Election, complete, elections

levels = st.integers(NO_OPINION, 3)


def rates(election: Election) -> dict[str, Fraction | None]:
    return win_rates(election.count())


def rates_of_levels(rows: list[list[int]]) -> list[Fraction | None]:
    above, compared = compare_levels(np.array(rows, np.int64))
    counts = PairwiseCounts(CODES[: len(rows[0])], above, compared, len(rows))
    return list(win_rates(counts).values())


def orders(least: int = NO_OPINION, options: int = 4) -> st.SearchStrategy[list[list[int]]]:
    """Weak orders of any kind as levels, at least one."""
    row = st.lists(st.integers(least, 3), min_size=options, max_size=options)
    return st.lists(row, min_size=1, max_size=7)


@given(elections())
def test_it_is_what_the_definition_says(election: Election) -> None:
    assert rates(election) == oracle.win_rates(election.kind, election.shown, election.contents)


@given(elections())
def test_it_lies_between_0_and_1(election: Election) -> None:
    assert all(rate is None or 0 <= rate <= 1 for rate in rates(election).values())


@given(elections(), st.permutations(CODES), st.data())
def test_neutrality_names_and_order_of_options_do_not_matter(
    election: Election, others: list[str], data: st.DataObject
) -> None:
    renamed = dict(zip(CODES, others, strict=True))

    def rename(content: Any) -> Any:
        if isinstance(content, dict):
            return {renamed[option]: value for option, value in content.items()}
        return [renamed[option] for option in content]

    shown = data.draw(st.permutations([renamed[option] for option in election.shown]))
    after = win_rates(count(election.kind, shown, [rename(content) for content in election.contents]))
    assert after == {renamed[option]: rate for option, rate in rates(election).items()}


@given(elections(), st.integers(1, 5))
def test_homogeneity_the_same_ballots_several_times_change_nothing(election: Election, times: int) -> None:
    many = Election(election.kind, election.shown, election.contents * times)
    assert rates(many) == rates(election)


@given(orders(), st.data())
def test_monotonicity_placing_an_option_higher_never_lowers_it_nor_raises_another(
    rows: list[list[int]], data: st.DataObject
) -> None:
    ballot = data.draw(st.integers(0, len(rows) - 1))
    option = data.draw(st.integers(0, 3))
    assume(rows[ballot][option] != NO_OPINION)
    raised = [list(row) for row in rows]
    raised[ballot][option] += data.draw(st.integers(1, 3))
    for place, (before, after) in enumerate(zip(rates_of_levels(rows), rates_of_levels(raised), strict=True)):
        if before is None:
            assert after is None
            continue
        assert after is not None
        assert after >= before if place == option else after <= before


@given(complete)
def test_where_every_ballot_compares_every_pair_win_rates_add_up_to_half_the_options(
    election: Election,
) -> None:
    assume(election.contents and len(election.shown) > 1)
    assert sum(rate for rate in rates(election).values() if rate is not None) == Fraction(len(election.shown), 2)


def test_they_need_not_add_up_where_ballots_are_silent() -> None:
    silent = count(BallotKind.SCORE, ["a", "b", "c"], [{"a": 2, "b": 1, "c": 0}, {"b": 1, "a": 0}])
    assert win_rates(silent) == {"a": Fraction(2, 3), "b": Fraction(2, 3), "c": Fraction(0)}


@given(orders(least=0), orders(least=0))
def test_reinforcement_what_leads_in_both_halves_leads_in_the_whole(
    one: list[list[int]], other: list[list[int]]
) -> None:
    def leaders(rows: list[list[int]]) -> set[int]:
        scores = [score for score in rates_of_levels(rows) if score is not None]
        return {place for place, score in enumerate(scores) if score == max(scores)}

    both = leaders(one) & leaders(other)
    if both:
        assert leaders(one + other) == both


@given(orders(), st.data())
def test_pareto_what_every_ballot_places_as_high_as_another_and_judges_scores_as_high(
    rows: list[list[int]], data: st.DataObject
) -> None:
    for row in rows:
        row[1] = data.draw(st.integers(0, 3))
        row[0] = data.draw(st.integers(row[1], 3))
    first, second, *_ = rates_of_levels(rows)
    assert first is not None
    assert second is not None
    assert first >= second
    if any(row[0] > row[1] for row in rows):
        assert first > second


def test_pareto_can_fail_where_a_ballot_judges_only_one_of_the_two() -> None:
    """A stands above b on the only ballot that compares them, but b collects wins where a is not judged."""
    ballots = [{"a": 1, "b": 0, "c": 5, "d": 5}, {"b": 5, "c": 0, "d": 0}]
    scores = win_rates(count(BallotKind.SCORE, ["a", "b", "c", "d"], ballots))
    assert (scores["a"], scores["b"]) == (Fraction(1, 3), Fraction(2, 5))


def test_an_option_that_beats_every_other_one_need_not_come_first() -> None:
    """Condorcet: 3 of 5 place a above b and above c, yet b, never last, has more wins in all."""
    ballots = [["a", "b", "c"]] * 3 + [["b", "c", "a"]] * 2
    counts = count(BallotKind.RANKING, ["a", "b", "c"], ballots)
    assert counts.above[0].tolist() == [0, 3, 3]
    scores = win_rates(counts)
    assert (scores["a"], scores["b"]) == (Fraction(6, 10), Fraction(7, 10))


def test_a_clone_can_change_the_winner() -> None:
    """3 of 5 place a above b; a third option right behind b on every ballot gives b wins that a cannot get."""
    two = win_rates(count(BallotKind.RANKING, ["a", "b"], [["a", "b"]] * 3 + [["b", "a"]] * 2))
    assert (two["a"], two["b"]) == (Fraction(3, 5), Fraction(2, 5))
    with_clone = [["a", "b", "b2"]] * 3 + [["b", "b2", "a"]] * 2
    three = win_rates(count(BallotKind.RANKING, ["a", "b", "b2"], with_clone))
    assert (three["a"], three["b"]) == (Fraction(6, 10), Fraction(7, 10))


@pytest.mark.parametrize("places", [0, 1, 2, 3])
def test_unranked_options_share_the_last_places(places: int) -> None:
    scores = win_rates(count(BallotKind.RANKING, ["a", "b", "c", "d"], [["a", "b", "c", "d"][:places]]))
    unranked = {score for option, score in scores.items() if option not in "abcd"[:places]}
    assert unranked == {Fraction(3 - places, 6)}
