"""The lifecycle of a proposal as one table."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from participation.core.errors import Conflict


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
