import pickle
from itertools import pairwise
from random import Random
from typing import Any, NoReturn

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.tally import kernels
from participation.tally.ballots import Profile
from participation.tally.counts import PairwiseCounts, count
from participation.tally.errors import InvalidCounts, InvalidOptions
from participation.tally.formats.orders import Order, ranking_profile
from participation.tally.kernels import compare_levels, compare_lists, compare_mentions
from participation.tally.kinds import BallotKind
from tests.unit.tally import oracle
from tests.unit.tally.elections import Election, elections, two_halves

LISTS = st.sampled_from([BallotKind.RANKING, BallotKind.APPROVAL])
VALUED = st.sampled_from([BallotKind.POINTS, BallotKind.SCORE])


@given(elections())
def test_counts_are_those_of_the_plain_definition(election: Election) -> None:
    counts = election.count()
    assert (counts.above.tolist(), counts.compared.tolist()) == oracle.compare(
        election.kind, election.shown, election.contents
    )
    assert counts.ballots == len(election.contents)


@given(elections(LISTS))
def test_both_kernels_count_the_same(election: Election) -> None:
    profile = Profile.of(election.kind, election.shown, election.contents)
    for by_levels, by_lists in zip(compare_levels(profile.levels()), compare_lists(profile), strict=True):
        np.testing.assert_array_equal(by_levels, by_lists)


@given(elections(VALUED), st.sampled_from([1, 3, kernels.CACHE_CELLS]))
def test_the_kernel_for_few_mentions_counts_the_same_in_any_portions(election: Election, portion: int) -> None:
    profile = Profile.of(election.kind, election.shown, election.contents)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernels, "CACHE_CELLS", portion)
        for by_levels, by_mentions in zip(compare_levels(profile.levels()), compare_mentions(profile), strict=True):
            np.testing.assert_array_equal(by_levels, by_mentions)


@given(st.lists(st.lists(st.sets(st.integers(0, 5), max_size=3), max_size=3), max_size=6))
def test_it_counts_rankings_with_ties_the_same(ballots: list[list[set[int]]]) -> None:
    orders = []
    for ballot in ballots:
        groups = [group.difference(*ballot[:place]) for place, group in enumerate(ballot)]
        orders.append(Order(1, tuple(tuple(sorted(group)) for group in groups if group)))
    strict = ranking_profile(tuple("abcdef"), orders)
    profile = Profile(strict.kind, strict.shown, strict.options, strict.levels_mentioned(), strict.lengths)
    for by_levels, by_mentions in zip(compare_levels(profile.levels()), compare_mentions(profile), strict=True):
        np.testing.assert_array_equal(by_levels, by_mentions)


@pytest.mark.parametrize("kind", [BallotKind.POINTS, BallotKind.SCORE])
def test_short_ballots_over_many_options_are_not_compared_on_every_pair(
    kind: BallotKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A short file would otherwise take a long time: the square of the options for each of its ballots."""

    def refused(_: object) -> NoReturn:
        raise AssertionError

    monkeypatch.setattr(kernels, "compare_levels", refused)
    shown = [f"M{number}" for number in range(300)]
    counts = count(kind, shown, [{shown[number]: 1, shown[number + 1]: 2} for number in range(200)])
    assert counts.above.sum() == (200 if kind is BallotKind.SCORE else 200 * (1 + 2 * 298))


@pytest.mark.parametrize("kind", BallotKind)
def test_many_ballots_over_many_options_are_counted_like_few(kind: BallotKind) -> None:
    """Sizes at which each kernel runs, with more ballots than one sum in a byte and one batch hold."""
    random = np.random.default_rng(20261112)
    shown = [f"M{number}" for number in range(30)]
    some = [random.permutation(shown)[: random.integers(0, 6)].tolist() for _ in range(700)]
    valued = kind in {BallotKind.POINTS, BallotKind.SCORE}
    contents = [{option: 1 + len(option) for option in content} if valued else content for content in some]
    counts = count(kind, shown, contents * 30)
    above, compared = oracle.compare(kind, shown, contents)
    np.testing.assert_array_equal(counts.above, 30 * np.array(above))
    np.testing.assert_array_equal(counts.compared, 30 * np.array(compared))


@pytest.mark.parametrize("highest", [1, 127, 128, 32767, 32768, 2**31 - 1])
def test_levels_of_any_size_are_compared(highest: int) -> None:
    contents = [{"a": highest, "b": highest - 1}, {"a": 0, "c": highest}]
    counts = count(BallotKind.SCORE, ["a", "b", "c"], contents)
    assert counts.above.tolist() == [[0, 1, 0], [0, 0, 0], [1, 0, 0]]


@pytest.mark.parametrize("ballots", [255, 256, 257, 511, 512, 40_000])
def test_ballots_of_one_mind_are_not_lost_in_a_small_sum(ballots: int) -> None:
    counts = count(BallotKind.SCORE, ["a", "b", "c"], [{"a": 2, "b": 1}] * ballots)
    assert counts.above.tolist() == [[0, ballots, 0], [0, 0, 0], [0, 0, 0]]
    assert counts.compared.tolist() == [[0, ballots, 0], [ballots, 0, 0], [0, 0, 0]]


@given(two_halves())
def test_counts_of_two_sets_of_ballots_add_up(halves: tuple[Election, Election]) -> None:
    one, other = halves
    together = Election(one.kind, one.shown, one.contents + other.contents)
    assert one.count() + other.count() == together.count()
    assert other.count() + one.count() == together.count()
    assert one.count() + PairwiseCounts.none(one.shown) == one.count()


@given(elections(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(election: Election, random: Random) -> None:
    shuffled = list(election.contents)
    random.shuffle(shuffled)
    assert count(election.kind, election.shown, shuffled) == election.count()


@given(elections(), st.data())
def test_any_cut_into_batches_gives_the_same_counts(election: Election, data: st.DataObject) -> None:
    size = len(election.contents)
    cuts = sorted(data.draw(st.lists(st.integers(0, size), max_size=4)))
    parts = [election.contents[first:last] for first, last in pairwise([0, *cuts, size])]
    sums = sum((count(election.kind, election.shown, part) for part in parts), PairwiseCounts.none(election.shown))
    assert sums == election.count()


@given(elections(), st.data())
def test_striking_options_counts_as_if_they_were_erased_from_the_ballots(
    election: Election, data: st.DataObject
) -> None:
    struck = data.draw(st.sets(st.sampled_from(election.shown)))
    kept = [option for option in election.shown if option not in struck]

    def erased(content: Any) -> Any:
        if isinstance(content, dict):
            return {option: value for option, value in content.items() if option not in struck}
        return [option for option in content if option not in struck]

    remaining = count(election.kind, kept, [erased(content) for content in election.contents])
    assert election.count().without(struck) == remaining


def test_an_option_that_was_not_shown_cannot_be_struck() -> None:
    with pytest.raises(InvalidOptions):
        count(BallotKind.RANKING, ["a", "b"], []).without(["z"])


@given(elections())
def test_counts_survive_the_way_through_json(election: Election) -> None:
    counts = election.count()
    assert PairwiseCounts.from_json(counts.to_json()) == counts


def test_counts_of_another_process_can_be_added() -> None:
    counts = count(BallotKind.SCORE, ["a", "b"], [{"a": 1, "b": 0}, {"a": 1}])
    sent = pickle.loads(pickle.dumps(counts))  # noqa: S301  # our own bytes
    assert sent == counts
    assert (sent + counts).ballots == 4


VALID = {"options": ["a", "b"], "ballots": 3, "above": [[0, 2], [1, 0]], "compared": [[0, 3], [3, 0]]}


@pytest.mark.parametrize(
    "change,code",
    [
        ({"options": ["a"]}, "wrong_size"),
        ({"options": ["a", "a"]}, "not_a_list_of_codes"),
        ({"options": 5}, "not_a_list_of_codes"),
        ({"ballots": 2}, "more_compared_than_ballots"),
        ({"ballots": -1}, "not_a_number_of_ballots"),
        ({"ballots": 2**60}, "not_a_number_of_ballots"),
        ({"ballots": 3.0}, "not_a_whole_number"),
        ({"above": [[0, 3], [1, 0]]}, "more_placed_than_compared"),
        ({"above": [[0, -1], [1, 0]]}, "not_a_whole_number"),
        ({"above": [[0, 1.5], [1, 0]]}, "not_a_whole_number"),
        ({"above": [[0, True], [1, 0]]}, "not_a_whole_number"),
        ({"above": [[0, 2], [1]]}, "wrong_size"),
        ({"above": [[1, 0], [0, 0]]}, "more_placed_than_compared"),
        ({"compared": [[0, 3], [2, 0]], "above": [[0, 1], [1, 0]]}, "not_symmetric"),
        ({"compared": [[1, 3], [3, 0]]}, "not_symmetric"),
        ({"compared": None}, "wrong_size"),
        ({"more": 1}, "not_pairwise_counts"),
    ],
)
def test_counts_that_no_ballots_can_have_given_are_refused(change: dict[str, object], code: str) -> None:
    assert PairwiseCounts.from_json(VALID).ballots == 3
    with pytest.raises(InvalidCounts) as refusal:
        PairwiseCounts.from_json(VALID | change)
    assert refusal.value.code == code


def test_counts_over_different_options_cannot_be_added() -> None:
    with pytest.raises(InvalidCounts):
        PairwiseCounts.none(["a", "b"]) + PairwiseCounts.none(["b", "a"])


def test_counts_cannot_be_changed_in_place() -> None:
    counts = count(BallotKind.RANKING, ["a", "b"], [["a"]])
    with pytest.raises(ValueError, match="read-only"):
        counts.above[0, 1] = 7
