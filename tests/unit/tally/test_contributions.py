import tracemalloc
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from participation.tally import contributions as module
from participation.tally.ballots import Profile
from participation.tally.contributions import Contributions, Rows
from participation.tally.errors import InvalidCounts, InvalidOptions
from participation.tally.kinds import BallotKind
from participation.tally.scoring import win_rates
from tests.unit.tally import oracle
from tests.unit.tally.elections import Election, elections, two_halves


def contributions(election: Election, struck: Any = ()) -> Contributions:
    return Contributions.of(Profile.of(election.kind, election.shown, election.contents), struck)


def as_sums(one: Contributions) -> list[Any]:
    sums = one.sums()
    return [sums.ballots, sums.surplus.tolist(), sums.made.tolist(), sums.products.tolist()]


@given(elections())
def test_the_contributions_of_all_ballots_are_the_win_rates_of_the_counts(election: Election) -> None:
    assert contributions(election).win_rates() == win_rates(election.count())


@given(elections(least=1))
def test_a_ballots_row_is_what_the_plain_definition_says_of_it(election: Election) -> None:
    rows = Rows.of(Profile.of(election.kind, election.shown, election.contents))
    for at, content in enumerate(election.contents):
        above, compared = (np.array(found) for found in oracle.compare(election.kind, election.shown, [content]))
        assert rows.surplus[at].tolist() == (above.sum(axis=1) - above.sum(axis=0)).tolist()
        if rows.made is None:
            assert set(compared.sum(axis=1).tolist()) <= {len(election.shown) - 1}
        else:
            assert rows.made[at].tolist() == compared.sum(axis=1).tolist()


@given(two_halves())
def test_two_halves_add_up_to_the_whole(halves: tuple[Election, Election]) -> None:
    one, other = halves
    whole = Election(one.kind, one.shown, one.contents + other.contents)
    added, together = contributions(one) + contributions(other), contributions(whole)
    assert added.ballots == together.ballots
    np.testing.assert_array_equal(added.rows().surplus, together.rows().surplus)
    assert as_sums(added) == as_sums(together)


@given(two_halves(), st.integers(1, 9))
def test_from_the_limit_on_only_the_same_sums_are_kept(halves: tuple[Election, Election], limit: int) -> None:
    one, other = halves
    plain = contributions(one) + contributions(other)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST_ROWS", limit)
        limited = contributions(one) + contributions(other)
    assert (limited.moments is not None) == (plain.ballots >= limit)
    assert bool(limited.parts) == (0 < plain.ballots < limit)
    assert as_sums(limited) == as_sums(plain)


@given(elections(), st.randoms(use_true_random=False))
def test_the_order_of_ballots_leaves_no_trace(election: Election, random: Any) -> None:
    shuffled = list(election.contents)
    random.shuffle(shuffled)
    rows = contributions(election).rows()
    again = contributions(Election(election.kind, election.shown, tuple(shuffled))).rows()
    np.testing.assert_array_equal(rows.surplus, again.surplus)
    columns = rows.surplus.tolist() if rows.made is None else np.hstack((rows.surplus, rows.made)).tolist()
    assert columns == sorted(columns)
    assert (rows.made is None) == (again.made is None)


@given(elections(), st.data())
def test_struck_options_are_as_if_they_had_never_stood(election: Election, data: st.DataObject) -> None:
    struck = data.draw(st.sets(st.sampled_from(election.shown)))
    remaining = contributions(election, struck)
    assert remaining.win_rates() == win_rates(election.count().without(struck))
    assert remaining.options == tuple(option for option in election.shown if option not in struck)


def test_an_option_that_was_not_shown_cannot_be_struck() -> None:
    profile = Profile.of(BallotKind.RANKING, ["a", "b"], [["a"]])
    with pytest.raises(InvalidOptions):
        Contributions.of(profile, struck=["z"])


def test_contributions_over_other_options_cannot_be_added() -> None:
    none = Contributions.none(BallotKind.SCORE, ["a", "b"])
    for other in (Contributions.none(BallotKind.SCORE, ["b", "a"]), Contributions.none(BallotKind.POINTS, ["a", "b"])):
        with pytest.raises(InvalidCounts):
            none + other


def test_huge_points_and_small_tables_give_the_same_rows() -> None:
    ballots = [{"a": 2_000_000_000, "b": 7}, {"c": 7, "a": 5}, {}, {"b": 1, "c": 1}]
    profile = Profile.of(BallotKind.POINTS, ["a", "b", "c", "d"], ballots)
    by_hand = [[3, 1, -2, -2], [1, -2, 3, -2], [0, 0, 0, 0], [-2, 2, 2, -2]]
    assert Rows.of(profile).surplus.tolist() == by_hand
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "CELLS", 1)
        assert Rows.of(profile).surplus.tolist() == by_hand


@given(elections(least=2))
def test_the_covariance_is_that_of_the_residuals(election: Election) -> None:
    """Against the plain formula, ballot by ballot."""
    one = contributions(election)
    rates = one.win_rates()
    assume(all(rate is not None for rate in rates.values()))
    rows, n = one.rows(), one.ballots
    surplus = rows.surplus.astype(float)
    made = np.full(surplus.shape, len(election.shown) - 1.0) if rows.made is None else rows.made.astype(float)
    ratio = np.array([float(2 * (rate or Fraction(0)) - 1) for rate in rates.values()])
    residual = (surplus - ratio * made) / made.sum(axis=0)
    expected = residual.T @ residual * n / (n - 1) / 4
    np.testing.assert_allclose(one.sums().covariance(), expected, rtol=1e-9, atol=1e-12)


def peak_of(batches: int) -> int:
    """The most memory that so many batches of 5,000 rankings of sixty options take, in bytes."""
    shown = [f"M{number}" for number in range(60)]
    options = np.tile(np.arange(8, dtype=np.int32), 5_000)
    profile = Profile(BallotKind.RANKING, tuple(shown), options, None, np.full(5_000, 8))
    tracemalloc.start()
    total = Contributions.none(BallotKind.RANKING, shown)
    for _ in range(batches):
        total += Contributions.of(profile)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total.ballots == batches * 5_000
    return peak


def test_memory_does_not_grow_with_the_number_of_ballots() -> None:
    few, many = peak_of(5), peak_of(40)
    assert many < 1.1 * few < 20_000_000
