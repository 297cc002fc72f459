"""Schemas, names and limits of a bundle's files."""

import re
from typing import Final

BUNDLE: Final = "participation/bundle/1"
ROUND: Final = "participation/bundle-round/1"
COUNTS: Final = "participation/bundle-counts/1"
RANKING: Final = "participation/bundle-ranking/1"
STATISTICS: Final = "participation/bundle-statistics/1"
JOINT: Final = "participation/bundle-joint/1"
JOINT_RANKING: Final = "participation/bundle-joint-ranking/1"

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
BALLOTS_FILE: Final = "ballots.jsonl"
COUNTS_FILE: Final = "counts.json"
JOINT_FILE: Final = "joint.json"
MODERATION_FILE: Final = "moderation.jsonl"
RANKING_FILE: Final = "ranking.json"
ROUND_FILE: Final = "round.json"
STATISTICS_FILE: Final = "statistics.json"

ROUND_FILES: Final = (BALLOTS_FILE, COUNTS_FILE, MODERATION_FILE, RANKING_FILE, ROUND_FILE, STATISTICS_FILE)
"""Files of a round's bundle that its manifest names."""

JOINT_FILES: Final = (JOINT_FILE, RANKING_FILE, STATISTICS_FILE)
"""Files of a joint ranking's bundle that its manifest names."""

ROUNDS_FOLDER: Final = "rounds"
GOALS_FOLDER: Final = "goals"
ROUND_NAME: Final = re.compile(r"[a-z0-9_-]{1,100}")

LARGEST_BUNDLE: Final = 2 * 2**30
LARGEST_MANIFEST: Final = 2**20
LARGEST_DOCUMENT: Final = 64 * 2**20
LONGEST_LINE: Final = 64 * 2**10

STEPS: Final = (
    "container",
    "canonical",
    "manifest",
    "files",
    "signature",
    "fingerprint",
    "declaration",
    "ballots",
    "root",
    "counts",
    "ranking",
)
"""Steps of a verification by name, from 1."""
