"""When a gathering can be: days that every zone has, and a length that people can mean."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from participation.core.errors import Invalid
from participation.core.windows import Window
from participation.gatherings.rules import MAX_LENGTH, check_window

EVE = datetime(2026, 11, 20, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    "begins, ends, field",
    [
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), EVE, "starts_at"),
        (datetime(1999, 12, 31, 23, 59, tzinfo=UTC), EVE, "starts_at"),
        (EVE, datetime(9999, 12, 31, 23, 59, tzinfo=UTC), "ends_at"),
        (EVE, datetime(9999, 12, 31, 23, 59, tzinfo=timezone(-timedelta(hours=14))), "ends_at"),
        (EVE, EVE, "ends_at"),
        (EVE, EVE + MAX_LENGTH + timedelta(seconds=1), "ends_at"),
    ],
)
def test_days_at_the_edge_of_the_calendar_and_endless_meetings_are_refused(
    begins: datetime, ends: datetime, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        check_window(Window(begins, ends))
    assert refused.value.field == field


def test_an_evening_and_the_longest_one_are_taken_in_utc() -> None:
    local = EVE.astimezone(timezone(timedelta(hours=2)))
    assert check_window(Window(local, EVE + MAX_LENGTH)) == Window(EVE, EVE + MAX_LENGTH)
