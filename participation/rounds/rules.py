"""The lifecycle of a round as one table, and what a round allows when."""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from participation.core.errors import Conflict, Invalid
from participation.core.windows import Window
from participation.rounds.kinds import KINDS, Eligibility, KindName, Task


class RoundState(StrEnum):
    """Where a round stands."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    CONCLUDED = "concluded"


class RoundAction(StrEnum):
    """What can be done to a round; each leaves an event."""

    OPEN = "open"
    EXTEND = "extend"
    CLOSE = "close"
    REQUEST_CONCLUSION = "request_conclusion"
    WITHDRAW_REQUEST = "withdraw_request"
    CONCLUDE = "conclude"


TRANSITIONS: Final[Mapping[tuple[RoundState, RoundAction], RoundState]] = {
    (RoundState.DRAFT, RoundAction.OPEN): RoundState.OPEN,
    (RoundState.OPEN, RoundAction.EXTEND): RoundState.OPEN,
    (RoundState.OPEN, RoundAction.CLOSE): RoundState.CLOSED,
    (RoundState.CLOSED, RoundAction.REQUEST_CONCLUSION): RoundState.CLOSED,
    (RoundState.CLOSED, RoundAction.WITHDRAW_REQUEST): RoundState.CLOSED,
    (RoundState.CLOSED, RoundAction.CONCLUDE): RoundState.CONCLUDED,
}
"""Nothing else assigns a round's state. A concluded round never changes again."""


def next_state(state: RoundState, action: RoundAction) -> RoundState:
    """Return the state after `action`, or refuse with Conflict `round_state`."""
    following = TRANSITIONS.get((state, action))
    if following is None:
        raise Conflict("round_state", state=state.value, action=action.value)
    return following


def takes_part_now(state: RoundState, window: Window, moment: datetime) -> bool:
    """Say whether contributions and ballots are accepted: open by event, and inside the window."""
    return state is RoundState.OPEN and moment in window


def check_tasks(kind: KindName, tasks: Collection[Task], eligibility: Eligibility) -> None:
    """Refuse tasks or eligibility that the kind does not have, and two things to prioritise at once."""
    allowed = KINDS[kind]
    if not tasks:
        raise Invalid("tasks_missing", field="tasks")
    for task in tasks:
        if task not in allowed.allows:
            raise Invalid("task_not_of_kind", field="tasks", task=task.value, kind=kind.value)
    if {Task.PRIORITISE_GOALS, Task.PRIORITISE_MEASURES} <= set(tasks):
        raise Invalid("two_things_to_prioritise", field="tasks")
    if eligibility not in allowed.eligibility:
        raise Invalid("eligibility_not_of_kind", field="eligibility", eligibility=eligibility.value, kind=kind.value)


def check_takes_part(
    task: Task, tasks: Collection[Task], state: RoundState, window: Window, moment: datetime, zone: str
) -> None:
    """Refuse a contribution to a round that does not ask for it, has not opened yet or is over."""
    if task not in tasks:
        raise Conflict("task_not_in_round", task=task.value)
    if takes_part_now(state, window, moment):
        return
    if state is RoundState.DRAFT or window.is_ahead(moment):
        raise Conflict("round_not_open_yet", opens_at=window.opens_at, zone=zone)
    if window.is_over(moment):
        raise Conflict("round_over", closes_at=window.closes_at, zone=zone)
    raise Conflict("round_closed_early")
