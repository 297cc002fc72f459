"""The steps of a round stand in its bundle in the order of its life, whatever the clocks said."""

from datetime import UTC, datetime, timedelta

from participation.results.rules.bundle_documents import Happened, in_their_order
from participation.rounds.rules import RoundAction

START = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)


def step(action: RoundAction, hour: int, *, while_open: bool = False) -> Happened:
    return Happened(action, START + timedelta(hours=hour), None, while_open=while_open)


def test_a_suspension_stands_where_the_round_was_suspended() -> None:
    steps = [
        step(RoundAction.CONCLUDE, 9),
        step(RoundAction.CLOSE, 6),
        step(RoundAction.SUSPEND, 7),
        step(RoundAction.RESUME, 8),
        step(RoundAction.SUSPEND, 2, while_open=True),
        step(RoundAction.RESUME, 3, while_open=True),
        step(RoundAction.EXTEND, 4),
        step(RoundAction.OPEN, 0),
    ]
    assert [(one.action.value, one.while_open) for one in in_their_order(steps)] == [
        ("open", False),
        ("suspend", True),
        ("resume", True),
        ("extend", False),
        ("close", False),
        ("suspend", False),
        ("resume", False),
        ("conclude", False),
    ]
