"""What a reader sees differently in a measure's costs and in its standing in the plan."""

from collections.abc import Mapping
from typing import Any, Final

import pytest

from participation.app import create_app
from participation.config import Settings
from participation.documents.blocks import words_of
from participation.papers.composing.measures import changed_facts
from participation.papers.composing.words import Speech

SPEECH: Final = Speech(("en",), "EUR")
COSTING: Final = {
    **dict.fromkeys(("low_cents", "high_cents", "years", "cover_source", "posts_hundredths", "feasibility")),
    **dict.fromkeys(("statement", "note", "first_month", "last_month")),
    "revision": 1,
    "once_cents": 100_00,
    "annual_cents": 0,
    "needs_post": False,
    "currency": "EUR",
    "quality": "calculated",
    "cover": "open",
}
REASON: Final = {"start_year": 2028, "cost_cents": 1_000_00, "left_cents": 5_000_00, "tried": []}
PLANNED: Final = {
    "status": "starts",
    "start_year": 2028,
    "by_hand": None,
    "reason": {"code": "settled_in", "facts": REASON},
}


def seen(name: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[tuple[str, str, str]]:
    with create_app(Settings.for_tests()).test_request_context("/?lang=en"):
        pairs = changed_facts(name, before, after, SPEECH)
        return [(words_of(now.label), words_of(was.value), words_of(now.value)) for was, now in pairs]


def test_a_plan_that_gives_the_same_year_for_another_reason_says_which() -> None:
    later = PLANNED | {"reason": {"code": "settled_in", "facts": REASON | {"left_cents": 4_000_00}}}
    [(label, before, after)] = seen("plan", PLANNED, later)
    assert label == "Why"
    assert "€5,000" in before
    assert "€4,000" in after


@pytest.mark.parametrize(
    "name, before, after",
    [
        ("plan", PLANNED, PLANNED | {"reason": {"code": "settled_in", "facts": REASON | {"tried": [2027]}}}),
        ("costing", COSTING, COSTING | {"revision": 2}),
    ],
)
def test_what_no_reader_sees_is_no_difference(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    assert seen(name, before, after) == []


def test_costs_name_what_is_different_in_them() -> None:
    assert seen("costing", COSTING, COSTING | {"first_month": "2028-03"}) == [("First month", "", "March 2028")]
