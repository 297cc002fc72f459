"""Reading what follows the decision."""

from participation.monitoring.queries.following import (
    Following,
    carriers_of,
    follower_in,
    followers_of,
    following_of,
    hold_follower,
    last_news,
)
from participation.monitoring.queries.roadmap import StepOnRoad, hold_step, roadmap_of, step_of
from participation.monitoring.queries.statuses import (
    Board,
    Line,
    Wanted,
    board_of,
    current_statuses,
    narrowed,
    silent_measures,
    statuses_of,
)

__all__ = [
    "Board",
    "Following",
    "Line",
    "StepOnRoad",
    "Wanted",
    "board_of",
    "carriers_of",
    "current_statuses",
    "follower_in",
    "followers_of",
    "following_of",
    "hold_follower",
    "hold_step",
    "last_news",
    "narrowed",
    "roadmap_of",
    "silent_measures",
    "statuses_of",
    "step_of",
]
