"""Local times as people type them."""

from datetime import UTC, datetime

import pytest

from participation.core.errors import Invalid
from participation.core.windows import clock_at, is_shown_twice, local_at, moment_at


def clock(shown: str) -> datetime:
    """Return what a clock shows, without knowing where it hangs."""
    return datetime.fromisoformat(shown)


@pytest.mark.parametrize(
    "local, zone, moment",
    [
        (clock("2026-12-12 18:00"), "Europe/Berlin", datetime(2026, 12, 12, 17, 0, tzinfo=UTC)),
        (clock("2026-07-01 18:00"), "Europe/Berlin", datetime(2026, 7, 1, 16, 0, tzinfo=UTC)),
        (clock("2026-07-01 18:00"), "Asia/Kathmandu", datetime(2026, 7, 1, 12, 15, tzinfo=UTC)),
        (clock("2026-03-29 03:00"), "Europe/Berlin", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
    ],
)
def test_a_typed_time_is_what_the_citys_clocks_show(local: datetime, zone: str, moment: datetime) -> None:
    assert moment_at(local, zone) == moment
    assert local_at(moment, zone) == local


def test_a_time_that_the_clocks_skip_in_spring_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        moment_at(clock("2026-03-29 02:30"), "Europe/Berlin", field="closes_at")
    assert (refusal.value.code, refusal.value.field) == ("time_skipped", "closes_at")
    assert refusal.value.facts == {"typed": "2026-03-29 02:30", "zone": "Europe/Berlin"}


FIRST, SECOND = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
"""Both are 02:30 in Berlin."""


@pytest.mark.parametrize("shown", ["2026-10-25 02:00", "2026-10-25 02:30", "2026-10-25 02:59"])
def test_a_time_that_the_clocks_show_twice_in_autumn_is_not_guessed(shown: str) -> None:
    with pytest.raises(Invalid) as refusal:
        moment_at(clock(shown), "Europe/Berlin", field="closes_at")
    assert (refusal.value.code, refusal.value.field) == ("time_twice", "closes_at")
    assert refusal.value.facts == {"typed": shown, "zone": "Europe/Berlin"}


@pytest.mark.parametrize(
    "moment", [FIRST, SECOND, SECOND.replace(second=17), datetime(2026, 7, 1, 16, 0, 9, tzinfo=UTC)]
)
def test_a_time_that_is_left_as_it_stands_means_what_it_meant(moment: datetime) -> None:
    shown = local_at(moment, "Europe/Berlin").replace(second=0)
    assert moment_at(shown, "Europe/Berlin", standing=moment) == moment


def test_only_the_repeated_hour_is_shown_twice() -> None:
    around = [FIRST.replace(minute=0), FIRST, SECOND, SECOND.replace(minute=59)]
    assert all(is_shown_twice(moment, "Europe/Berlin") for moment in around)
    before, after = datetime(2026, 10, 24, 23, 59, tzinfo=UTC), datetime(2026, 10, 25, 2, 0, tzinfo=UTC)
    skipped = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert not any(is_shown_twice(moment, "Europe/Berlin") for moment in (before, after, skipped))
    assert not is_shown_twice(FIRST, "UTC")


def test_a_line_for_programs_has_the_offset_where_the_clock_is_not_enough() -> None:
    assert clock_at(FIRST, "Europe/Berlin") == "2026-10-25 02:30+0200 Europe/Berlin"
    assert clock_at(SECOND, "Europe/Berlin") == "2026-10-25 02:30+0100 Europe/Berlin"
    assert clock_at(SECOND, "UTC") == "2026-10-25 01:30 UTC"
