"""Local times as people type them."""

from datetime import UTC, datetime

import pytest

from participation.core.errors import Invalid
from participation.core.windows import local_at, moment_at


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


def test_a_time_that_the_clocks_show_twice_in_autumn_means_the_earlier_one() -> None:
    assert moment_at(clock("2026-10-25 02:30"), "Europe/Berlin") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
