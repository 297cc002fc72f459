"""What pages say about a gathering: what it is called, when it is, and who was there."""

from collections.abc import Callable, Mapping
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_time
from flask_babel import gettext as _

from participation.gatherings.models import Gathering
from participation.gatherings.rules import GatheringKind, Presence
from participation.texts.queries import Wording, wording
from participation.web.locale import current_language, reader_languages
from participation.web.rendering import day_in_words, moment_in_words


def kind_in_words(kind: GatheringKind) -> str:
    """Return what kind of meeting it is."""
    return _KINDS[kind]()


def presence_in_words(presence: Presence) -> str:
    """Return whether somebody was there."""
    return _PRESENCES[presence]()


def name_of(gathering: Gathering) -> Wording | str:
    """Return the title of a gathering, or what it is where it has none."""
    if gathering.title is None:
        zone = ZoneInfo(gathering.process.time_zone)
        return _(
            "%(kind)s, %(day)s",
            kind=kind_in_words(gathering.kind),
            day=day_in_words(gathering.starts_at.astimezone(zone).date()),
        )
    return wording(gathering.title, reader_languages(gathering.process.default_language))


def time_of(gathering: Gathering) -> str:
    """Return day, beginning and end; the day of the end only where it is another one."""
    zone = gathering.process.time_zone
    starts, ends = (moment.astimezone(ZoneInfo(zone)) for moment in (gathering.starts_at, gathering.ends_at))
    begins = moment_in_words(gathering.starts_at, zone)
    if starts.date() != ends.date():
        return _("%(begins)s, until %(ends)s", begins=begins, ends=moment_in_words(gathering.ends_at, zone))
    until = format_time(ends, "HH:mm", locale=current_language().babel)
    return _("%(begins)s, until %(hour)s", begins=begins, hour=until)


_KINDS: Final[Mapping[GatheringKind, Callable[[], str]]] = {
    GatheringKind.SESSION: lambda: _("Session"),
    GatheringKind.WORKSHOP: lambda: _("Workshop day"),
    GatheringKind.ASSISTED: lambda: _("Assisted session"),
}

_PRESENCES: Final[Mapping[Presence, Callable[[], str]]] = {
    Presence.PRESENT: lambda: _("present"),
    Presence.EXCUSED: lambda: _("excused"),
    Presence.ABSENT: lambda: _("absent"),
}
