"""Time windows: one half-open definition for the whole program."""

from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from zoneinfo import ZoneInfo

from participation.core.errors import Invalid


@dataclass(frozen=True, slots=True)
class Window:
    """The time from `opens_at` (included) to `closes_at` (excluded), both aware.

    The SQL twin is rounds.queries.within_window; both are tested on the same cases.
    """

    opens_at: datetime
    closes_at: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.opens_at <= moment < self.closes_at

    def is_over(self, moment: datetime) -> bool:
        """Say whether the window has ended at `moment`."""
        return moment >= self.closes_at

    def is_ahead(self, moment: datetime) -> bool:
        """Say whether the window has not begun at `moment`."""
        return moment < self.opens_at


def utcnow() -> datetime:
    """Return the present moment, aware, in UTC; only entry points ask for it."""
    return datetime.now(UTC)


def moment_at(local: datetime, zone: str, *, field: str | None = None, standing: datetime | None = None) -> datetime:
    """Return the UTC moment that a clock in `zone` shows as `local` (naive, as people type it).

    A time that the clock skips in spring is refused with Invalid `time_skipped`, one that it shows twice in autumn
    with `time_twice`: which of the two was meant is not guessed. `standing` is the moment that was there before; a
    form that shows it and is sent back as it was still means it, to the second and whichever of two it is.
    """
    tz = ZoneInfo(zone)
    if not MINYEAR < local.year < MAXYEAR:  # at the ends of the calendar not every zone has a date
        return local.replace(tzinfo=UTC)
    if standing is not None and local_at(standing, zone).replace(second=0, microsecond=0) == local:
        return standing
    moment = local.replace(tzinfo=tz, fold=0).astimezone(UTC)
    typed = local.isoformat(sep=" ", timespec="minutes")
    if moment.astimezone(tz).replace(tzinfo=None) != local:
        raise Invalid("time_skipped", field=field, typed=typed, zone=zone)
    if is_shown_twice(moment, zone):
        raise Invalid("time_twice", field=field, typed=typed, zone=zone)
    return moment


def is_shown_twice(moment: datetime, zone: str) -> bool:
    """Say whether clocks in `zone` show the same at another moment, because they are put back that night."""
    local = moment.astimezone(ZoneInfo(zone))
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def clock_at(moment: datetime, zone: str) -> str:
    """Return what a clock in `zone` shows, with the zone's name, for lines that programs read too.

    The offset stands with a time that the clock shows twice.
    """
    shown = moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M%z")
    return f"{shown if is_shown_twice(moment, zone) else shown[:16]} {zone}"


def local_at(moment: datetime, zone: str) -> datetime:
    """Return what a clock in `zone` shows at `moment`, naive, for the inputs of forms."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
