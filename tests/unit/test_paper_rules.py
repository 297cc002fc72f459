"""What a typed sheet says: the rules of every ballot, every fault by its number, and where two people differ."""

from typing import Any

import pytest

from participation.ballots.paper.rules import (
    Entry,
    Reason,
    SheetState,
    Typed,
    check_entering,
    check_typeable,
    compared,
    read_address,
    read_entry,
    scanned_code,
    split_numbers,
)
from participation.ballots.rules import BallotShape
from participation.core.errors import Conflict, Faults, Invalid
from participation.rounds.rules import RoundState
from participation.tally.ballots import Limits
from participation.tally.kinds import BallotKind

CODES = ("M01", "M02", "M03", "M04")
NUMBERS = dict(enumerate(CODES, start=1))
POSITION = {code: number for number, code in NUMBERS.items()}
SHAPES = {
    BallotKind.RANKING: BallotShape(BallotKind.RANKING, Limits(options=3), CODES, frozenset({"M03"})),
    BallotKind.APPROVAL: BallotShape(BallotKind.APPROVAL, Limits(options=3), CODES),
    BallotKind.POINTS: BallotShape(BallotKind.POINTS, Limits(points=10, value=5), CODES),
    BallotKind.SCORE: BallotShape(BallotKind.SCORE, Limits(value=5), CODES),
}
TYPED: list[tuple[BallotKind, Typed, Any]] = [
    (BallotKind.RANKING, Typed(numbers=["3", "1"]), ["M03", "M01"]),
    (BallotKind.APPROVAL, Typed(numbers=["3", "01"]), ["M01", "M03"]),
    (BallotKind.POINTS, Typed(values={"3": "5", "1": " 2 ", "2": "", "4": "0"}), {"M01": 2, "M03": 5}),
    (BallotKind.SCORE, Typed(values={"3": "0", "1": "5", "2": ""}), {"M01": 5, "M03": 0}),
    (BallotKind.RANKING, Typed(confirm_empty=True), []),
]


@pytest.mark.parametrize("kind, typed, content", TYPED)
def test_what_is_typed_by_numbers_is_a_ballot_by_codes(kind: BallotKind, typed: Typed, content: Any) -> None:
    """M03 was struck after the printing: what its voter could not know is no fault of the sheet."""
    entry = read_entry(SHAPES[kind], NUMBERS, typed)
    assert entry == Entry(content)
    assert Entry.unpacked(entry.packed()) == entry


FAULTY: list[tuple[BallotKind, Typed, list[str]]] = [
    (
        BallotKind.RANKING,
        Typed(numbers=["9", "M03", "1", "1"]),
        ["sheet_unknown_option", "sheet_unknown_option", "sheet_duplicate_option", "sheet_too_many_choices"],
    ),
    (BallotKind.RANKING, Typed(numbers=["1", "1"]), ["sheet_duplicate_option"]),
    (
        BallotKind.RANKING,
        Typed(numbers=["1", "2", "3", "4", "1"]),
        ["sheet_duplicate_option", "sheet_too_many_choices"],
    ),
    (BallotKind.RANKING, Typed(), ["sheet_empty_not_confirmed"]),
    (BallotKind.RANKING, Typed(values={"1": "2"}), ["wrong_shape"]),
    (BallotKind.APPROVAL, Typed(numbers=["1", "2", "3", "4"]), ["sheet_too_many_choices"]),
    (
        BallotKind.POINTS,
        Typed(values={"1": "6", "2": "-1", "3": "5"}),
        ["sheet_too_many_points_for_option", "sheet_points_not_positive", "sheet_too_many_points"],
    ),
    (BallotKind.POINTS, Typed(values={"1": "two", "8": "1"}), ["sheet_not_a_whole_number", "sheet_unknown_option"]),
    (BallotKind.SCORE, Typed(values={"1": "6", "2": "-1"}), ["sheet_score_out_of_range"] * 2),
    (BallotKind.SCORE, Typed(numbers=["1"]), ["wrong_shape"]),
    (BallotKind.SCORE, Typed(reason="dull"), ["reason_unknown"]),
]


@pytest.mark.parametrize("kind, typed, codes", FAULTY)
def test_every_fault_of_a_sheet_is_said(kind: BallotKind, typed: Typed, codes: list[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        read_entry(SHAPES[kind], NUMBERS, typed)
    said = refusal.value.faults if isinstance(refusal.value, Faults) else [refusal.value]
    assert sorted(fault.code for fault in said) == sorted(codes)


def test_a_fault_names_the_number_as_it_was_typed_and_the_place_where_it_was() -> None:
    with pytest.raises(Faults) as refusal:
        read_entry(SHAPES[BallotKind.POINTS], NUMBERS, Typed(values={"2": "6", "17": "1"}))
    said = {fault.code: (fault.facts["number"], fault.field) for fault in refusal.value.faults}
    assert said == {
        "sheet_unknown_option": ("17", "numbers"),
        "sheet_too_many_points_for_option": ("2", "value-2"),
    }


def test_two_entries_are_compared_as_they_stand_on_the_sheet() -> None:
    def lines(kind: BallotKind, one: Any, other: Any) -> list[tuple[int, object, object]]:
        found = compared(kind, POSITION, Entry(one), Entry(other))
        return [(line.line, line.first, line.second) for line in found if line.differs]

    assert lines(BallotKind.RANKING, ["M01", "M02"], ["M01", "M03", "M02"]) == [(2, 2, 3), (3, None, 2)]
    assert lines(BallotKind.APPROVAL, ["M01", "M02"], ["M01", "M04"]) == [(2, True, None), (4, None, True)]
    assert lines(BallotKind.POINTS, {"M01": 5, "M02": 1}, {"M01": 4, "M02": 1}) == [(1, 5, 4)]
    assert lines(BallotKind.SCORE, {"M01": 0}, {}) == [(1, 0, None)]
    unfit = compared(BallotKind.SCORE, POSITION, Entry(None, Reason.UNREADABLE), Entry({"M02": 3}))
    assert [(line.line, line.first, line.second) for line in unfit] == [(2, None, 3)]


@pytest.mark.parametrize(
    "state, suspended, requested, code",
    [
        (RoundState.DRAFT, False, False, "sheets_not_yet"),
        (RoundState.CONCLUDED, False, True, "sheets_concluded"),
        (RoundState.CLOSED, False, True, "sheets_conclusion_requested"),
        (RoundState.OPEN, True, False, "suspended"),
    ],
)
def test_sheets_are_typed_in_until_the_conclusion_is_asked_for(
    *, state: RoundState, suspended: bool, requested: bool, code: str
) -> None:
    for open_ in (RoundState.OPEN, RoundState.CLOSED):
        check_entering(open_, is_suspended=False, conclusion_requested=False)
    with pytest.raises(Conflict) as refusal:
        check_entering(state, is_suspended=suspended, conclusion_requested=requested)
    assert refusal.value.code == code


def test_only_a_received_sheet_is_typed_in() -> None:
    check_typeable(SheetState.RECEIVED, "1/1")
    for state in set(SheetState) - {SheetState.RECEIVED}:
        with pytest.raises(Conflict):
            check_typeable(state, "1/1")


def test_what_people_and_scanners_type() -> None:
    assert split_numbers(" 12, 3;7  4.\t1 ") == ["12", "3", "7", "4", "1"]
    assert [read_address(typed) for typed in ("1/17", " 2 - 3 ", "17", "a/b", "1/2/3")] == [
        (1, 17),
        (2, 3),
        None,
        None,
        None,
    ]
    assert scanned_code("https://participation.example/code#ABCD ") == "ABCD"
    assert scanned_code("ABCD EFGH") == "ABCD EFGH"
