"""What a gathering is by its kind, when its record stands, and how much of it is told."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from participation.core.errors import Conflict, Forbidden, Invalid
from participation.core.languages import check_tags
from participation.core.windows import Window
from participation.processes.rules import check_code, check_moment


class GatheringKind(StrEnum):
    """How a body meets."""

    SESSION = "session"
    WORKSHOP = "workshop"
    ASSISTED = "assisted"


class RecordState(StrEnum):
    """Whether what is written down about a gathering is still being written, or approved and public."""

    DRAFT = "draft"
    APPROVED = "approved"


class RecordAction(StrEnum):
    """What can be done to the record of a gathering."""

    APPROVE = "approve"
    REOPEN = "reopen"


class StatementState(StrEnum):
    """Whether organisations still word and sign a statement, or it stands."""

    DRAFT = "draft"
    FINAL = "final"


class Presence(StrEnum):
    """Whether a member of the body was there."""

    PRESENT = "present"
    EXCUSED = "excused"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Manner:
    """What belongs to gatherings of a kind.

    `is_recorded` says that there are words to be approved and published; `by_another` that whoever worded them does
    not approve them.
    """

    has_title: bool
    has_agenda: bool
    has_tables: bool
    is_recorded: bool
    by_another: bool


MANNERS: Final[Mapping[GatheringKind, Manner]] = {
    GatheringKind.SESSION: Manner(has_title=True, has_agenda=True, has_tables=False, is_recorded=True, by_another=True),
    GatheringKind.WORKSHOP: Manner(
        has_title=True, has_agenda=False, has_tables=True, is_recorded=True, by_another=False
    ),
    GatheringKind.ASSISTED: Manner(
        has_title=False, has_agenda=False, has_tables=False, is_recorded=False, by_another=False
    ),
}

TRANSITIONS: Final[Mapping[tuple[RecordState, RecordAction], RecordState]] = {
    (RecordState.DRAFT, RecordAction.APPROVE): RecordState.APPROVED,
    (RecordState.APPROVED, RecordAction.REOPEN): RecordState.DRAFT,
}

MAX_LENGTH: Final = timedelta(days=31)
MAX_HEADS: Final = 100_000
MAX_ITEMS: Final = 60
MAX_TABLES: Final = 60
MAX_NOTES: Final = 200
MAX_CODES: Final = 60


def next_state(state: RecordState, action: RecordAction) -> RecordState:
    """Return the state after `action`, or refuse with Conflict `record_state`."""
    following = TRANSITIONS.get((state, action))
    if following is None:
        raise Conflict("record_state", state=state.value, action=action.value)
    return following


def check_window(window: Window) -> Window:
    """Return in UTC when a gathering is: within the years that rounds have, and of a length that people can mean."""
    begins = check_moment(window.opens_at, field="starts_at")
    ends = check_moment(window.closes_at, field="ends_at")
    if begins >= ends:
        raise Invalid("gathering_without_length", field="ends_at")
    if ends - begins > MAX_LENGTH:
        raise Invalid("gathering_too_long", field="ends_at", days=MAX_LENGTH.days)
    return Window(begins, ends)


def check_heads(count: int | None, *, field: str = "headcount") -> int | None:
    """Return a number of people that can be meant, None where nobody has counted."""
    if count is not None and not 0 <= count <= MAX_HEADS:
        raise Invalid("limit_out_of_range", field=field, lowest=0, highest=MAX_HEADS)
    return count


def check_interpreters(tags: Iterable[str]) -> list[str]:
    """Return the languages for which interpreters come, each known and named once."""
    named = list(tags)
    return list(check_tags(named, field="interpreters")) if named else []


def check_codes(codes: Iterable[str]) -> list[str]:
    """Return codes of proposals as they were given, each once; whether they exist is known by a later room."""
    found = list(dict.fromkeys(check_code(code, field="proposals") for code in codes))
    if len(found) > MAX_CODES:
        raise Invalid("too_many_codes", field="proposals", highest=MAX_CODES)
    return found


def check_basis(revision: int, based_on: int) -> None:
    """Refuse to write or approve on the basis of a record that somebody has changed in the meantime."""
    if based_on != revision:
        raise Conflict("record_changed", revision=revision, based_on=based_on)


def check_approver(approver: str, writers: Collection[str]) -> None:
    """Whoever worded something in the record does not approve it."""
    if approver in writers:
        raise Forbidden("record_by_yourself")


def told(count: int | None, threshold: int) -> int | None:
    """Return a number of people for everybody: None where nobody has counted, or where so few came that it is kept."""
    return count if count is not None and count >= threshold else None
