"""Concluding rounds and declaring joint rankings."""

from participation.results.services.conclusion import (
    conclude_round,
    request_conclusion,
    withdraw_conclusion_request,
)
from participation.results.services.counting import count_round
from participation.results.services.declaration import declare_joint_ranking, withdraw_joint_ranking

__all__ = [
    "conclude_round",
    "count_round",
    "declare_joint_ranking",
    "request_conclusion",
    "withdraw_conclusion_request",
    "withdraw_joint_ranking",
]
