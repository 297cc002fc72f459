"""Writing what follows the decision: statuses, the roadmap, who follows."""

from participation.monitoring.services.following import follow, stop_all_news, unfollow
from participation.monitoring.services.roadmap import (
    StepDraft,
    add_step,
    change_step,
    move_step,
    note_done,
    remove_step,
    take_back_done,
)
from participation.monitoring.services.statuses import Report, check_may_report, may_report, report_status

__all__ = [
    "Report",
    "StepDraft",
    "add_step",
    "change_step",
    "check_may_report",
    "follow",
    "may_report",
    "move_step",
    "note_done",
    "remove_step",
    "report_status",
    "stop_all_news",
    "take_back_done",
    "unfollow",
]
