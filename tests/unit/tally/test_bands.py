from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from participation.tally.ballots import Profile
from participation.tally.bands import bands, groups, ranks_in_draws
from participation.tally.bootstrap import Draws, draw_round
from participation.tally.contributions import Contributions
from participation.tally.kinds import BallotKind
from participation.tally.scoring import rank
from tests.unit.tally.elections import Election, elections

SEED = b"root"


def contributions(election: Election) -> Contributions:
    return Contributions.of(Profile.of(election.kind, election.shown, election.contents))


def draws_of(rows: list[list[float]], options: str = "abcdefgh") -> Draws:
    return Draws(tuple(options[: len(rows[0])]), np.array(rows, np.float32))


@given(elections(least=1), st.integers(1, 60))
def test_bands_hold_what_was_observed_and_lie_in_range(election: Election, draws: int) -> None:
    one = contributions(election)
    ranking = rank(one.win_rates())
    found = bands(ranking, draw_round(one, SEED, draws))
    ranked = [observed for observed in ranking if observed.rank is not None]
    assert [band.option for band in found] == [observed.option for observed in ranked]
    for band, observed in zip(found, ranked, strict=True):
        assert observed.rank is not None
        assert observed.score is not None
        assert 1 <= band.rank[0] <= observed.rank <= band.rank[1] <= len(ranked)
        assert 0 <= band.score[0] <= float(observed.score) <= band.score[1] <= 1


@given(elections(least=1), st.fractions(Fraction(1, 20), Fraction(9, 20)), st.fractions(0, Fraction(1, 2)))
def test_a_higher_level_never_gives_a_narrower_band(election: Election, level: Fraction, more: Fraction) -> None:
    one = contributions(election)
    ranking, draws = rank(one.win_rates()), draw_round(one, SEED, 40)
    for narrow, wide in zip(bands(ranking, draws, level), bands(ranking, draws, level + more), strict=True):
        assert wide.rank[0] <= narrow.rank[0] <= narrow.rank[1] <= wide.rank[1]
        assert wide.score[0] <= narrow.score[0] <= narrow.score[1] <= wide.score[1]


@given(elections(least=2), st.randoms(use_true_random=False))
def test_the_same_ballots_and_seed_give_the_same_draws_in_any_order(election: Election, random: Any) -> None:
    shuffled = list(election.contents)
    random.shuffle(shuffled)
    first = draw_round(contributions(election), SEED, 5)
    again = draw_round(contributions(Election(election.kind, election.shown, tuple(shuffled))), SEED, 5)
    assert first.scores.tobytes() == again.scores.tobytes()
    assert Draws.from_bytes(first.options, first.to_bytes()).scores.tobytes() == first.scores.tobytes()


@given(elections(least=1))
def test_a_group_never_holds_two_options_that_are_told_apart(election: Election) -> None:
    one = contributions(election)
    ranking, draws = rank(one.win_rates()), draw_round(one, SEED, 200)
    place = {option: at for at, option in enumerate(draws.options)}
    order = [observed.option for observed in ranking if observed.rank is not None]
    found = groups(ranking, draws)
    assert [option for group in found for option in group] == [o for o in order if any(o in group for group in found)]
    for group in found:
        at = order.index(group[0])
        assert tuple(order[at : at + len(group)]) == group
        ranks = {observed.option: observed.rank for observed in ranking}
        for high in group:
            for low in group[group.index(high) + 1 :]:
                lead = draws.scores[:, place[high]] - draws.scores[:, place[low]]
                known = lead[~np.isnan(lead)]
                turned = np.count_nonzero(known <= 0)
                assert turned > len(known) // 40 or not len(known) or ranks[high] == ranks[low]


def test_ranks_in_a_draw_are_shared_and_those_without_a_score_come_last() -> None:
    ranks = ranks_in_draws(np.array([[0.5, 0.9, 0.5, 0.1, np.nan], [np.nan] * 5]))
    assert ranks[0].tolist() == [2, 1, 2, 4, 5]


@given(st.lists(st.lists(st.none() | st.integers(0, 4), min_size=4, max_size=4), min_size=1, max_size=5))
def test_ranks_in_draws_are_those_of_the_ranking(rows: list[list[int | None]]) -> None:
    scores = np.array([[np.nan if value is None else value / 4 for value in row] for row in rows])
    for row, found in zip(rows, ranks_in_draws(scores).tolist(), strict=True):
        table = {
            option: None if value is None else Fraction(value, 4) for option, value in zip("abcd", row, strict=True)
        }
        ranked = {one.option: one.rank for one in rank(table)}
        for option, place in zip("abcd", found, strict=True):
            assert ranked[option] is None or place == ranked[option]


def test_an_option_that_the_ranking_lists_apart_has_no_band_and_no_rank_in_any_draw() -> None:
    draws = draws_of([[0.9, 0.5, 0.7], [0.8, 0.5, 0.9]])
    found = bands(rank({"a": Fraction(4, 5), "b": Fraction(1, 2), "c": None}), draws)
    assert [(band.option, band.rank) for band in found] == [("a", (1, 1)), ("b", (2, 2))]


def test_a_draw_without_a_score_is_left_aside() -> None:
    draws = draws_of([[0.9, np.nan], [0.8, 0.5], [0.2, 0.6]])
    found = bands(rank({"a": Fraction(4, 5), "b": Fraction(1, 2)}), draws)
    assert [band.rank for band in found] == [(1, 2), (1, 2)]
    assert list(found[1].score) == pytest.approx([0.5, 0.6])


def test_an_option_that_no_draw_scores_keeps_what_was_observed() -> None:
    draws = draws_of([[0.9, np.nan], [0.8, np.nan]])
    found = bands(rank({"a": Fraction(4, 5), "b": Fraction(1, 2)}), draws)
    assert (found[1].rank, found[1].score) == ((2, 2), (0.5, 0.5))


def test_what_was_observed_widens_a_band_that_misses_it() -> None:
    draws = draws_of([[0.2, 0.9], [0.3, 0.8]])
    found = bands(rank({"a": Fraction(1), "b": Fraction(1, 2)}), draws)
    assert [band.rank for band in found] == [(1, 2), (1, 2)]
    assert list(found[0].score) == pytest.approx([0.2, 1.0])


@pytest.mark.parametrize("level", [Fraction(0), Fraction(1), Fraction(2)])
def test_a_level_lies_between_0_and_1(level: Fraction) -> None:
    with pytest.raises(ValueError, match="level"):
        bands([], draws_of([[0.5]]), level)


def test_groups_by_hand() -> None:
    """a-b and b-c turn round now and then, a-c never: a-b is a group, and c starts the next with d."""
    rows = [[0.9, 0.8, 0.5, 0.4]] * 90 + [[0.8, 0.9, 0.5, 0.4]] * 5 + [[0.9, 0.5, 0.6, 0.7]] * 5
    observed = rank({option: Fraction(9 - at, 10) for at, option in enumerate("abcd")})
    assert groups(observed, draws_of(rows)) == [("a", "b"), ("c", "d")]


def test_what_shares_a_rank_stays_together() -> None:
    rows = [[0.9, 0.5, 0.4]] * 100
    assert groups(rank({"a": Fraction(1), "b": Fraction(1, 2), "c": Fraction(1, 2)}), draws_of(rows)) == [("b", "c")]


def test_a_body_with_one_ballot_does_not_vary() -> None:
    one = Contributions.of(Profile.of(BallotKind.RANKING, ["a", "b"], [["b"]]))
    assert draw_round(one, SEED, 3).scores.tolist() == [[0.0, 1.0]] * 3


def test_without_ballots_there_are_no_scores() -> None:
    draws = draw_round(Contributions.none(BallotKind.SCORE, ["a", "b"]), SEED, 3)
    assert np.isnan(draws.scores).all()
    assert bands(rank({"a": None, "b": None}), draws) == []


@given(elections(least=2))
def test_draws_scatter_around_the_win_rates(election: Election) -> None:
    """Where every ballot compares every pair the mean of the draws is the win rate, up to chance."""
    assume(election.kind is not BallotKind.SCORE and len(election.shown) > 1)
    one = contributions(election)
    draws = draw_round(one, SEED, 400).scores.astype(float)
    observed = np.array([float(rate or 0) for rate in one.win_rates().values()])
    slack = 5 * np.sqrt(np.diagonal(one.sums().covariance()) / 400) + 1e-6
    assert np.all(np.abs(draws.mean(axis=0) - observed) <= slack)
