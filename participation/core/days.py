"""Calendar days that a council can mean."""

from datetime import date
from typing import Final

from participation.core.errors import Invalid

EARLIEST_YEAR: Final = 1990
LATEST_YEAR: Final = 2150
"""Between these a council has decided or will discuss; what is outside was mistyped."""


def check_day(day: date, *, field: str) -> date:
    """Return a day that can be meant; raises Invalid `day_not_possible`."""
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise Invalid("day_not_possible", field=field, lowest=EARLIEST_YEAR, highest=LATEST_YEAR)
    return day


def check_past_day(day: date, today: date, *, field: str) -> date:
    """Return a day on which something was decided; raises Invalid `day_not_possible`, `decided_ahead`."""
    if check_day(day, field=field) > today:
        raise Invalid("decided_ahead", field=field)
    return day
