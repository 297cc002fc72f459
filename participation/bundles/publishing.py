"""Which ballots are published one by one: many ones, and short ones."""

from collections.abc import Mapping
from typing import Any, Final

FEWEST_BALLOTS: Final = 10
"""Fewer could be matched to people who are known to have voted."""

MOST_MARKED: Final = 6
"""A longer ballot can be filled in so that its pattern tells its author, who could sell it."""


def most_marked(ballot: Mapping[str, Any], options: int) -> int:
    """Return how many options one ballot can mark; `ballot` is its kind and limits as documents carry them.

    >>> most_marked({"kind": "ranking", "k": 5}, 60), most_marked({"kind": "score", "max": 5}, 60)
    (5, 60)
    >>> most_marked({"kind": "points", "points": 10, "max": 3}, 4)
    4
    """
    limit = {"ranking": "k", "approval": "k", "points": "points"}.get(ballot["kind"])
    return options if limit is None else min(ballot[limit], options)


def are_short(ballot: Mapping[str, Any], options: int) -> bool:
    """Say whether a ballot is too short for its pattern to tell its author."""
    return most_marked(ballot, options) <= MOST_MARKED


def publishes_ballots(ballots: int, ballot: Mapping[str, Any], options: int) -> bool:
    """Say whether so many ballots of this kind are published one by one; else they go to named auditors only."""
    return ballots >= FEWEST_BALLOTS and are_short(ballot, options)
