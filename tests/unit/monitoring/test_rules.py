"""When steps fall due, where a proposal goes on, and when somebody is told."""

from datetime import UTC, date, datetime, timedelta

import pytest

from participation.core.errors import Conflict, Invalid
from participation.monitoring.rules import (
    GATHERING,
    PAUSE,
    Done,
    Repeat,
    Told,
    check_can_be_done,
    due_day,
    goes_on_in,
    is_time_to_tell,
)

FIRST = date(2024, 2, 29)
NOW = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
ONCE, YEARLY, SECOND_YEAR = Repeat.ONCE, Repeat.YEARLY, Repeat.EVERY_TWO_YEARS


@pytest.mark.parametrize(
    "repeat, due",
    [
        (ONCE, [FIRST, None]),
        (YEARLY, [FIRST, date(2025, 2, 28), date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29)]),
        (SECOND_YEAR, [FIRST, date(2026, 2, 28), date(2028, 2, 29)]),
    ],
)
def test_steps_come_round_by_their_first_day(repeat: Repeat, due: list[date | None]) -> None:
    last: Done | None = None
    for day in due:
        assert due_day(FIRST, repeat, last) == day
        last = Done(day, (day or FIRST) + timedelta(days=400))  # however late it was done
    assert due_day(None, repeat, None) is None
    assert due_day(None, repeat, last) is None


@pytest.mark.parametrize(
    "first, repeat, last, due",
    [
        (date(2024, 5, 1), SECOND_YEAR, Done(date(2026, 5, 1), date(2026, 5, 7)), date(2028, 5, 1)),
        (date(2024, 5, 1), YEARLY, Done(date(2026, 5, 1), date(2026, 4, 20)), date(2027, 5, 1)),
        (date(2024, 6, 15), YEARLY, Done(date(2026, 5, 1), date(2026, 5, 7)), date(2027, 6, 15)),
        (date(2027, 1, 15), SECOND_YEAR, Done(date(2026, 5, 1), date(2026, 5, 7)), date(2027, 1, 15)),
        (date(2027, 1, 15), YEARLY, Done(date(2024, 5, 1), date(2027, 3, 1)), date(2027, 1, 15)),
        (date(2027, 1, 15), YEARLY, Done(None, date(2026, 5, 7)), date(2027, 1, 15)),
        (date(2024, 1, 15), SECOND_YEAR, Done(None, date(2026, 1, 15)), date(2028, 1, 15)),
    ],
)
def test_a_new_rhythm_or_day_counts_from_the_last_time(first: date, repeat: Repeat, last: Done, due: date) -> None:
    assert due_day(first, repeat, last) == due


def test_a_step_of_the_last_year_of_all_has_a_day_too() -> None:
    last = date(9999, 5, 1)
    assert due_day(last, YEARLY, Done(last, last)) == last
    assert due_day(date(9998, 5, 1), YEARLY, Done(None, last)) == last


def test_a_step_is_done_once_after_the_last_time_and_not_ahead() -> None:
    today, last = date(2026, 11, 20), date(2026, 11, 1)
    check_can_be_done(YEARLY, 1, today, last, today)
    with pytest.raises(Conflict, match="step_done"):
        check_can_be_done(ONCE, 1, today, last, today)
    with pytest.raises(Invalid, match="step_done_before_last"):
        check_can_be_done(YEARLY, 1, last, last, today)
    with pytest.raises(Invalid, match="day_ahead"):
        check_can_be_done(ONCE, 0, today + timedelta(days=1), None, today)


def test_a_proposal_goes_on_through_merging_and_splitting() -> None:
    merged, parts = {"a": "b", "e": "f"}, {"b": ["c", "d", "e"]}
    assert goes_on_in(merged, parts, "a") == {"a", "b", "c", "d", "e", "f"}
    assert goes_on_in(merged, parts, "c") == {"c"}
    assert goes_on_in({"x": "y", "y": "x"}, {}, "x") == {"x", "y"}


@pytest.mark.parametrize(
    "mailed, oldest, is_time",
    [
        (None, GATHERING, True),
        (None, GATHERING - timedelta(seconds=1), False),
        (PAUSE, GATHERING, True),
        (PAUSE - timedelta(seconds=1), GATHERING, False),
        (-timedelta(hours=1), GATHERING, True),
        (None, -timedelta(hours=1), True),
    ],
)
def test_news_are_told_after_a_while_and_not_too_often(
    mailed: timedelta | None, oldest: timedelta, *, is_time: bool
) -> None:
    told = Told(3, None if mailed is None else NOW - mailed)
    assert is_time_to_tell(told, NOW - oldest, NOW) is is_time
