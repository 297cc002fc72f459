"""The lifecycle of a round and what a round may ask."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from participation.core.errors import Conflict, Invalid
from participation.core.windows import Window
from participation.rounds.kinds import KINDS, Eligibility, KindName, Task
from participation.rounds.rules import (
    TRANSITIONS,
    Limits,
    RoundAction,
    RoundState,
    Situation,
    check_ballot,
    check_extension,
    check_tasks,
    next_state,
    situation,
    takes_part_now,
)
from participation.tally.kinds import BallotKind

NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
DAY = timedelta(days=1)
WINDOW = Window(NOON - DAY, NOON + DAY)

ALLOWED = {
    RoundState.DRAFT: {RoundAction.OPEN: RoundState.OPEN},
    RoundState.OPEN: {
        RoundAction.EXTEND: RoundState.OPEN,
        RoundAction.CLOSE: RoundState.CLOSED,
        RoundAction.SUSPEND: RoundState.OPEN,
        RoundAction.RESUME: RoundState.OPEN,
    },
    RoundState.CLOSED: {
        RoundAction.REQUEST_CONCLUSION: RoundState.CLOSED,
        RoundAction.WITHDRAW_REQUEST: RoundState.CLOSED,
        RoundAction.CONFIRM_CONCLUSION: RoundState.CLOSED,
        RoundAction.CONCLUDE: RoundState.CONCLUDED,
        RoundAction.SUSPEND: RoundState.CLOSED,
        RoundAction.RESUME: RoundState.CLOSED,
    },
    RoundState.CONCLUDED: {},
}
"""Written out a second time on purpose: a slip in the table of the rules shows up here."""


@pytest.mark.parametrize("state", RoundState)
@pytest.mark.parametrize("action", RoundAction)
def test_every_action_in_every_state_moves_on_or_is_refused(state: RoundState, action: RoundAction) -> None:
    following = ALLOWED[state].get(action)
    if following is not None:
        assert next_state(state, action) is following
        return
    with pytest.raises(Conflict) as refusal:
        next_state(state, action)
    assert refusal.value.code == "round_state"
    assert refusal.value.facts == {"state": state.value, "action": action.value}


def test_nothing_leads_out_of_a_concluded_round() -> None:
    assert not [action for state, action in TRANSITIONS if state is RoundState.CONCLUDED]


def test_only_record_event_assigns_a_rounds_state() -> None:
    package = Path(__file__).parents[3] / "participation"
    assigning = re.compile(r"round_?\.state\s*=[^=]")
    found = [
        path.relative_to(package).as_posix() for path in package.rglob("*.py") if assigning.search(path.read_text())
    ]
    assert found == ["rounds/services/lifecycle.py"]


@pytest.mark.parametrize(
    "state, moment, expected",
    [
        (RoundState.DRAFT, NOON, Situation.PLANNED),
        (RoundState.DRAFT, NOON + 2 * DAY, Situation.PLANNED),
        (RoundState.OPEN, NOON - 2 * DAY, Situation.NOT_YET),
        (RoundState.OPEN, WINDOW.opens_at, Situation.RUNNING),
        (RoundState.OPEN, WINDOW.closes_at - timedelta(microseconds=1), Situation.RUNNING),
        (RoundState.OPEN, WINDOW.closes_at, Situation.LAPSED),
        (RoundState.CLOSED, NOON, Situation.CLOSED),
        (RoundState.CONCLUDED, NOON, Situation.CONCLUDED),
    ],
)
def test_where_a_round_stands_follows_from_its_state_and_the_clock(
    state: RoundState, moment: datetime, expected: Situation
) -> None:
    assert situation(state, WINDOW, moment, is_suspended=False) is expected
    assert takes_part_now(state, WINDOW, moment, is_suspended=False) is (expected is Situation.RUNNING)


@pytest.mark.parametrize("state", [RoundState.OPEN, RoundState.CLOSED])
def test_a_suspended_round_takes_nothing_whatever_the_clock_says(state: RoundState) -> None:
    assert situation(state, WINDOW, NOON, is_suspended=True) is Situation.SUSPENDED
    assert not takes_part_now(state, WINDOW, NOON, is_suspended=True)


@pytest.mark.parametrize("kind", KindName)
def test_a_round_asks_only_what_its_kind_allows(kind: KindName) -> None:
    way = next(iter(KINDS[kind].eligibility))
    for task in Task:
        if task in KINDS[kind].allows:
            check_tasks(kind, {task}, way)
        else:
            with pytest.raises(Invalid, match="task_not_of_kind"):
                check_tasks(kind, {task}, way)
    for other in set(Eligibility) - KINDS[kind].eligibility:
        with pytest.raises(Invalid, match="eligibility_not_of_kind"):
            check_tasks(kind, {Task.COMMENT}, other)


def test_a_round_asks_something_and_prioritises_one_thing_only() -> None:
    with pytest.raises(Invalid, match="tasks_missing"):
        check_tasks(KindName.ONLINE, set(), Eligibility.OPEN)
    with pytest.raises(Invalid, match="two_things_to_prioritise"):
        check_tasks(KindName.ONLINE, {Task.PRIORITISE_GOALS, Task.PRIORITISE_MEASURES}, Eligibility.OPEN)


VOTE = {Task.PRIORITISE_MEASURES}


@pytest.mark.parametrize(
    "kind, limits",
    [
        (BallotKind.RANKING, Limits(max_choices=8)),
        (BallotKind.APPROVAL, Limits(max_choices=1)),
        (BallotKind.POINTS, Limits(points=25, max_per_option=5)),
        (BallotKind.POINTS, Limits(points=5, max_per_option=5)),
        (BallotKind.SCORE, Limits(max_score=5)),
    ],
)
def test_each_kind_of_ballot_has_its_own_limits(kind: BallotKind, limits: Limits) -> None:
    check_ballot(VOTE, kind, limits)


@pytest.mark.parametrize(
    "tasks, kind, limits, code, field",
    [
        (VOTE, None, Limits(), "ballot_kind_missing", "ballot_kind"),
        ({Task.COMMENT}, BallotKind.RANKING, Limits(max_choices=3), "ballot_without_task", "ballot_kind"),
        (VOTE, BallotKind.RANKING, Limits(), "limit_missing", "max_choices"),
        (VOTE, BallotKind.RANKING, Limits(max_choices=0), "limit_out_of_range", "max_choices"),
        (VOTE, BallotKind.RANKING, Limits(max_choices=10_001), "limit_out_of_range", "max_choices"),
        (VOTE, BallotKind.RANKING, Limits(max_choices=3, points=5), "limit_not_of_ballot", "points"),
        (VOTE, BallotKind.POINTS, Limits(points=10), "limit_missing", "max_per_option"),
        (VOTE, BallotKind.POINTS, Limits(points=4, max_per_option=5), "more_per_option_than_points", "max_per_option"),
        (VOTE, BallotKind.SCORE, Limits(max_score=6), "limit_out_of_range", "max_score"),
        (VOTE, BallotKind.SCORE, Limits(max_score=5, max_choices=2), "limit_not_of_ballot", "max_choices"),
    ],
)
def test_a_ballot_with_limits_that_do_not_fit_is_refused_at_the_input(
    tasks: Any, kind: BallotKind | None, limits: Limits, code: str, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        check_ballot(tasks, kind, limits)
    assert (refusal.value.code, refusal.value.field) == (code, field)


def test_an_extension_moves_the_end_into_the_future() -> None:
    check_extension(RoundState.OPEN, WINDOW, WINDOW.closes_at + DAY, NOON)


def test_a_round_whose_end_has_just_passed_is_extended_while_nobody_has_closed_it() -> None:
    check_extension(RoundState.OPEN, WINDOW, NOON + 3 * DAY, NOON + 2 * DAY)


@pytest.mark.parametrize(
    "closes_at, moment, code",
    [
        (WINDOW.closes_at, NOON, "extension_not_later"),
        (WINDOW.closes_at - DAY, NOON, "extension_not_later"),
        (WINDOW.closes_at + DAY, WINDOW.closes_at + 2 * DAY, "extension_in_the_past"),
        (WINDOW.closes_at + DAY, WINDOW.closes_at + DAY, "extension_in_the_past"),
    ],
)
def test_what_is_no_extension_is_refused(closes_at: datetime, moment: datetime, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        check_extension(RoundState.OPEN, WINDOW, closes_at, moment)


@pytest.mark.parametrize("state", sorted(set(RoundState) - {RoundState.OPEN}))
def test_only_an_open_round_is_extended(state: RoundState) -> None:
    with pytest.raises(Conflict, match="round_state"):
        check_extension(state, WINDOW, WINDOW.closes_at + DAY, NOON)
