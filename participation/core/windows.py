"""Time windows: one half-open definition for the whole program."""

from dataclasses import dataclass
from datetime import UTC, datetime


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
