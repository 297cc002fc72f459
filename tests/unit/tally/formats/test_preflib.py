import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.tally.ballots import Profile
from participation.tally.counts import PairwiseCounts
from participation.tally.errors import UnreadableFile
from participation.tally.formats.orders import Order
from participation.tally.formats.preflib import DATA_TYPES, PrefLibFile, read_preflib
from participation.tally.formats.preflib_writing import preflib_of, write_preflib
from participation.tally.formats.words import said
from participation.tally.kinds import BallotKind
from tests.unit.tally.elections import Election, elections

HERE = "‸"

TOI = """\
# FILE NAME: 1.toi
# TITLE: A choice
# DESCRIPTION:
# DATA TYPE: toi
# NUMBER ALTERNATIVES: 4
# NUMBER VOTERS: 10
# NUMBER UNIQUE ORDERS: 3
# ALTERNATIVE NAME 1: Lamp
# ALTERNATIVE NAME 2: Tree: old
# ALTERNATIVE NAME 3: Łąka
# ALTERNATIVE NAME 4: Bench
5: 3,{1,2}
4: 1, {2, 4}, 3
1: 4
"""

CAT = """\
# TITLE: Yes or no
# DATA TYPE: cat
# NUMBER ALTERNATIVES: 3
# NUMBER VOTERS: 6
# NUMBER UNIQUE PREFERENCES: 3
# NUMBER CATEGORIES: 2
# CATEGORY NAME 1: Yes
# CATEGORY NAME 2: No
# ALTERNATIVE NAME 1: a
# ALTERNATIVE NAME 2: b
# ALTERNATIVE NAME 3: c
3: 2,{1,3}
2: {},{1,2,3}
1: {1,2},3
"""


def read(text: str, name: str = "x.toi") -> PrefLibFile:
    return read_preflib(io.BytesIO(text.encode()), name=name)


def test_orders_with_ties_are_read_with_how_many_people_cast_them() -> None:
    file = read(TOI)
    assert file.header == {"FILE NAME": "1.toi", "TITLE": "A choice", "DESCRIPTION": "", "DATA TYPE": "toi"}
    assert file.alternatives == ("Lamp", "Tree: old", "Łąka", "Bench")
    assert file.orders == (Order(5, ((2,), (0, 1))), Order(4, ((0,), (1, 3), (2,))), Order(1, ((3,),)))
    election = file.election()
    assert election.profile.kind is BallotKind.RANKING
    assert election.profile.levels().tolist() == [[1, 1, 2, 0], [3, 2, 1, 2], [0, 0, 0, 1]]
    assert election.names["2"] == "Tree: old"


def test_each_ballot_counts_as_often_as_it_was_cast() -> None:
    counts = read(TOI).election().count().counts
    assert counts.ballots == 10
    # 3 before 1 on five ballots, 1 before 3 on four; the last ballot ties them, unranked.
    assert (counts.above[2, 0], counts.above[0, 2], counts.compared[0, 2]) == (5, 4, 10)


def test_a_million_million_ballots_take_no_longer() -> None:
    many = TOI.replace("5: 3", f"{10**12}: 3").replace("VOTERS: 10", f"VOTERS: {10**12 + 5}")
    counts = read(many).election().count().counts
    assert counts.ballots == 10**12 + 5
    assert counts.above[2, 0] == 10**12


def test_two_categories_are_approvals() -> None:
    profile = read(CAT, "x.cat").election().profile
    assert profile.kind is BallotKind.APPROVAL
    assert profile.levels().tolist() == [[0, 1, 0], [0, 0, 0], [1, 1, 0]]


def test_more_categories_are_scores_and_what_is_in_none_has_no_score() -> None:
    three = CAT.replace("CATEGORIES: 2", "CATEGORIES: 3").replace("2: No", "2: Maybe\n# CATEGORY NAME 3: No")
    three = three[: three.index("3: 2")] + "3: 2,{},{1,3}\n2: {1},{},2\n1: 1,2,3\n"
    profile = read(three, "x.cat").election().profile
    assert profile.kind is BallotKind.SCORE
    assert profile.levels().tolist() == [[0, 2, 0], [2, 0, -1], [2, 1, 0]]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: "\ufeff" + text, id="byte order mark"),
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="carriage returns"),
        pytest.param(lambda text: text.replace("# NUMBER UNIQUE ORDERS: 3\n", ""), id="no unique orders"),
        pytest.param(lambda text: text.replace("# ", "#").replace(": ", ":") + "\n\n", id="no blanks"),
    ],
)
def test_harmless_differences_are_read_as_the_same(change: Callable[[str], str]) -> None:
    assert read(change(TOI)).orders == read(TOI).orders


@pytest.mark.parametrize(
    "old,new,code",
    [
        ("# DATA TYPE: toi\n", "", "missing_entry"),
        ("DATA TYPE: toi", "DATA TYPE: ‸wmd", "unknown_data_type"),
        ("DATA TYPE: toi", "DATA TYPE: ‸soi", "data_type_is_not_the_ending"),
        ("NUMBER ALTERNATIVES: 4", "NUMBER ALTERNATIVES: ‸5", "wrong_count"),
        ("NUMBER ALTERNATIVES: 4", "NUMBER ALTERNATIVES: ‸four", "not_a_number"),
        ("NUMBER VOTERS: 10", "NUMBER VOTERS: ‸11", "wrong_count"),
        ("# NUMBER VOTERS: 10\n", "", "missing_entry"),
        ("UNIQUE ORDERS: 3", "UNIQUE ORDERS: ‸4", "wrong_count"),
        ("NAME 4", "NAME 5", "missing_entry"),
        ("# TITLE: A choice", "‸# TITLE A choice", "not_a_header_line"),
        ("# TITLE: A choice", "# TITLE: A choice\n‸# TITLE: B", "entry_twice"),
        ("1: 4\n", "1: 4\n‸# TITLE: B\n", "header_after_ballots"),
        ("1: 4", "1: ‸5", "unknown_option"),
        ("1: 4", "1: ‸0", "unknown_option"),
        ("1: 4", "1: 4,‸4", "choice_twice"),
        ("1: 4", "1: {4,‸4}", "choice_twice"),
        ("1: 4", "1:‸ x", "not_an_order"),
        ("1: 4", "1:‸ {4", "not_an_order"),
        ("1: 4", "1: 4,‸", "empty_choice"),
        ("1: 4", "1:‸ {}", "empty_choice"),
        ("1: 4", "1:‸", "not_an_order"),
        ("1: 4", "‸4", "missing_count"),
        ("1: 4", "‸-1: 4", "negative_number"),
        ("1: 4", "‸0: 4", "count_out_of_range"),
        ("1: 4", "‸" + "9" * 30 + ": 4", "count_out_of_range"),
        ("1: 4", "‸" + "9" * 10_000 + ": 4", "number_too_long"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(old: str, new: str, code: str) -> None:
    assert old in TOI
    changed = TOI.replace(old, new, 1)
    with pytest.raises(UnreadableFile) as refusal:
        read(changed.replace(HERE, ""))
    assert refusal.value.code == code
    assert "(" not in said(refusal.value)
    if HERE in changed:
        before = changed[: changed.index(HERE)]
        place = (refusal.value.facts["line"], refusal.value.facts["column"])
        assert place == (before.count("\n") + 1, len(before) - before.rfind("\n"))


@pytest.mark.parametrize(
    "data_type,order,code",
    [
        ("soc", "4", "order_not_complete"),
        ("toc", "4,{1,2}", "order_not_complete"),
        ("soi", "{3,4}", "tie_in_a_strict_order"),
        ("soc", "1,2,{3,4}", "tie_in_a_strict_order"),
    ],
)
def test_orders_have_to_be_what_their_type_says(data_type: str, order: str, code: str) -> None:
    header = TOI[: TOI.index("5: 3")].replace("DATA TYPE: toi", f"DATA TYPE: {data_type}")
    with pytest.raises(UnreadableFile) as refusal:
        read(header + f"10: {order}\n", f"x.{data_type}")
    assert refusal.value.code == code


def test_a_ballot_puts_something_or_nothing_into_every_category() -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read(CAT.replace("3: 2,{1,3}", "3: 2"), "x.cat")
    assert refusal.value.code == "wrong_number_of_categories"


names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=8)


@st.composite
def files(draw: st.DrawFn) -> PrefLibFile:
    data_type = draw(st.sampled_from(list(DATA_TYPES.values())))
    alternatives = tuple(draw(st.lists(names, min_size=1, max_size=5)))
    categories = tuple(draw(st.lists(names, min_size=1, max_size=3))) if data_type.categories else ()
    orders = draw(st.lists(ballots(data_type.name, len(alternatives), len(categories)), max_size=5, unique_by=repr))
    header = {"TITLE": draw(names), "DATA TYPE": data_type.name}
    return PrefLibFile(
        data_type, header, alternatives, tuple(Order(draw(st.integers(1, 2**30)), one) for one in orders), categories
    )


@st.composite
def ballots(draw: st.DrawFn, name: str, size: int, categories: int) -> tuple[tuple[int, ...], ...]:
    data_type = DATA_TYPES[name]
    order = draw(st.permutations(range(size)))
    listed = order if data_type.complete else order[: draw(st.integers(0 if categories else 1, size))]
    if categories:
        places = [draw(st.integers(0, categories - 1)) for _ in listed]
        return tuple(
            tuple(one for one, at in zip(listed, places, strict=True) if at == place) for place in range(categories)
        )
    groups: list[list[int]] = []
    for option in listed:
        if groups and data_type.ties and draw(st.booleans()):
            groups[-1].append(option)
        else:
            groups.append([option])
    return tuple(map(tuple, groups))


@given(files())
def test_what_was_written_is_read_as_the_same(file: PrefLibFile) -> None:
    written = write_preflib(file)
    again = read_preflib(io.BytesIO(written), name="file")
    assert again == file
    assert write_preflib(again) == written


@given(elections(least=1))
def test_a_round_of_ours_is_written_and_counted_the_same(election: Election) -> None:
    profile = Profile.of(election.kind, election.shown, election.contents)
    names = {election.shown[0]: "The first\n one"}
    data_type, pieces = preflib_of(list(profile.batches(3)), title="A\nround", names=names)
    written = b"".join(pieces)
    again = read_preflib(io.BytesIO(written), name="file")
    assert write_preflib(again) == written
    assert again.data_type == data_type
    assert again.header["TITLE"] == "A round"
    assert again.alternatives[0] == "The first one"
    assert list(again.orders) == sorted(again.orders, key=lambda order: (-order.times, order.groups))
    assert len({order.groups for order in again.orders}) == len(again.orders)
    assert again.election().count().counts.above.tolist() == PairwiseCounts.of(profile).above.tolist()
    assert again.election().count().counts.compared.tolist() == PairwiseCounts.of(profile).compared.tolist()
