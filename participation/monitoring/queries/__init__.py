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
from participation.monitoring.queries.news import (
    NewsOfProcess,
    followers_to_look_at,
    plan_behind,
    processes_with_news,
    unnoted_news,
)
from participation.monitoring.queries.roadmap import StepOnRoad, due_steps, hold_step, roadmap_of, step_of
from participation.monitoring.queries.statuses import (
    Board,
    Line,
    Wanted,
    board_of,
    current_statuses,
    narrowed,
    statuses_of,
    unreported_measures,
)

__all__ = [
    "Board",
    "Following",
    "Line",
    "NewsOfProcess",
    "StepOnRoad",
    "Wanted",
    "board_of",
    "carriers_of",
    "current_statuses",
    "due_steps",
    "follower_in",
    "followers_of",
    "followers_to_look_at",
    "following_of",
    "hold_follower",
    "hold_step",
    "last_news",
    "narrowed",
    "plan_behind",
    "processes_with_news",
    "roadmap_of",
    "statuses_of",
    "step_of",
    "unnoted_news",
    "unreported_measures",
]
