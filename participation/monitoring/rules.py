"""What holds after the decision: where a measure can stand, when steps fall due, and how often somebody is told."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, timedelta
from enum import StrEnum
from typing import Final

from participation.core.errors import Conflict, Invalid
from participation.proposals.rules import ProposalKind, ProposalState


class MeasureState(StrEnum):
    """Where a measure stands after the decision, in the order in which lists count."""

    DONE = "done"
    RUNNING = "running"
    IN_PREPARATION = "in_preparation"
    PLANNED = "planned"
    DEFERRED = "deferred"
    DROPPED = "dropped"


IN_PROGRESS: Final = (
    MeasureState.PLANNED,
    MeasureState.IN_PREPARATION,
    MeasureState.RUNNING,
    MeasureState.DONE,
    MeasureState.DEFERRED,
    MeasureState.DROPPED,
)
"""The states in the order in which a measure goes through them, for forms."""

NEEDS_REASON: Final = frozenset({MeasureState.DEFERRED, MeasureState.DROPPED})
"""What takes a measure away from people, for now or for good, says why, in public."""

EARLIEST: Final = date(1990, 1, 1)
"""Nothing that is followed up here began before; an earlier day is a slip of the hand."""

MAX_STEPS: Final = 100
MAX_REVISIONS: Final = 1_000
"""So often at most is the status of one measure reported."""


def check_can_be_tracked(kind: ProposalKind, state: ProposalState) -> None:
    """Refuse a status of what is no measure, or of one that was not admitted or is no longer there by itself."""
    if kind is not ProposalKind.MEASURE:
        raise Invalid("only_measures_have_status")
    if state is not ProposalState.ADMITTED:
        raise Conflict("only_admitted_measures_have_status", state=state.value)


def check_day(day: date, today: date, *, field: str) -> None:
    """Refuse a day that lies ahead, since what will be is a plan, or one that cannot be meant."""
    if day > today:
        raise Invalid("day_ahead", field=field, day=day.isoformat())
    if day < EARLIEST:
        raise Invalid("day_too_early", field=field, day=day.isoformat(), earliest=EARLIEST.isoformat())


def check_reason(state: MeasureState, reasons: Mapping[str, str], *, field: str) -> None:
    """Refuse to defer or drop a measure without saying why."""
    if state in NEEDS_REASON and not any(words.strip() for words in reasons.values()):
        raise Invalid("status_reason_missing", field=field, status=state.value)


def check_basis(revision: int, based_on: int) -> None:
    """Refuse to report over a status that was not on the screen."""
    if revision != based_on:
        raise Conflict("status_changed", revision=revision, based_on=based_on)


class Repeat(StrEnum):
    """How often a step of the roadmap comes round."""

    ONCE = "once"
    YEARLY = "yearly"
    EVERY_TWO_YEARS = "every_two_years"


_YEARS: Final[Mapping[Repeat, int]] = {Repeat.YEARLY: 1, Repeat.EVERY_TWO_YEARS: 2}


@dataclass(frozen=True, slots=True)
class Done:
    """A time that a step was done: the day on which it had been due, None if nobody had said, and when it was done."""

    due_on: date | None
    done_on: date


def due_day(first: date | None, repeat: Repeat, last: Done | None) -> date | None:
    """Return when a step falls due that was done the last time so; None if nobody has said or it is over.

    The days of a step that comes round follow from the one that was due the last time, by the rhythm that holds now: a
    year's delay does not move the next, and a new rhythm counts from there. They fall on the day of the year of
    the first one, the 29th of February on the 28th in other years. A first day that was moved behind the last time is
    the next.
    """
    if first is None or last is None:
        return first
    if repeat is Repeat.ONCE:
        return None
    if first > max(last.done_on, last.due_on or last.done_on):
        return first
    if last.due_on is not None:
        return _day_of_year(first, max(first.year, last.due_on.year + _YEARS[repeat]))
    return next(
        day
        for year in range(first.year, MAXYEAR + _YEARS[repeat], _YEARS[repeat])
        if (day := _day_of_year(first, year)) > last.done_on or day.year == MAXYEAR
    )


def _day_of_year(first: date, year: int) -> date:
    try:
        return first.replace(year=min(year, MAXYEAR))
    except ValueError:
        return first.replace(year=min(year, MAXYEAR), day=28)


def is_over(repeat: Repeat, done: int) -> bool:
    """Say whether a step is done for good."""
    return repeat is Repeat.ONCE and done > 0


def check_can_be_done(repeat: Repeat, done: int, done_on: date, last_on: date | None, today: date) -> None:
    """Refuse what is done already, what lies ahead, and a time before the last one."""
    if is_over(repeat, done):
        raise Conflict("step_done")
    check_day(done_on, today, field="done_on")
    if last_on is not None and done_on <= last_on:
        raise Invalid("step_done_before_last", field="done_on", last=last_on.isoformat())


def goes_on_in(
    merged_into: Mapping[str, str], parts: Mapping[str, Collection[str]], proposal_id: str
) -> frozenset[str]:
    """Return in which proposals one lives on: itself, what it was merged into, what it was split into, and so on.

    `merged_into` leads from a merged proposal to the one it went into, `parts` from a split one to its parts.
    """
    found, ahead = set(), [proposal_id]
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            ahead += [merged_into[one]] if one in merged_into else parts.get(one, ())
    return frozenset(found)


GATHERING: Final = timedelta(minutes=30)
"""So long news wait for further ones, and for a slip to be put right, before a mail tells them."""
PAUSE: Final = timedelta(hours=20)
"""So long nobody gets a further mail about the same process: about one a day."""
MOST_TOLD: Final = 20
"""So many news are named in one mail; it says how many there are beyond them, and where to read them."""
MOST_FOLLOWED: Final = 200
"""So many proposals of a process can somebody follow one by one; whoever wants more follows the process."""


@dataclass(frozen=True, slots=True)
class Told:
    """Up to which news somebody was told, and when."""

    until: int
    at: datetime | None


def is_time_to_tell(told: Told, oldest_at: datetime, now: datetime) -> bool:
    """Say whether a mail is due for news of which the oldest is from `oldest_at`.

    A clock that was put back must not keep anybody waiting: a mail from the future does not count.
    """
    rested = told.at is None or told.at > now or told.at + PAUSE <= now
    return rested and (oldest_at + GATHERING <= now or oldest_at > now)
