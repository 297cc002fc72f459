"""Where measures stand and when steps are due, in the reader's words."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from babel.lists import format_list
from flask_babel import gettext as _
from flask_babel import ngettext

from participation.monitoring.models import MeasureStatus
from participation.monitoring.queries import Board, StepOnRoad
from participation.monitoring.rules import MeasureState, Repeat
from participation.web.locale import current_language
from participation.web.rendering import day_in_words


def state_name(state: MeasureState | None) -> str:
    """Return where a measure stands as a short word; None is one of which nobody has said anything.

    Templates say the latter themselves: Jinja would work out a filter of a constant once, for its first reader.
    """
    return _STATES[state]() if state else _("nothing said yet")


def state_kind(state: MeasureState | None) -> str:
    """Return the kind of badge that goes with it."""
    return _KINDS.get(state, "plain") if state else "plain"


def status_sentence(status: MeasureStatus) -> str:
    """Return where a measure stands and since when."""
    return _SENTENCES[status.state](day_in_words(status.since))


def repeat_name(repeat: Repeat) -> str:
    """Return how often a step comes round."""
    return _REPEATS[repeat]()


def rhythm_sentence(repeat: Repeat, due_on: date | None) -> str:
    """Return how often a step comes round, and when it would be due next."""
    if due_on is None:
        return repeat_name(repeat)
    return _("%(rhythm)s, next due on %(day)s", rhythm=repeat_name(repeat), day=day_in_words(due_on))


def due_sentence(road: StepOnRoad) -> str:
    """Return when a step is due next and after that; nothing where nobody has said or it is over."""
    if road.due_on is None:
        return ""
    day = day_in_words(road.due_on)
    if road.due_after is None:
        return _("Due on %(day)s", day=day)
    return _("Due on %(day)s, after that on %(next)s.", day=day, next=day_in_words(road.due_after))


def board_sentence(board: Board) -> str:
    """Return how many measures stand where, as one sentence."""
    parts = [_COUNTS[state](count) for state, count in board.counts.items()]
    if not parts:
        return ngettext(
            "%(num)s measure was admitted. Nobody has said yet where it stands.",
            "%(num)s measures were admitted. Nobody has said yet where they stand.",
            len(board.lines),
        )
    return ngettext(
        "%(num)s measure was admitted: %(counts)s.",
        "%(num)s measures were admitted: %(counts)s.",
        len(board.lines),
        counts=format_list(parts, locale=current_language().babel),
    )


def silence_sentence(board: Board) -> str:
    """Return of how many nobody has said anything, where something was said of others; nothing where all are known."""
    if not board.silent or not board.counts:
        return ""
    return ngettext(
        "Nobody has said yet where %(num)s of them stands.",
        "Nobody has said yet where %(num)s of them stand.",
        board.silent,
    )


_STATES: Final[Mapping[MeasureState, Callable[[], str]]] = {
    MeasureState.DONE: lambda: _("done"),
    MeasureState.RUNNING: lambda: _("running"),
    MeasureState.IN_PREPARATION: lambda: _("in preparation"),
    MeasureState.PLANNED: lambda: _("planned"),
    MeasureState.DEFERRED: lambda: _("deferred"),
    MeasureState.DROPPED: lambda: _("dropped"),
}

_KINDS: Final[Mapping[MeasureState, str]] = {
    MeasureState.DONE: "success",
    MeasureState.RUNNING: "success",
    MeasureState.IN_PREPARATION: "info",
    MeasureState.PLANNED: "info",
    MeasureState.DEFERRED: "warning",
    MeasureState.DROPPED: "danger",
}

_SENTENCES: Final[Mapping[MeasureState, Callable[[str], str]]] = {
    MeasureState.DONE: lambda day: _("Done since %(day)s", day=day),
    MeasureState.RUNNING: lambda day: _("Running since %(day)s", day=day),
    MeasureState.IN_PREPARATION: lambda day: _("In preparation since %(day)s", day=day),
    MeasureState.PLANNED: lambda day: _("Planned since %(day)s", day=day),
    MeasureState.DEFERRED: lambda day: _("Deferred since %(day)s", day=day),
    MeasureState.DROPPED: lambda day: _("Dropped on %(day)s", day=day),
}

_COUNTS: Final[Mapping[MeasureState, Callable[[int], str]]] = {
    MeasureState.DONE: lambda n: ngettext("%(num)s is done", "%(num)s are done", n),
    MeasureState.RUNNING: lambda n: ngettext("%(num)s is running", "%(num)s are running", n),
    MeasureState.IN_PREPARATION: lambda n: ngettext("%(num)s is in preparation", "%(num)s are in preparation", n),
    MeasureState.PLANNED: lambda n: ngettext("%(num)s is planned", "%(num)s are planned", n),
    MeasureState.DEFERRED: lambda n: ngettext("%(num)s was deferred", "%(num)s were deferred", n),
    MeasureState.DROPPED: lambda n: ngettext("%(num)s was dropped", "%(num)s were dropped", n),
}

_REPEATS: Final[Mapping[Repeat, Callable[[], str]]] = {
    Repeat.ONCE: lambda: _("Once"),
    Repeat.YEARLY: lambda: _("Every year"),
    Repeat.EVERY_TWO_YEARS: lambda: _("Every two years"),
}
