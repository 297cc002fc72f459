"""Money that is carried over pays for later years: what is said of it adds up."""

from flask import Flask

from participation.app import create_app
from participation.budgeting.rules.amendments import freed_by
from participation.budgeting.rules.measures import Document
from participation.budgeting.wording import REASONS
from participation.config import Settings

YEARS = (2029, 2030, 2031, 2032)


def app() -> Flask:
    return create_app(Settings.for_tests())


def money(cents: int) -> str:
    return f"{cents // 100} EUR"


def plan(lapsed: tuple[int, ...], carried_out: tuple[int, ...], spent: tuple[int, ...]) -> Document:
    rows = zip(YEARS, lapsed, carried_out, spent, strict=True)
    return {
        "by_year": [
            {"year": year, "lapsed_cents": lost, "carried_out_cents": carried, "spent_cents": paid}
            for year, lost, carried, paid in rows
        ]
    }


def test_what_an_earlier_year_has_eaten_is_not_free_later() -> None:
    before = plan((0, 0, 0, 0), (20, 40, 60, 20), (30, 30, 30, 90))
    after = plan((0, 0, 0, 0), (18, 36, 54, 20), (32, 32, 32, 84))
    assert freed_by(before, after) == []


def test_what_lapses_is_free_in_its_year_and_what_is_carried_where_the_plan_ends() -> None:
    before = plan((0, 5, 0, 0), (0, 0, 10, 10), (10, 5, 10, 10))
    after = plan((7, 5, 0, 0), (0, 0, 14, 14), (3, 5, 6, 10))
    assert freed_by(before, after) == [{"year": 2029, "cents": 7}, {"year": 2032, "cents": 4}]


def test_why_a_measure_is_out_names_the_best_start_and_the_year_that_lacks_money() -> None:
    facts = {"start_year": 2027, "short_year": 2027, "cost_cents": 900, "left_cents": 200, "missing_cents": 700}
    with app().test_request_context():
        plain = REASONS["no_year_fits"](facts, money)
        later = REASONS["no_year_fits"](facts | {"short_year": 2029}, money)
        carried = REASONS["no_year_fits"](facts | {"short_year": 2032, "left_cents": 0, "missing_cents": 1_200}, money)
    assert plain == (
        "Does not start: even in the best year, 2027, it needs 9 EUR and only 2 EUR are left; 7 EUR are missing."
    )
    assert later == (
        "Does not start: even with its best start, in 2027, it needs 9 EUR in 2029 and only 2 EUR are left; "
        "7 EUR are missing."
    )
    assert carried == (
        "Does not start: even with its best start, in 2027, 12 EUR are missing by 2032, because what is carried over "
        "is spent already."
    )
