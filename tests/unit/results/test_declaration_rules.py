"""Which rounds may be weighed together, and how."""

import pytest

from participation.core.errors import Conflict, Invalid
from participation.results.rules.declaration import (
    LARGEST_WEIGHT,
    RoundToWeigh,
    check_declaration,
    check_slug,
    check_weights,
)
from participation.rounds.kinds import Task
from participation.rounds.rules import RoundState

MEASURES = Task.PRIORITISE_MEASURES
STEERING = RoundToWeigh("steering", "city", MEASURES, RoundState.DRAFT)


def test_whole_numbers_of_which_one_counts_are_weights() -> None:
    check_weights({"steering": 0, "online": 1, "forum": LARGEST_WEIGHT})


@pytest.mark.parametrize(
    "weights,code",
    [
        ({}, "rounds_to_weigh_missing"),
        ({"steering": 0, "online": 0}, "all_weights_zero"),
        ({"steering": -1, "online": 2}, "weight_out_of_range"),
        ({"steering": LARGEST_WEIGHT + 1}, "weight_out_of_range"),
        ({"steering": True}, "weight_out_of_range"),
        ({"steering": 0.5}, "weight_out_of_range"),
    ],
)
def test_weights_that_say_nothing_are_refused(weights: dict[str, int], code: str) -> None:
    with pytest.raises(Invalid, match=code):
        check_weights(weights)


@pytest.mark.parametrize("slug", ["joint", "joint-measures", "2026"])
def test_a_short_name_fits_into_an_address(slug: str) -> None:
    assert check_slug(slug) == slug


@pytest.mark.parametrize("slug", ["", "Joint", "joint measures", "-joint", "joint-", "a--b", "ä", "a" * 65, "a\n"])
def test_other_short_names_are_refused(slug: str) -> None:
    with pytest.raises(Invalid, match="ranking_slug"):
        check_slug(slug)


@pytest.mark.parametrize("state", [RoundState.OPEN, RoundState.CLOSED, RoundState.CONCLUDED])
def test_weights_come_too_late_once_a_round_was_opened(state: RoundState) -> None:
    opened = RoundToWeigh("online", "city", MEASURES, state)
    with pytest.raises(Conflict, match=r"weights_after_opening.*online"):
        check_declaration("city", MEASURES, [STEERING, opened])


@pytest.mark.parametrize(
    "other,code",
    [
        (RoundToWeigh("online", "other", MEASURES, RoundState.DRAFT), "round_of_other_process"),
        (RoundToWeigh("online", "city", Task.PRIORITISE_GOALS, RoundState.DRAFT), "round_asks_otherwise"),
        (RoundToWeigh("online", "city", None, RoundState.DRAFT), "round_asks_otherwise"),
    ],
)
def test_rounds_must_be_of_the_process_and_ask_the_same(other: RoundToWeigh, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        check_declaration("city", MEASURES, [STEERING, other])


def test_comments_are_not_ranked() -> None:
    with pytest.raises(Invalid, match="task_not_ranked"):
        check_declaration("city", Task.COMMENT, [STEERING])
