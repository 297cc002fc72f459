"""How fast ballots are counted, as ratios to votelib and to plain Python in the same run.

    python benchmarks/tally.py [--ballots 1000000] [--others 20000]

The others count fewer ballots of the same making, since they take a minute for what takes us a fraction of a
second; all figures are per ballot, and the ratio is how many times as long the other one takes.
"""

import argparse
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from votelib.convert import RankedToCondorcetVotes

sys.path.insert(0, str(Path(__file__).parents[1]))

from participation.tally.ballots import Profile  # the clone is not installed
from participation.tally.counts import PairwiseCounts, count  # the clone is not installed
from participation.tally.kinds import BallotKind  # the clone is not installed
from participation.tally.scoring import rank, win_rates  # the clone is not installed

OPTIONS: Final = 62
SHORTEST: Final = 3
LONGEST: Final = 10
SHOWN: Final = tuple(f"M{number:02}" for number in range(1, OPTIONS + 1))
SEED: Final = 20261120


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ballots", type=int, default=1_000_000)
    parser.add_argument("--others", type=int, default=20_000)
    sizes = parser.parse_args()
    random = np.random.default_rng(SEED)
    options, lengths = draw_rankings(random, sizes.ballots)
    profile = Profile(BallotKind.RANKING, SHOWN, options, None, lengths)
    lists = as_lists(options, lengths)
    few = [tuple(ballot) for ballot in lists[: sizes.others]]

    print(f"{sizes.ballots:,} rankings of {SHORTEST} to {LONGEST} out of {OPTIONS}, seed {SEED}")
    arrays = best(PairwiseCounts.of, profile)
    ours = best(count, BallotKind.RANKING, SHOWN, lists)
    print(f"  counted from arrays           {arrays:8.3f} s")
    print(f"  counted from lists of codes   {ours:8.3f} s")
    for name, other in (("votelib's pairwise counts", votelib), ("plain Python", plain)):
        taken = best(other, few, times=1) / len(few) * sizes.ballots
        print(f"  {name:<29} {taken:8.1f} s   {taken / arrays:6,.0f} x arrays {taken / ours:6,.0f} x lists")

    hundred = lists[:100_000]
    print(f"{len(hundred):,} of them, from lists of codes to a ranking: as when a round is concluded")
    tracemalloc.start()
    seconds = best(conclude, hundred, times=1)
    print(f"  {seconds:8.3f} s, at most {tracemalloc.get_traced_memory()[1] / 1e6:.0f} MB beside the ballots")
    tracemalloc.stop()

    print("100,000 ballots of the other kinds, from arrays")
    for kind, profile_of_kind in other_kinds(random, 100_000).items():
        print(f"  {kind:<29} {best(PairwiseCounts.of, profile_of_kind):8.3f} s")


def best(task: Callable[..., object], *arguments: Any, times: int = 3) -> float:  # noqa: ANN401  # the task's own
    """The shortest of some runs, in seconds: what the machine can do when nobody disturbs it."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        task(*arguments)
        taken.append(time.perf_counter() - start)
    return min(taken)


def draw_rankings(random: np.random.Generator, ballots: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    lengths = random.integers(SHORTEST, LONGEST + 1, ballots)
    parts = []
    for first in range(0, ballots, 50_000):
        part = lengths[first : first + 50_000]
        order = np.argsort(random.random((len(part), OPTIONS)), axis=1)[:, :LONGEST]
        parts.append(order[np.arange(LONGEST) < part[:, None]].astype(np.int32))
    return np.concatenate(parts), lengths


def as_lists(options: NDArray[np.int32], lengths: NDArray[np.int64]) -> list[list[str]]:
    codes = [SHOWN[option] for option in options.tolist()]
    ends = np.cumsum(lengths).tolist()
    return [codes[end - length : end] for end, length in zip(ends, lengths.tolist(), strict=True)]


def conclude(ballots: list[list[str]]) -> None:
    rank(win_rates(count(BallotKind.RANKING, SHOWN, ballots)))


def votelib(ballots: list[tuple[str, ...]]) -> None:
    RankedToCondorcetVotes(unranked_at_bottom=True).convert(Counter(ballots))


def plain(ballots: list[tuple[str, ...]]) -> Counter[tuple[str, str]]:
    """Only what one must do in Python: a counter for every pair that a ballot ranks, the rest from totals."""
    pairs: Counter[tuple[str, str]] = Counter()
    for ballot in ballots:
        pairs.update(combinations(ballot, 2))
    return pairs


def other_kinds(random: np.random.Generator, ballots: int) -> dict[str, Profile]:
    options, lengths = draw_rankings(random, ballots)
    everything = np.tile(np.arange(OPTIONS, dtype=np.int32), ballots)
    stated = random.random(ballots * OPTIONS) >= 1 / 20
    return {
        "approval, 3 to 10": Profile(BallotKind.APPROVAL, SHOWN, options, None, lengths),
        "points on 3 to 10": Profile(BallotKind.POINTS, SHOWN, options, random.integers(1, 7, len(options)), lengths),
        "scores, 1 in 20 no opinion": Profile(
            BallotKind.SCORE,
            SHOWN,
            everything[stated],
            random.integers(0, 6, int(stated.sum())),
            stated.reshape(ballots, OPTIONS).sum(axis=1),
        ),
    }


if __name__ == "__main__":
    main()
