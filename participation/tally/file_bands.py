"""Bands for ballots that come from a file: the same computation as for a concluded round, with a seed of their own.

A concluded round's seed is the hash of its ballots with their receipts, which a file does not have. Here it is the
SHA-256 of the round's name and pairwise counts, [name, counts] as canonical JSON (names sorted, no blanks, UTF-8): a
matter of the ballots alone, in any order, different for different rounds, and named in the result. With another seed,
such as the one that a published result names, the bands are that result's.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from participation.tally.bands import Band, bands
from participation.tally.bootstrap import draw_round, joint_draws
from participation.tally.counts import PairwiseCounts
from participation.tally.joint import Weight
from participation.tally.jsonlines import CountedRound
from participation.tally.scoring import RankedOption


@dataclass(frozen=True, slots=True)
class FileBands:
    """The bands of all ranked options, and what they were drawn from."""

    by_option: Mapping[str, Band]
    seeds: Mapping[str, bytes]


def file_bands(
    rounds: Mapping[str, CountedRound],
    weights: Mapping[str, Weight],
    ranking: Sequence[RankedOption],
    seeds: Mapping[str, bytes] | None = None,
) -> FileBands:
    """Draw bands for the joint ranking of counted rounds by win rates; `seeds` by round, where they are given."""
    used = {name: (seeds or {}).get(name) or counts_seed(name, one.counts) for name, one in rounds.items()}
    draws = {name: draw_round(one.contributions, used[name]) for name, one in rounds.items()}
    found = bands(ranking, joint_draws(draws, weights))
    return FileBands({band.option: band for band in found}, used)


def counts_seed(name: str, counts: PairwiseCounts) -> bytes:
    """The SHA-256 of a round's name and counts as canonical JSON.

    >>> counts_seed("online", PairwiseCounts.none(["a"])).hex()[:16]
    '6bd8a9fe12e381ec'
    """
    text = json.dumps([name, counts.to_json()], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).digest()
