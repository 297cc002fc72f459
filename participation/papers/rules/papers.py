"""What a council paper states, how it is numbered, and which way it goes."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from participation.core.errors import Conflict, Invalid


class PaperKind(StrEnum):
    """What a paper is; in the order in which lists show them."""

    DECISION_PAPER = "decision_paper"
    REPORT = "report"
    MOTION = "motion"
    AMENDMENT = "amendment"
    INQUIRY = "inquiry"
    INFORMATION = "information"
    STATEMENT = "statement"


class PaperState(StrEnum):
    """Whether a paper is still written, has been issued to the council, or was taken back afterwards."""

    DRAFT = "draft"
    ISSUED = "issued"
    WITHDRAWN = "withdrawn"


class PaperAction(StrEnum):
    """What can be done to a paper as a whole."""

    ISSUE = "issue"
    WITHDRAW = "withdraw"


class YouthParticipation(StrEnum):
    """Whether children and young people were involved (section 47f GO SH); a paper may leave it open."""

    DONE = "done"
    NOT_DONE = "not_done"


class Nature(StrEnum):
    """A box of "the measure is"; several may be ticked."""

    NEW = "new"
    VOLUNTARY = "voluntary"
    PRESCRIBED = "prescribed"


class FinancialImpact(StrEnum):
    """A box of "financial impact"; a paper may leave it open."""

    YES = "yes"
    NO = "no"


class ClimateImpact(StrEnum):
    """A box of "climate impact"; a paper may leave it open."""

    NONE = "none"
    POSITIVE = "positive"
    NEGATIVE = "negative"
    BOTH = "both"


TRANSITIONS: Final[Mapping[tuple[PaperState, PaperAction], PaperState]] = {
    (PaperState.DRAFT, PaperAction.ISSUE): PaperState.ISSUED,
    (PaperState.ISSUED, PaperAction.WITHDRAW): PaperState.WITHDRAWN,
}

PUBLIC: Final = frozenset({PaperState.ISSUED, PaperState.WITHDRAWN})
"""States in which everybody reads a paper: one that was taken back stays where it was, and says so."""

MAX_DECISIONS: Final = 50
MAX_UNITS: Final = 50
MAX_VERSION: Final = 99

_NUMBER: Final = re.compile(r"VO/(?P<year>(?:19|20|21)[0-9]{2})/(?P<count>[0-9]{5})(?:-(?P<version>[0-9]{2}))?")


def next_state(state: PaperState, action: PaperAction) -> PaperState:
    """Return the state after `action`, or refuse with Conflict `paper_state`."""
    following = TRANSITIONS.get((state, action))
    if following is None:
        raise Conflict("paper_state", state=state.value, action=action.value)
    return following


def check_number(typed: str) -> str:
    """Return the number of a paper: VO/2021/09701, or VO/2021/09701-01 for a further version of it.

    Blanks around it and small letters are forgiven; nothing is filled in. Raises Invalid `paper_number`.
    """
    number = typed.strip().upper()
    found = _NUMBER.fullmatch(number)
    if found is None or found["version"] == "00":
        raise Invalid("paper_number", field="number")
    return number


def slug_of(number: str) -> str:
    """Return what stands in addresses for a number: vo-2021-09701-01."""
    return number.lower().replace("/", "-")


def next_version(numbers: Iterable[str], number: str) -> str:
    """Return the number of the next version of a paper, given all numbers that are taken.

    Raises Conflict `too_many_versions` after the ninety-ninth.
    """
    stem = number[:13]
    last = max((int(taken[14:] or 0) for taken in numbers if taken[:13] == stem), default=0)
    if last >= MAX_VERSION:
        raise Conflict("too_many_versions", highest=MAX_VERSION)
    return f"{stem}-{last + 1:02}"


def check_natures(ticked: Iterable[Nature] | None) -> list[str] | None:
    """Return the ticked boxes of "the measure is" in their order; None where it is not known which were ticked."""
    wanted = None if ticked is None else set(ticked)
    return [nature.value for nature in Nature if nature in wanted] if wanted else None


def check_basis(revision: int, based_on: int) -> None:
    """Refuse to write on the basis of something that somebody has changed in the meantime."""
    if based_on != revision:
        raise Conflict("paper_changed", revision=revision, based_on=based_on)
