"""Schulze's rule against all paths there are, and what it promises."""

from itertools import pairwise, permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from participation.tally import schulze as module
from participation.tally.condorcet import condorcet
from participation.tally.counts import count
from participation.tally.kinds import BallotKind
from participation.tally.margins import Margins, margins
from participation.tally.schulze import SchulzeRanking, schulze
from tests.unit.tally.elections import CODES, Election, elections
from tests.unit.tally.test_kemeny import of_matrix, tournaments


def strongest(found: Margins, start: int, end: int) -> int:
    """The definition: of all paths without a repeated option the one whose weakest margin is largest."""
    size = len(found.options)
    between = [place for place in range(size) if place not in {start, end}]
    best = 0
    for length in range(size - 1):
        for middle in permutations(between, length):
            path = (start, *middle, end)
            best = max(best, min(int(found.matrix[a, b]) for a, b in pairwise(path)))
    return best


def ranks(result: SchulzeRanking) -> dict[str, int | None]:
    return {one.option: one.rank for one in result.ranking()}


def beaten_by(result: SchulzeRanking) -> dict[str, int]:
    return dict(zip(result.margins.options, result.before.sum(axis=0).tolist(), strict=True))


@given(tournaments(most=5))
def test_strengths_are_those_of_the_strongest_of_all_paths(found: Margins) -> None:
    result = schulze(found)
    for start, end in permutations(range(len(found.options)), 2):
        assert result.strengths[start, end] == strongest(found, start, end)
        assert result.before[start, end] == (result.strengths[start, end] > result.strengths[end, start])


@given(tournaments(most=7, largest=2))
def test_the_relation_is_a_strict_partial_order_and_ranks_respect_it(found: Margins) -> None:
    result = schulze(found)
    before, rank = result.before, ranks(result)
    assert not (before & before.T).any()
    assert not (before[:, :, None] & before[None, :, :] & ~before[:, None, :]).any()
    for above, below in np.argwhere(before).tolist():
        high, low = rank[found.options[above]], rank[found.options[below]]
        assert high is not None
        assert low is not None
        assert high < low
    assert {option for option, place in rank.items() if place == 1} == {
        option for option, others in beaten_by(result).items() if others == 0
    }
    size = len(found.options)
    assert result.open_pairs() == size * (size - 1) // 2 - before.sum()


@given(tournaments(most=7))
def test_a_condorcet_winner_alone_comes_first(found: Margins) -> None:
    winner = condorcet(found).winner
    assume(winner is not None)
    assert [option for option, rank in ranks(schulze(found)).items() if rank == 1] == [winner]


@given(tournaments(most=7))
def test_reversal_symmetry_all_ballots_turned_round_turn_the_relation_round(found: Margins) -> None:
    turned = schulze(of_matrix(-found.matrix))
    assert np.array_equal(turned.before, schulze(found).before.T)


@given(tournaments(most=6), st.integers(0, 5), st.integers(1, 3))
def test_clones_beside_an_option_change_nothing_among_the_others(found: Margins, of: int, more: int) -> None:
    """Every ballot places the clones right behind the option; between them stands what the ballots say."""
    size = len(found.options)
    assume(of < size)
    sources = [*range(size), *[of] * more]
    matrix = found.matrix[np.ix_(sources, sources)].copy()
    for first in range(size, size + more):
        matrix[of, first], matrix[first, of] = 100, -100
        for second in range(first + 1, size + more):
            matrix[first, second], matrix[second, first] = 100, -100
    others = [place for place in range(size) if place != of]
    kept = np.ix_(others, others)
    assert np.array_equal(schulze(of_matrix(matrix)).before[kept], schulze(found).before[kept])


@given(tournaments(most=6), st.data())
def test_monotonicity_what_rises_is_not_overtaken(found: Margins, data: st.DataObject) -> None:
    """An option whose margins over others rise keeps what it is before, and gets nothing before it anew."""
    size = len(found.options)
    option = data.draw(st.integers(0, size - 1))
    more = np.array(data.draw(st.lists(st.integers(0, 3), min_size=size, max_size=size)))
    more[option] = 0
    matrix = found.matrix.copy()
    matrix[option] += more
    matrix[:, option] -= more
    earlier, later = schulze(found).before, schulze(of_matrix(matrix)).before
    assert not (earlier[option] & ~later[option]).any()
    assert not (later[:, option] & ~earlier[:, option]).any()


@given(st.lists(st.permutations(CODES), min_size=1, max_size=7), st.data())
def test_pareto_what_all_ballots_place_above_another_is_before_it(orders: list[list[str]], data: st.DataObject) -> None:
    above, below = data.draw(st.permutations(CODES))[:2]
    ballots = []
    for order in orders:
        first, last = sorted((order.index(above), order.index(below)))
        order[first], order[last] = above, below
        ballots.append(order[: data.draw(st.integers(first + 1, len(order)))])
    result = schulze(margins(count(BallotKind.RANKING, CODES, ballots)))
    assert result.before[CODES.index(above), CODES.index(below)]


@given(elections(), st.permutations(CODES), st.data())
def test_neutrality_names_and_order_of_options_do_not_matter(
    election: Election, others: list[str], data: st.DataObject
) -> None:
    renamed = dict(zip(CODES, others, strict=True))
    shown = data.draw(st.permutations([renamed[option] for option in election.shown]))
    after = ranks(schulze(margins(count(election.kind, shown, [rename(one, renamed) for one in election.contents]))))
    assert after == {renamed[o]: rank for o, rank in ranks(schulze(margins(election.count()))).items()}


def rename(content: Any, renamed: dict[str, str]) -> Any:
    if isinstance(content, dict):
        return {renamed[option]: value for option, value in content.items()}
    return [renamed[option] for option in content]


@given(elections(), st.integers(2, 5))
def test_homogeneity_the_same_ballots_several_times_change_nothing(election: Election, times: int) -> None:
    many = Election(election.kind, election.shown, election.contents * times)
    assert ranks(schulze(margins(many.count()))) == ranks(schulze(margins(election.count())))


def test_margins_and_winning_votes_can_name_different_winners() -> None:
    """A beats B by 6 to 4, B beats C by 7 to 1, C beats A by 5 to 2: another link is the weakest.

    By margins it is A over B (2), so that B leads; by winning votes C over A (5), so that A leads.
    """
    pairs = {("A", "B"): 6, ("B", "A"): 4, ("B", "C"): 7, ("C", "B"): 1, ("C", "A"): 5, ("A", "C"): 2}
    ballots = [{a: 1, b: 0} for (a, b), times in pairs.items() for _ in range(times)]
    counts = count(BallotKind.SCORE, ["A", "B", "C"], ballots)
    winning_votes = np.where(counts.above > counts.above.T, counts.above, 0)
    by_votes = Margins(counts.options, winning_votes, counts.compared > 0, margins(counts).unit)
    assert ranks(schulze(margins(counts))) == {"B": 1, "C": 2, "A": 3}
    assert ranks(schulze(by_votes)) == {"A": 1, "B": 2, "C": 3}


def test_what_stays_open_is_shared() -> None:
    """A is before c; b is compared with neither of them by a majority, so that it is no worse than the best."""
    found = of_matrix([[0, 0, 2], [0, 0, 0], [-2, 0, 0]])
    assert ranks(schulze(found)) == {"M0": 1, "M1": 1, "M2": 3}
    assert schulze(found).open_pairs() == 2


def test_options_that_no_ballot_compares_have_no_rank() -> None:
    result = schulze(margins(count(BallotKind.SCORE, ["a", "b", "c"], [{"a": 1, "b": 0}, {"c": 1}])))
    assert ranks(result) == {"a": 1, "b": 2, "c": None}
    assert schulze(margins(count(BallotKind.RANKING, [], []))).ranking() == []


@pytest.mark.parametrize("most_levels", [1, 3, 5, 1000])
def test_paths_in_two_bytes_are_those_in_four(most_levels: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With few levels, the strongest majorities sometimes join every pair and sometimes do not: both ways are taken."""
    random = np.random.default_rng(5)
    taken = set()
    for _ in range(60):
        upper = np.triu(random.integers(-9, 10, (6, 6)), 1)
        found = of_matrix(upper - upper.T)
        expected = schulze(found).strengths.tolist()
        with monkeypatch.context() as patch:
            patch.setattr(module, "MOST_LEVELS", most_levels)
            levels, values = module._levels(found.matrix)
            taken.add(module._paths_on_top(levels, len(values) - 1) is None)
            assert schulze(found).strengths.tolist() == expected
    assert taken == {1: {True}, 3: {True, False}, 5: {True, False}, 1000: {False}}[most_levels]


def test_margins_beyond_64_bits_are_compared_exactly() -> None:
    huge = 10**40
    matrix = np.array([[0, huge + 1, -huge], [-huge - 1, 0, huge + 2], [huge, -huge - 2, 0]], object)
    result = schulze(of_matrix(matrix))
    assert ranks(result) == {"M0": 1, "M1": 2, "M2": 3}
    assert result.strengths[0, 2] == huge + 1
