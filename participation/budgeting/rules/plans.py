"""The life of a plan and what can be decided in it by hand."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from participation.core.errors import Conflict

MOST_YEARS: Final = 20
"""A plan over more years would say nothing that anybody can mean."""


class PlanState(StrEnum):
    """Whether a plan can still be changed."""

    DRAFT = "draft"
    SETTLED = "settled"


class PlanAction(StrEnum):
    """What is done with a plan."""

    EDIT = "edit"
    SETTLE = "settle"
    DISCARD = "discard"


TRANSITIONS: Final[Mapping[tuple[PlanState, PlanAction], PlanState | None]] = MappingProxyType(
    {
        (PlanState.DRAFT, PlanAction.EDIT): PlanState.DRAFT,
        (PlanState.DRAFT, PlanAction.SETTLE): PlanState.SETTLED,
        (PlanState.DRAFT, PlanAction.DISCARD): None,
    }
)
"""A settled plan stays as it is; what changes is a further plan that is based on it."""


class PlanOrigin(StrEnum):
    """Whose plan it is."""

    PLANNED = "planned"
    AMENDED = "amended"
    """The council changed the plan on which it is based."""


class Choice(StrEnum):
    """What was decided by hand about one measure."""

    STARTS = "starts"
    """In a year that is named, whatever its place in the ranking."""
    LATER = "later"
    """Not within the years of the plan; it stays on the list for the time after it."""
    OUT = "out"
    BY_THE_RANKING = "by_the_ranking"
    """A decision by hand is taken back."""


def next_state(state: PlanState, action: PlanAction) -> PlanState | None:
    """Return the state after an action, None where the plan is gone; raises Conflict `plan_is_settled`."""
    if (state, action) not in TRANSITIONS:
        raise Conflict("plan_is_settled", action=action.value)
    return TRANSITIONS[state, action]
