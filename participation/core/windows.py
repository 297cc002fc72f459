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


def moment_at(local: datetime, zone: str, *, field: str | None = None) -> datetime:
    """Return the UTC moment that a clock in `zone` shows as `local` (naive, as people type it).

    A time that the clock skips in spring is refused with Invalid `time_skipped`. One that it shows twice in autumn
    means the earlier of the two: a form can only ask for what is on the clock, and pages show the zone's name with
    its offset, so that the reading can be seen and moved by an hour.
    """
    tz = ZoneInfo(zone)
    if not MINYEAR < local.year < MAXYEAR:  # at the ends of the calendar not every zone has a date
        return local.replace(tzinfo=UTC)
    moment = local.replace(tzinfo=tz, fold=0).astimezone(UTC)
    if moment.astimezone(tz).replace(tzinfo=None) != local:
        raise Invalid("time_skipped", field=field, typed=local.isoformat(sep=" ", timespec="minutes"), zone=zone)
    return moment


def local_at(moment: datetime, zone: str) -> datetime:
    """Return what a clock in `zone` shows at `moment`, naive, for the inputs of forms."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
