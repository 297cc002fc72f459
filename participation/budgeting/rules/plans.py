"""The life of a plan and what can be decided in it by hand."""

import re
from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from participation.budgeting.rules.envelopes import year_faults
from participation.core.errors import Conflict, Faults, Invalid
from participation.core.money import in_ascii_digits

MOST_YEARS: Final = 20
"""A plan over more years would say nothing that anybody can mean."""


class PlanState(StrEnum):
    """Whether a plan can still be changed."""

    DRAFT = "draft"
    SETTLED = "settled"


class PlanStanding(StrEnum):
    """How a plan stands with the council.

    `replaced` is one that the council adopted before the one in force, `earlier` one that was overtaken before the
    council decided about it.
    """

    DRAFT = "draft"
    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    REJECTED = "rejected"
    EARLIER = "earlier"


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


def check_plan(first_year: int, last_year: int, minimum: Fraction | None) -> None:
    """Refuse years that no city plans for and a least score that no measure can have, every fault with its input."""
    faults = year_faults(first_year, last_year)
    if not faults and last_year - first_year >= MOST_YEARS:
        faults.append(Invalid("too_many_years", field="last_year", most=MOST_YEARS))
    if minimum is not None and not 0 < minimum <= 1:
        faults.append(Invalid("minimum_out_of_range", field="minimum"))
    Faults.refuse(faults)


def parse_minimum(typed: str, *, field: str = "minimum") -> Fraction | None:
    """Read a share in percent as people write it (55, 55 %, 55,5); nothing typed is no minimum."""
    text = in_ascii_digits(typed).removesuffix("%").strip()
    if not text:
        return None
    if re.fullmatch(r"[0-9]{1,3}(?:[.,][0-9]{1,2})?", text) is None:
        raise Invalid("not_a_share", field=field, typed=typed)
    return Fraction(text.replace(",", ".")) / 100
