"""Concluding rounds and declaring joint rankings."""

from participation.results.services.background import (
    COUNT_ROUND,
    apart,
    keep_count,
    restart_count,
    stop_count,
    take_up_count,
)
from participation.results.services.bundle_files import AUDITORS, EDITIONS, PUBLIC, bundle_files, hand_out_to_auditor
from participation.results.services.bundles import (
    PUBLISH_BUNDLES,
    has_bundles,
    keep_bundle,
    prepare_ranking,
    prepare_round,
    unpublished_rankings,
    unpublished_rounds,
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
    counted_profiles,
    evaluated,
    open_box,
)
from participation.results.services.declaration import declare_joint_ranking, withdraw_joint_ranking
from participation.results.services.joint import ADD_STATISTICS
from participation.results.services.statistics import evidence_of, keep_statistics

__all__ = [
    "ADD_STATISTICS",
    "AUDITORS",
    "COUNT_ROUND",
    "EDITIONS",
    "PUBLIC",
    "PUBLISH_BUNDLES",
    "apart",
    "box_refusals",
    "bundle_files",
    "conclude_counted_round",
    "conclude_round",
    "confirm_conclusion",
    "count_round",
    "counted_profile",
    "counted_profiles",
    "declare_joint_ranking",
    "evaluated",
    "evidence_of",
    "hand_out_to_auditor",
    "has_bundles",
    "keep_bundle",
    "keep_count",
    "keep_statistics",
    "open_box",
    "prepare_ranking",
    "prepare_round",
    "request_conclusion",
    "restart_count",
    "stop_count",
    "take_up_count",
    "unpublished_rankings",
    "unpublished_rounds",
    "withdraw_conclusion_request",
    "withdraw_joint_ranking",
]
