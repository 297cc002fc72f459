"""A count that stops anywhere and is taken up again is the count that never stopped; it holds a batch at a time."""

import tracemalloc
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.ballots.rules import BallotShape
from participation.bundles.lines import ballot_lines
from participation.results.rules import counting as counting_rules
from participation.results.rules.counting import BoxChanged, Counting, Kept, Mark, count_on
from participation.tally import contributions
from participation.tally.ballots import BATCH, Content, Limits
from participation.tally.errors import UnreadableBallot
from participation.tally.kinds import BallotKind
from tests.factories.bundles import counted as recount
from tests.factories.bundles import root_of
from tests.factories.documents import drawn_ballots

CODES = ("M1", "M2", "M3", "M4")


@pytest.fixture(autouse=True)
def sums_from_four_ballots_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contributions, "MOST_ROWS", 4)
    monkeypatch.setattr(counting_rules, "new_round_salt", lambda: bytes(range(32)))


def shape_of(kind: BallotKind, struck: Sequence[str] = ()) -> BallotShape:
    return BallotShape(kind, Limits(), CODES, frozenset(struck))


def box_of(contents: Sequence[Content]) -> list[Kept]:
    return [(f"{place:016d}", content) for place, content in enumerate(contents)]


def batches(box: Sequence[Kept], size: int = 3) -> Iterator[Sequence[Kept]]:
    return (box[first : first + size] for first in range(0, len(box), size))


def counted(shape: BallotShape, box: Sequence[Kept]) -> Counting:
    counting = Counting.start(shape)
    for _batch in count_on(counting, None, batches(box)):
        pass
    return counting


def kept_after(shape: BallotShape, box: Sequence[Kept], ballots: int) -> Mark:
    return counted(shape, box[:ballots]).mark()


def resumed(shape: BallotShape, mark: Mark, box: Sequence[Kept], size: int = 3) -> Counting:
    counting = Counting.unpacked(mark.state, shape)
    assert counting is not None
    for _batch in count_on(counting, mark, batches(box, size)):
        pass
    return counting


@given(st.sampled_from(list(BallotKind)), st.integers(4, 17), st.integers(1, 7), st.sampled_from([(), ("M2",)]))
def test_wherever_a_count_stopped_it_ends_the_same(
    kind: BallotKind, stopped: int, size: int, struck: tuple[str, ...]
) -> None:
    shape, box = shape_of(kind, struck), box_of(_drawn(kind, 18))
    whole, again = counted(shape, box), resumed(shape, kept_after(shape, box, stopped), box, size)
    assert again.read == whole.read == 18
    assert again.hash.hexdigest() == whole.hash.hexdigest()
    assert again.counts == whole.counts
    assert (again.mentions, again.grades, again.marks) == (whole.mentions, whole.grades, whole.marks)
    assert again.tree.root() == whole.tree.root() == root_of(ballot_lines(whole.salt, box))
    one, other = again.contributions.sums(), whole.contributions.sums()
    assert again.contributions.options == whole.contributions.options
    assert one.ballots == other.ballots
    assert (one.products == other.products).all()
    assert (one.surplus == other.surplus).all()
    assert (one.made == other.made).all()


def _drawn(kind: BallotKind, ballots: int, seed: int = 7) -> list[Content]:
    drawn = drawn_ballots(kind, CODES, ballots, seed=seed)
    if kind is BallotKind.POINTS:
        return [{code: place + 1 for place, code in enumerate(one)} for one in drawn]
    return drawn


def test_a_box_that_lost_or_changed_a_counted_ballot_is_noticed() -> None:
    shape, box = shape_of(BallotKind.RANKING), box_of(_drawn(BallotKind.RANKING, 12))
    mark = kept_after(shape, box, 9)
    changed = [*box[:3], (box[3][0], ["M4", "M1"]), *box[4:]]
    for other in (changed, box[1:], box[:8], [*box[:8], ("0000000000000008x", []), *box[9:]]):
        with pytest.raises(BoxChanged):
            resumed(shape, mark, other)


def test_a_count_of_before_a_strike_is_not_taken_up() -> None:
    box = box_of(_drawn(BallotKind.RANKING, 9))
    mark = kept_after(shape_of(BallotKind.RANKING), box, 9)
    assert Counting.unpacked(mark.state, shape_of(BallotKind.RANKING, ["M1"])) is None


@given(st.sampled_from(list(BallotKind)), st.integers(0, 2**32), st.integers(0, 24), st.sampled_from([(), ("M2",)]))
def test_a_conclusion_counts_what_a_recount_by_hand_of_its_bundle_gives(
    kind: BallotKind, seed: int, ballots: int, struck: tuple[str, ...]
) -> None:
    contents = _drawn(kind, ballots, seed)
    result = counted(shape_of(kind, struck), box_of(contents)).result()
    by_hand = recount(kind.value, [code for code in CODES if code not in struck], contents)
    counts = result.counts.without(struck)
    assert (counts.above.tolist(), counts.compared.tolist()) == (by_hand["above"], by_hand["compared"])
    assert [[list(pair) for pair in given] for given in result.marks.given] == by_hand["marks"]
    assert result.marks.empty == by_hand["empty"]


def test_two_counts_of_one_box_have_different_roots_because_their_salts_are_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    shape, box = shape_of(BallotKind.RANKING), box_of([["M1"], ["M2"]])
    one, other = counted(shape, box), counted(shape, box)
    assert one.salt != other.salt
    assert one.tree.root() != other.tree.root()


def test_nothing_is_kept_before_it_is_a_sum() -> None:
    counting = counted(shape_of(BallotKind.RANKING), box_of([["M1"], ["M2"], []]))
    assert not counting.is_summed
    with pytest.raises(ValueError, match="sums over many ballots"):
        counting.mark()


def test_a_ballot_that_breaks_the_rules_is_not_left_out() -> None:
    with pytest.raises(UnreadableBallot):
        counted(shape_of(BallotKind.RANKING), box_of([["M1"], ["M9"]]))


def _peak(ballots: int) -> int:
    """Return the most memory that counting so many ballots takes, which are made as they are read."""
    contents: list[Content] = [["M1", "M2"], ["M3"], []]

    def box() -> Iterator[Sequence[Kept]]:
        for first in range(0, ballots, BATCH):
            yield [(f"{place:016d}", list(contents[place % 3])) for place in range(first, first + BATCH)]

    counting = Counting.start(shape_of(BallotKind.RANKING))
    tracemalloc.start()
    try:
        for _batch in count_on(counting, None, box()):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_number_of_ballots() -> None:
    assert _peak(8 * BATCH) < 1.1 * _peak(2 * BATCH)
