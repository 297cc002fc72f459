"""The lifecycle of a proposal as one table, and what has to hold for its decisions."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from participation.core.errors import Conflict, Invalid
from participation.core.wording import NAME, TextShape, searchable

PARTNERS: Final = TextShape("partners", 500, one_line=True, required=False)
UNIT: Final = TextShape("unit", NAME.maximum, one_line=True, required=False)


class ProposalKind(StrEnum):
    """What is proposed."""

    GOAL = "goal"
    MEASURE = "measure"


class ProposalState(StrEnum):
    """Where a proposal stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ADMITTED = "admitted"
    MERGED = "merged"
    SPLIT = "split"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class ProposalAction(StrEnum):
    """What can be done to a proposal; each leaves an event."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    ADMIT = "admit"
    MERGE = "merge"
    SPLIT = "split"
    DECLINE = "decline"
    REVISE = "revise"


class Capacity(StrEnum):
    """As what somebody declares an interest."""

    AUTHOR = "author"
    ORGANISATION = "organisation"
    DEPARTMENT = "department"
    STEERING = "steering"
    OFFICE = "office"


OFFICIAL_CAPACITIES: Final = frozenset({Capacity.DEPARTMENT, Capacity.STEERING, Capacity.OFFICE})

TRANSITIONS: Final[Mapping[tuple[ProposalState, ProposalAction], ProposalState]] = {
    (ProposalState.DRAFT, ProposalAction.SUBMIT): ProposalState.SUBMITTED,
    (ProposalState.DRAFT, ProposalAction.REVISE): ProposalState.DRAFT,
    (ProposalState.DRAFT, ProposalAction.WITHDRAW): ProposalState.WITHDRAWN,
    (ProposalState.SUBMITTED, ProposalAction.REVISE): ProposalState.SUBMITTED,
    (ProposalState.SUBMITTED, ProposalAction.WITHDRAW): ProposalState.WITHDRAWN,
    (ProposalState.SUBMITTED, ProposalAction.ADMIT): ProposalState.ADMITTED,
    (ProposalState.SUBMITTED, ProposalAction.MERGE): ProposalState.MERGED,
    (ProposalState.SUBMITTED, ProposalAction.SPLIT): ProposalState.SPLIT,
    (ProposalState.SUBMITTED, ProposalAction.DECLINE): ProposalState.DECLINED,
    (ProposalState.ADMITTED, ProposalAction.REVISE): ProposalState.ADMITTED,
    (ProposalState.ADMITTED, ProposalAction.MERGE): ProposalState.MERGED,
    (ProposalState.ADMITTED, ProposalAction.SPLIT): ProposalState.SPLIT,
    (ProposalState.ADMITTED, ProposalAction.DECLINE): ProposalState.DECLINED,
}

NEEDS_REASON: Final = frozenset({ProposalAction.MERGE, ProposalAction.SPLIT, ProposalAction.DECLINE})
"""Decisions that take something away from its authors say why, in public."""


def next_state(state: ProposalState, action: ProposalAction) -> ProposalState:
    """Return the state after `action`, or refuse with Conflict `proposal_state`."""
    following = TRANSITIONS.get((state, action))
    if following is None:
        raise Conflict("proposal_state", state=state.value, action=action.value)
    return following


IN_THE_HANDS_OF_ITS_AUTHOR: Final = frozenset({ProposalState.DRAFT, ProposalState.SUBMITTED})
"""Until the decision its author may reword it; afterwards officials do."""

LIVE: Final = frozenset({ProposalState.SUBMITTED, ProposalState.ADMITTED})
"""Proposals that can be talked about and can take in others."""

MIN_PARTS: Final = 2
MAX_PARTS: Final = 8
_OWN_CODE: Final = re.compile(r"^P([0-9]{1,9})$")


def next_code(taken: Iterable[str]) -> str:
    """Return the code after the highest of ours among `taken`: P001, P002 and so on; imported codes do not count."""
    numbers = [int(match[1]) for code in taken if (match := _OWN_CODE.match(code))]
    return f"P{max(numbers, default=0) + 1:03d}"


def check_basis(revision: int, based_on: int) -> None:
    """Refuse to decide or reword on the basis of a wording that is no longer the present one."""
    if based_on != revision:
        raise Conflict("proposal_changed", revision=revision, based_on=based_on)


def check_parts(count: int) -> None:
    """A proposal is split into two or more, and into few enough to be read."""
    if not MIN_PARTS <= count <= MAX_PARTS:
        raise Invalid("number_of_parts", field="parts", count=count, minimum=MIN_PARTS, maximum=MAX_PARTS)


def check_merge(*, same: bool, same_kind: bool, state: ProposalState, into_state: ProposalState) -> None:
    """Refuse to merge things that cannot stand for each other.

    What has been admitted is merged into something admitted only, so that nothing decided becomes open again.
    """
    if same:
        raise Invalid("merged_into_itself", field="into")
    if not same_kind:
        raise Invalid("merged_kinds_differ", field="into")
    wanted = {ProposalState.ADMITTED} if state is ProposalState.ADMITTED else LIVE
    if into_state not in wanted:
        raise Invalid("merge_target_not_live", field="into", state=into_state.value)


def letter_triples(title: str) -> frozenset[str]:
    """Return the three-letter pieces of a title's words, folded; what title_likeness compares."""
    words = re.findall(r"\w+", searchable(title))
    return frozenset(f" {word} "[place : place + 3] for word in words for place in range(len(word)))


def title_likeness(one: frozenset[str], other: frozenset[str]) -> int:
    """Return how much of two titles is the same, in percent: shared letter triples over all of both (Jaccard).

    It compares spelling, not meaning; pages that show it say so.
    """
    together = len(one | other)
    return 100 * len(one & other) // together if together else 0
