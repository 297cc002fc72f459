"""What a typed sheet says, whether it is a ballot, and where two people read it differently: pure checks, no repair."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from participation.ballots.rules import BallotShape, Content, ballot_faults, check_ballot
from participation.core.errors import Conflict, Faults, Invalid, InvalidBallot
from participation.rounds.rules import RoundState, check_not_suspended
from participation.tally.kinds import READINGS, BallotKind


class SheetState(StrEnum):
    """Where a sheet is: given out, handed in, in the box, or not counted."""

    OUT = "out"
    RECEIVED = "received"
    CAST = "cast"
    SET_ASIDE = "set_aside"


class Reason(StrEnum):
    """Why a sheet is not counted."""

    UNREADABLE = "unreadable"
    INVALID = "invalid"
    EMPTY = "empty"
    MISSING = "missing"
    NOT_ENTERED = "not_entered"
    VOTED_ONLINE = "voted_online"
    CODE_REVOKED = "code_revoked"


REASONS_OF_TYPISTS: Final = (Reason.UNREADABLE, Reason.INVALID, Reason.EMPTY)
"""What two people who look at the sheet can say of it instead of typing it in."""

REASONS_OF_ONE: Final = (Reason.MISSING, Reason.NOT_ENTERED, Reason.UNREADABLE, Reason.INVALID, Reason.EMPTY)
"""Why somebody who runs the round may set a sheet aside that waits, alone and by name in the audit log."""

TAKEN_UP_AGAIN: Final = frozenset(REASONS_OF_ONE)
"""The other reasons are facts: a ballot that is in the box, a code that holds no more."""

MOST_LINES: Final = 500
"""Sheets that are noted in one go."""

TYPISTS: Final = 2
_ADDRESS: Final = re.compile(r"\s*(\d{1,9})\s*[/-]\s*(\d{1,9})\s*")
_NUMBER: Final = re.compile(r"[0-9]{1,6}")
_VALUE: Final = re.compile(r"[+-]?[0-9]{1,9}")
_SHOWN: Final = 20
_NO_OPTION: Final = "#"
"""Stands before what is no number of an option; no code begins so."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody read on a sheet: a ballot, or why there is none on it."""

    content: Content | None
    reason: Reason | None = None

    def packed(self) -> bytes:
        """Return the entry as bytes; two that say the same are the same bytes."""
        said = {"content": self.content, "reason": self.reason.value if self.reason else None}
        return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def unpacked(cls, packed: bytes) -> "Entry":
        """Return the entry of its bytes."""
        said = json.loads(packed)
        return cls(said["content"], Reason(said["reason"]) if said["reason"] else None)


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed from a sheet, by the numbers of options: a list, or values by number; or a reason."""

    numbers: Sequence[str] = ()
    values: Mapping[str, str] | None = None
    reason: str | None = None
    confirm_empty: bool = False


def split_numbers(line: str) -> list[str]:
    """Return the numbers of a line as they were typed, whatever stands between them."""
    return [part for part in re.split(r"[\s,;.]+", line) if part]


def read_entry(shape: BallotShape, numbers: Mapping[int, str], typed: Typed) -> Entry:
    """Return what was typed as an entry, checked by the rules of every ballot, or raise every fault there is.

    `numbers` gives the code of an option by its number on the sheet. An option that was struck after the sheet was
    printed is none of its voter's faults: the ballot is left as it is and the count is restricted, as with every
    ballot that was in the box before. Raises Invalid, InvalidBallot or Faults; `reason_unknown`.
    """
    if typed.reason is not None:
        if typed.reason not in REASONS_OF_TYPISTS:
            raise Invalid("reason_unknown", field="reason")
        return Entry(None, Reason(typed.reason))
    as_printed = replace(shape, struck=frozenset())
    content = _content(shape.kind, numbers, typed)
    position = {code: str(number) for number, code in numbers.items()}
    Faults.refuse([_on_sheet(fault, position, max(numbers)) for fault in ballot_faults(as_printed, content)])
    if not content and not typed.confirm_empty:
        raise InvalidBallot("sheet_empty_not_confirmed", field="confirm_empty")
    return Entry(check_ballot(as_printed, content, empty_confirmed=typed.confirm_empty))


def _content(kind: BallotKind, numbers: Mapping[int, str], typed: Typed) -> list[str] | dict[str, object]:
    """Return what was typed by codes, to be judged; what is no number of an option becomes what is no code."""
    if not READINGS[kind].carries_values:
        if typed.values is not None:
            raise InvalidBallot("wrong_shape", field="numbers")
        return [_code(number, numbers) for number in typed.numbers]
    if typed.numbers:
        raise InvalidBallot("wrong_shape", field="values")
    given = {_code(number, numbers): value.strip() for number, value in (typed.values or {}).items() if value.strip()}
    read = {code: int(value) if _VALUE.fullmatch(value) else value for code, value in given.items()}
    nothing = 0 if kind is BallotKind.POINTS else None  # no points and an empty place are the same
    return {code: value for code, value in read.items() if value != nothing}


def _code(typed: str, numbers: Mapping[int, str]) -> str:
    code = numbers.get(int(typed)) if _NUMBER.fullmatch(typed) else None
    return f"{_NO_OPTION}{typed[:_SHOWN]}" if code is None else code


def _on_sheet(fault: InvalidBallot, position: Mapping[str, str], highest: int) -> InvalidBallot:
    """Say a fault of the voters' form in the words of somebody who types a sheet in, by the option's number."""
    facts = dict(fault.facts)
    option = str(facts.pop("option", ""))
    number = position.get(option) or option.removeprefix(_NO_OPTION)
    if option:
        facts["number"] = number
    field = f"value-{number}" if fault.code in _OF_A_VALUE and option in position else "numbers"
    return InvalidBallot(f"sheet_{fault.code}", field=field, highest=highest, **facts)


_OF_A_VALUE: Final = frozenset(
    {"not_a_whole_number", "points_not_positive", "too_many_points_for_option", "score_out_of_range"}
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of a comparison: a place of a ranking or the number of an option, and what each of two has there.

    None is nothing; in a list of choices, True is a cross.
    """

    line: int
    first: object
    second: object

    @property
    def differs(self) -> bool:
        """Say whether the two are not the same."""
        return self.first != self.second


def compared(kind: BallotKind, position: Mapping[str, int], first: Entry, second: Entry) -> list[Difference]:
    """Return two entries line by line as they stand on the sheet; lines that are empty in both are left out."""
    one, other = (_lines(kind, position, entry) for entry in (first, second))
    return [Difference(line, one.get(line), other.get(line)) for line in sorted(one.keys() | other.keys())]


def _lines(kind: BallotKind, position: Mapping[str, int], entry: Entry) -> dict[int, object]:
    if isinstance(entry.content, dict):
        return {position[code]: value for code, value in entry.content.items()}
    chosen = entry.content or []
    if READINGS[kind].order_counts:
        return {place: position[code] for place, code in enumerate(chosen, start=1)}
    return {position[code]: True for code in chosen}


def check_entering(state: RoundState, *, is_suspended: bool, conclusion_requested: bool) -> None:
    """Refuse to change anything about received sheets outside the time for it.

    They are typed in while the round is open and after its close, until somebody asks for the conclusion; a request
    that is withdrawn gives the time back. Raises Conflict `suspended`, `sheets_not_yet`, `sheets_concluded` or
    `sheets_conclusion_requested`.
    """
    check_not_suspended(is_suspended=is_suspended)
    if state is RoundState.DRAFT:
        raise Conflict("sheets_not_yet")
    if state is RoundState.CONCLUDED:
        raise Conflict("sheets_concluded")
    if conclusion_requested:
        raise Conflict("sheets_conclusion_requested")


def check_typeable(state: SheetState, sheet: str) -> None:
    """Refuse a sheet that does not wait to be typed in."""
    if state is not SheetState.RECEIVED:
        raise Conflict(_NOT_TYPEABLE[state], sheet=sheet)


_NOT_TYPEABLE: Final[Mapping[SheetState, str]] = {
    SheetState.OUT: "sheet_not_received",
    SheetState.CAST: "sheet_cast_already",
    SheetState.SET_ASIDE: "sheet_set_aside_already",
}


def read_address(typed: str) -> tuple[int, int] | None:
    """Return batch and number of a sheet as somebody typed them (`2/17`), None for anything else."""
    match = _ADDRESS.fullmatch(typed)
    return (int(match[1]), int(match[2])) if match else None


def scanned_code(typed: str) -> str:
    """Return what a line names: a scanner may give the whole address that a picture holds, with the code behind #."""
    return typed.rsplit("#", 1)[-1].strip()
