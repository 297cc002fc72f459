from hypothesis import given
from votelib.evaluate.condorcet import CondorcetWinner

from participation.tally.condorcet import Condorcet, condorcet
from participation.tally.counts import count
from participation.tally.kinds import BallotKind
from participation.tally.margins import Margins, margins
from tests.unit.tally.test_kemeny import of_matrix, tournaments


@given(tournaments())
def test_it_is_the_option_that_beats_each_other_one(found: Margins) -> None:
    result = condorcet(found)
    others = range(len(found.options))
    named = list(enumerate(found.options))
    beats = [o for i, o in named if all(found.matrix[i, j] > 0 for j in others if j != i)]
    holds = [o for i, o in named if all(found.matrix[i, j] >= 0 for j in others if j != i)]
    assert (result.winner, list(result.weak_winners)) == (beats[0] if beats else None, holds)
    wins = {
        (a, b): int(found.matrix[i, j])
        for i, a in enumerate(found.options)
        for j, b in enumerate(found.options)
        if i != j
    }
    assert CondorcetWinner().evaluate(wins) == beats


def test_a_cycle_has_none_and_a_tie_only_weak_ones() -> None:
    assert condorcet(of_matrix([[0, 1, -1], [-1, 0, 1], [1, -1, 0]])) == Condorcet(None, ())
    assert condorcet(of_matrix([[0, 0, 1], [0, 0, 1], [-1, -1, 0]])) == Condorcet(None, ("M0", "M1"))


def test_options_that_no_ballot_compares_stand_in_nobodys_way_and_win_nothing() -> None:
    assert condorcet(margins(count(BallotKind.SCORE, ["a", "b", "c"], [{"a": 1, "b": 0}]))).winner == "a"
    assert condorcet(margins(count(BallotKind.RANKING, ["a"], [["a"]]))) == Condorcet(None, ())
    assert condorcet(margins(count(BallotKind.RANKING, [], []))) == Condorcet(None, ())
