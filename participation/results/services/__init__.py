"""Concluding rounds and declaring joint rankings."""

from participation.results.services.background import (
    COUNT_ROUND,
    apart,
    keep_count,
    restart_count,
    stop_count,
    take_up_count,
)
from participation.results.services.conclusion import (
    conclude_counted_round,
    conclude_round,
    confirm_conclusion,
    request_conclusion,
    withdraw_conclusion_request,
)
from participation.results.services.counting import (
    box_refusals,
    count_round,
    counted_profile,
    evaluated,
    open_box,
)
from participation.results.services.declaration import declare_joint_ranking, withdraw_joint_ranking
from participation.results.services.joint import ADD_STATISTICS
from participation.results.services.statistics import evidence_of, keep_statistics

__all__ = [
    "ADD_STATISTICS",
    "COUNT_ROUND",
    "apart",
    "box_refusals",
    "conclude_counted_round",
    "conclude_round",
    "confirm_conclusion",
    "count_round",
    "counted_profile",
    "declare_joint_ranking",
    "evaluated",
    "evidence_of",
    "keep_count",
    "keep_statistics",
    "open_box",
    "request_conclusion",
    "restart_count",
    "stop_count",
    "take_up_count",
    "withdraw_conclusion_request",
    "withdraw_joint_ranking",
]
