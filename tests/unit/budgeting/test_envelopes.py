"""Which money there is in which year, where decisions come on top of one another or replace each other."""

from dataclasses import replace
from datetime import date

import pytest

from participation.budgeting.rules.envelopes import (
    Grant,
    Mode,
    effective,
    envelope_faults,
    granted_by_year,
    in_order,
    read_as,
    shown_years,
)

START = Grant("E1", 10_000_000, 2021, None, Mode.ADDITIVE, carries_over=False, decided_on=date(2020, 9, 24))
MORE = Grant("E2", 12_000_000, 2022, None, Mode.ADDITIVE, carries_over=False, decided_on=date(2021, 3, 25))
TOTAL = replace(MORE, mode=Mode.REPLACING)


def by_year(*grants: Grant, years: range = range(2020, 2024)) -> list[int]:
    return [year.cents for year in granted_by_year(grants, years)]


def test_120000_on_top_and_120000_in_total_are_both_possible() -> None:
    assert by_year(START, MORE) == [0, 10_000_000, 22_000_000, 22_000_000]
    assert by_year(START, TOTAL) == [0, 10_000_000, 12_000_000, 12_000_000]
    assert by_year(*read_as([START, MORE], Mode.REPLACING)) == by_year(START, TOTAL)


def test_the_table_says_which_decision_replaced_which() -> None:
    rows = granted_by_year([TOTAL, START], [2021, 2022])
    assert [row.by_code for row in rows] == [(("E1", 10_000_000),), (("E2", 12_000_000),)]
    assert [row.replaced for row in rows] == [(), (("E1", "E2"),)]


def test_a_replacing_decision_leaves_the_years_around_it_and_what_comes_later() -> None:
    one_year = replace(TOTAL, last_year=2022)
    later = replace(MORE, code="E3", cents=500_000, decided_on=date(2022, 1, 1))
    assert by_year(START, one_year, later) == [0, 10_000_000, 12_500_000, 10_500_000]


def test_a_replacing_decision_without_money_takes_it_away() -> None:
    assert by_year(START, replace(TOTAL, cents=0)) == [0, 10_000_000, 0, 0]


def test_the_order_is_that_of_the_decisions_and_not_of_their_entry() -> None:
    same_day = replace(TOTAL, decided_on=START.decided_on)
    assert in_order([same_day, START]) == [START, same_day]
    assert effective([same_day, START]) == effective([START, same_day])
    earlier = replace(TOTAL, decided_on=date(2019, 1, 1))
    assert by_year(START, earlier) == [0, 10_000_000, 22_000_000, 22_000_000], "nothing was there to be replaced"


def test_a_table_ends_where_nothing_changes_any_more() -> None:
    assert list(shown_years([START, MORE])) == [2021, 2022, 2023]
    assert list(shown_years([])) == []


def test_a_table_over_many_years_leaves_out_the_oldest_and_ends_with_the_present_money() -> None:
    old = replace(START, first_year=2000, last_year=2003)
    now = replace(MORE, first_year=2026)
    years = shown_years([old, now])
    assert (years[-1], len(years)) == (2027, 22)
    assert granted_by_year([old, now], years)[-1].cents == 12_000_000


@pytest.mark.parametrize(
    "code, cents, years, paper, faults",
    [
        ("E1", 0, (2021, None), "", []),
        ("E1", -1, (2021, None), "", ["negative_amount"]),
        ("E1", 10**14, (2021, None), "", ["amount_too_large"]),
        ("E 1", 1, (2021, None), "", ["short_name_not_possible"]),
        ("E1", 1, (2021, 2020), "", ["ends_before_it_starts"]),
        ("E1", 1, (21, None), "", ["year_out_of_range"]),
        ("E1", 1, (2021, None), "{{7*7}}", ["not_a_paper_reference"]),
        ("E1", 1, (2021, None), "VO/2021/09701-01", []),
        ("E1", 1, (2021, None), "ABCDEF/2021/123456" + "-111" * 4, []),
        ("E1", 1, (2021, None), "VO/2021/1" + "-1" * 9, ["not_a_paper_reference"]),
        ("E1", 1, (2021, None), "VO/2021/1" + "-111" * 8, ["not_a_paper_reference"]),
    ],
)
def test_what_is_wrong_with_a_decision_is_named(
    code: str, cents: int, years: tuple[int, int | None], paper: str, faults: list[str]
) -> None:
    assert [fault.code for fault in envelope_faults(code, cents, *years, paper)] == faults
