"""Names for what the page of a round counts and lists."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from flask_babel import gettext as _

from participation.ballots.sentences import channel_name
from participation.rounds.rules import RoundAction
from participation.rounds.sentences import class_name
from participation.web.rendering import day_in_words


def days(by_day: Mapping[date, int | None]) -> list[tuple[str, int | None]]:
    """Return counts by day, in their order."""
    return [(day_in_words(day, weekday=True), count) for day, count in sorted(by_day.items())]


def channels(by_channel: Mapping[str, int | None]) -> list[tuple[str, int | None]]:
    """Return counts by channel."""
    return [(channel_name(name), count) for name, count in sorted(by_channel.items())]


def classes(by_class: Mapping[str, int | None]) -> list[tuple[str, int | None]]:
    """Return counts by class of participants."""
    return [(class_name(name), count) for name, count in sorted(by_class.items())]


def action_name(action: RoundAction) -> str:
    """Return what was done to a round."""
    return _ACTIONS[action]()


_ACTIONS: Final[Mapping[RoundAction, Callable[[], str]]] = {
    RoundAction.OPEN: lambda: _("opened"),
    RoundAction.EXTEND: lambda: _("extended"),
    RoundAction.CLOSE: lambda: _("closed"),
    RoundAction.REQUEST_CONCLUSION: lambda: _("conclusion asked for"),
    RoundAction.CONFIRM_CONCLUSION: lambda: _("conclusion confirmed, ballots are being counted"),
    RoundAction.WITHDRAW_REQUEST: lambda: _("request for the conclusion withdrawn"),
    RoundAction.CONCLUDE: lambda: _("concluded"),
    RoundAction.SUSPEND: lambda: _("suspended, because it was restored from a backup"),
    RoundAction.RESUME: lambda: _("resumed"),
}
