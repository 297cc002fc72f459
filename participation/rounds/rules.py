"""The lifecycle of a round as one table, and what a round allows when."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from participation.core.errors import Conflict, Invalid
from participation.core.windows import Window
from participation.rounds.kinds import KINDS, VOTING_TASKS, Eligibility, KindName, Task
from participation.tally.kinds import BallotKind

SMALL_GROUP: Final = 10
"""Below this many ballots a breakdown is suppressed and ballots go to named auditors only (promise 12)."""

STATE_FACT: Final = "state"
"""The fact of a suspension and of its end that says whether the round was open or closed meanwhile."""

CODES_FACT: Final = "codes"
BALLOTS_FACT: Final = "ballots"
"""The fact of a round's opening that names what was put to the vote, by code."""


RETENTION_DAYS: Final = 180
"""How long after the end of a round it is known who took part, unless its form says otherwise."""

LONGEST_RETENTION: Final = 3650


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
    CONFIRM_CONCLUSION = "confirm_conclusion"
    WITHDRAW_REQUEST = "withdraw_request"
    CONCLUDE = "conclude"
    SUSPEND = "suspend"
    RESUME = "resume"


class BatchKind(StrEnum):
    """On what a batch of participation codes is printed."""

    CARDS = "cards"
    SHEETS = "sheets"


TAKES_CODES: Final[Mapping[BatchKind, frozenset[Eligibility]]] = {
    BatchKind.CARDS: frozenset({Eligibility.CODES}),
    BatchKind.SHEETS: frozenset({Eligibility.CODES, Eligibility.OPEN}),
}
"""In which rounds codes of a kind are given out: sheets also where others join by e-mail, for people who have none."""


TRANSITIONS: Final[Mapping[tuple[RoundState, RoundAction], RoundState]] = {
    (RoundState.DRAFT, RoundAction.OPEN): RoundState.OPEN,
    (RoundState.OPEN, RoundAction.EXTEND): RoundState.OPEN,
    (RoundState.OPEN, RoundAction.CLOSE): RoundState.CLOSED,
    (RoundState.CLOSED, RoundAction.REQUEST_CONCLUSION): RoundState.CLOSED,
    (RoundState.CLOSED, RoundAction.CONFIRM_CONCLUSION): RoundState.CLOSED,
    (RoundState.CLOSED, RoundAction.WITHDRAW_REQUEST): RoundState.CLOSED,
    (RoundState.CLOSED, RoundAction.CONCLUDE): RoundState.CONCLUDED,
    **{
        (state, action): state
        for state in (RoundState.OPEN, RoundState.CLOSED)
        for action in (RoundAction.SUSPEND, RoundAction.RESUME)
    },
}
"""Nothing else assigns a round's state. A concluded round never changes again."""


def next_state(state: RoundState, action: RoundAction) -> RoundState:
    """Return the state after `action`, or refuse with Conflict `round_state`."""
    following = TRANSITIONS.get((state, action))
    if following is None:
        raise Conflict("round_state", state=state.value, action=action.value)
    return following


class Situation(StrEnum):
    """Where a round stands for a visitor, by its state and the clock."""

    PLANNED = "planned"
    NOT_YET = "not_yet"
    RUNNING = "running"
    SUSPENDED = "suspended"
    LAPSED = "lapsed"
    CLOSED = "closed"
    CONCLUDED = "concluded"


def situation(state: RoundState, window: Window, moment: datetime, *, is_suspended: bool) -> Situation:
    """Return where a round stands; `lapsed` is the moment between the end of its window and the close event."""
    if is_suspended:
        return Situation.SUSPENDED
    if state is not RoundState.OPEN:
        return _SITUATION_OF_STATE[state]
    if window.is_ahead(moment):
        return Situation.NOT_YET
    return Situation.LAPSED if window.is_over(moment) else Situation.RUNNING


_SITUATION_OF_STATE: Final[Mapping[RoundState, Situation]] = {
    RoundState.DRAFT: Situation.PLANNED,
    RoundState.CLOSED: Situation.CLOSED,
    RoundState.CONCLUDED: Situation.CONCLUDED,
}


def takes_part_now(state: RoundState, window: Window, moment: datetime, *, is_suspended: bool) -> bool:
    """Say whether contributions and ballots are accepted: open by event, not suspended, and inside the window."""
    return state is RoundState.OPEN and not is_suspended and moment in window


def check_not_suspended(*, is_suspended: bool) -> None:
    """Refuse what waits until people have decided how a restored round goes on: Conflict `suspended`."""
    if is_suspended:
        raise Conflict("suspended")


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
    task: Task,
    tasks: Collection[Task],
    state: RoundState,
    window: Window,
    moment: datetime,
    zone: str,
    *,
    is_suspended: bool,
) -> None:
    """Refuse a contribution to a round that does not ask for it, has not opened yet, is suspended or is over."""
    if task not in tasks:
        raise Conflict("task_not_in_round", task=task.value)
    if takes_part_now(state, window, moment, is_suspended=is_suspended):
        return
    check_not_suspended(is_suspended=is_suspended)
    if state is RoundState.DRAFT or window.is_ahead(moment):
        raise Conflict("round_not_open_yet", opens_at=window.opens_at, zone=zone)
    if window.is_over(moment):
        raise Conflict("round_over", closes_at=window.closes_at, zone=zone)
    raise Conflict("round_closed_early")


MAX_LIMIT: Final = 10_000
"""Above any number of options, points or participants that a round of a city could have."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a ballot may hold: choices for ranking and approval, points in all and per option, the highest score."""

    max_choices: int | None = None
    points: int | None = None
    max_per_option: int | None = None
    max_score: int | None = None


LIMITS_OF: Final[Mapping[BallotKind, tuple[str, ...]]] = {
    BallotKind.RANKING: ("max_choices",),
    BallotKind.APPROVAL: ("max_choices",),
    BallotKind.POINTS: ("points", "max_per_option"),
    BallotKind.SCORE: ("max_score",),
}
"""Which limits a ballot of each kind has; it has exactly these."""

HIGHEST_SCORE: Final = 5
"""The score ballot shows six answers, 0 to 5, with words at both ends."""


def check_ballot(tasks: Collection[Task], kind: BallotKind | None, limits: Limits) -> None:
    """Refuse a ballot where nothing is prioritised, none where something is, and limits that do not fit its kind."""
    if not VOTING_TASKS & set(tasks):
        if kind is not None:
            raise Invalid("ballot_without_task", field="ballot_kind")
        return
    if kind is None:
        raise Invalid("ballot_kind_missing", field="ballot_kind")
    for name in ("max_choices", "points", "max_per_option", "max_score"):
        value = getattr(limits, name)
        if name in LIMITS_OF[kind]:
            _check_limit(name, value, HIGHEST_SCORE if name == "max_score" else MAX_LIMIT)
        elif value is not None:
            raise Invalid("limit_not_of_ballot", field=name, kind=kind.value)
    if limits.points is not None and limits.max_per_option is not None and limits.max_per_option > limits.points:
        raise Invalid("more_per_option_than_points", field="max_per_option", points=limits.points)


def _check_limit(name: str, value: int | None, highest: int) -> None:
    if value is None:
        raise Invalid("limit_missing", field=name)
    if not 1 <= value <= highest:
        raise Invalid("limit_out_of_range", field=name, lowest=1, highest=highest)


def check_extension(state: RoundState, window: Window, closes_at: datetime, moment: datetime) -> None:
    """Refuse an extension that is none.

    Whether a round can still be extended is decided by its close event alone (promise 3): one whose window has just
    ended goes on if nobody has closed it yet.
    """
    next_state(state, RoundAction.EXTEND)
    if closes_at <= window.closes_at:
        raise Invalid("extension_not_later", field="closes_at", closes_at=window.closes_at.isoformat())
    if closes_at <= moment:
        raise Invalid("extension_in_the_past", field="closes_at")


REMIND_BEFORE: Final = timedelta(days=3)


def remind_from(window: Window) -> datetime:
    """Return from when on people are reminded of a round's end: three days, or the last third of a short one."""
    return window.closes_at - min(REMIND_BEFORE, (window.closes_at - window.opens_at) / 3)


TABLET_IDLE: Final = timedelta(minutes=5)
"""After so long without use a shared tablet forgets whoever votes on it."""

TABLET_LIFETIME: Final = timedelta(hours=12)
"""A workshop's day; a tablet that was forgotten in a drawer votes nowhere the day after."""


class Obstacle(StrEnum):
    """Why somebody cannot take part in a round; the door says what to do about it."""

    SIGN_IN = "sign_in"
    ENTER_CODE = "enter_code"
    ACCOUNT_NEEDED = "account_needed"
    CODE_NEEDED = "code_needed"
    CODE_OF_OTHER_ROUND = "code_of_other_round"
    CODE_REVOKED = "code_revoked"
    CODE_EXPIRED = "code_expired"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_NOT_VERIFIED = "account_not_verified"
    NOT_ON_ROLL = "not_on_roll"
    NO_MANDATE = "no_mandate"
    MANDATE_AHEAD = "mandate_ahead"
    MANDATE_OVER = "mandate_over"
    ORGANISATION_NOT_APPROVED = "organisation_not_approved"
    NO_DEPARTMENT = "no_department"
    SEVERAL_DEPARTMENTS = "several_departments"
    SEVERAL_ORGANISATIONS = "several_organisations"


REQUEST_FACT: Final = "request"
"""Name of the fact by which a withdrawal or a conclusion names the request that it answers."""

_ENDS_A_REQUEST: Final = frozenset({RoundAction.WITHDRAW_REQUEST, RoundAction.CONCLUDE})


@dataclass(frozen=True, slots=True)
class Step:
    """An event of a round as far as its conclusion is concerned; `answers` is the id of a request."""

    id: str
    action: RoundAction
    actor_id: str
    at: datetime
    answers: str | None = None


def pending_request(steps: Iterable[Step]) -> Step | None:
    """Return the request to conclude that was neither withdrawn nor carried out, None if there is none."""
    steps = list(steps)
    answered = {step.answers for step in steps if step.action in _ENDS_A_REQUEST}
    waiting = [step for step in steps if step.action is RoundAction.REQUEST_CONCLUSION and step.id not in answered]
    return waiting[-1] if waiting else None
