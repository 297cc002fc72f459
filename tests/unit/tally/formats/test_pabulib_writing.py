from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from participation.tally.ballots import Profile
from participation.tally.counts import PairwiseCounts
from participation.tally.errors import WrongKind
from participation.tally.formats.pabulib import PabulibFile
from participation.tally.formats.pabulib_budget import Settings, decide_file
from participation.tally.formats.pabulib_writing import pabulib_of, pabulib_pieces, write_pabulib
from participation.tally.kinds import BallotKind
from tests.unit.tally.elections import CODES, Election, elections
from tests.unit.tally.pabulib_files import APPROVAL, CUMULATIVE, ORDINAL, read


def listed(points: NDArray[np.int64] | None) -> object:
    return None if points is None else points.tolist()


def same(one: PabulibFile, other: PabulibFile) -> bool:
    return (
        one.meta.vote_type == other.meta.vote_type
        and one.meta.budget == other.meta.budget
        and [(p.id, p.cost, p.name, p.categories, p.votes, p.score, p.selected, p.more) for p in one.projects]
        == [(p.id, p.cost, p.name, p.categories, p.votes, p.score, p.selected, p.more) for p in other.projects]
        and one.voter_columns == other.voter_columns
        and np.array_equal(one.profile.options, other.profile.options)
        and np.array_equal(one.profile.lengths, other.profile.lengths)
        and listed(one.points) == listed(other.points)
    )


@pytest.mark.parametrize("text", [APPROVAL, CUMULATIVE, ORDINAL])
def test_a_file_that_is_written_again_is_read_as_the_same(text: str) -> None:
    file = read(text)
    written = write_pabulib(file)
    assert same(read(written), file)
    assert write_pabulib(read(written)) == written


names = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=8).map(lambda text: text.strip(" \t"))
shown = st.integers(1, 5).flatmap(lambda size: st.permutations(CODES).map(lambda order: tuple(order[:size])))
kinds = st.sampled_from([BallotKind.APPROVAL, BallotKind.RANKING, BallotKind.POINTS])


@given(elections(kinds, shown), st.data())
def test_a_round_of_ours_is_written_and_read_as_the_same(election: Election, data: st.DataObject) -> None:
    profile = Profile.of(election.kind, election.shown, election.contents)
    costs = {option: Fraction(data.draw(st.integers(0, 9999)), 100) for option in election.shown}
    called = {option: data.draw(names) for option in election.shown}
    selected = data.draw(st.lists(st.sampled_from(election.shown), unique=True))
    file = pabulib_of(
        profile, costs, Fraction(12345, 100), names=called, selected=selected, entries={"description": data.draw(names)}
    )
    written = write_pabulib(file)
    again = read(written)
    assert same(again, file)
    assert PairwiseCounts.of(again.profile) == election.count()
    assert write_pabulib(again) == written
    assert b"".join(pabulib_pieces(file, list(profile.batches(3)), len(profile))) == written
    assert decide_file(again, Settings(seed=b"x"))["published"]["votes_agree"] is True


def test_scores_and_ties_are_not_written_since_the_format_would_say_something_else() -> None:
    scores = Profile.of(BallotKind.SCORE, ["a"], [{"a": 3}])
    with pytest.raises(WrongKind):
        pabulib_of(scores, {"a": Fraction(1)}, Fraction(1))
    levels = np.array([1, 1], np.int64)
    tied = Profile(BallotKind.RANKING, ("a", "b"), np.array([0, 1], np.int32), levels, np.array([2], np.int64))
    with pytest.raises(WrongKind):
        pabulib_of(tied, {"a": Fraction(1), "b": Fraction(1)}, Fraction(1))
