"""How long it takes to say how sure a ranking is, and what it costs beside the count.

    python benchmarks/sureness.py [--times 7]

Three figures: everything that a joint ranking of five bodies says (2,167 ballots, 62 options, 1,000 draws); draws from
the covariance of 100,000 ballots against the plain bootstrap of the same ballots, in the same run, with the ratio of
what they find; and the sums that large rounds need, against counting the same ballots.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, TypeVar

# Before NumPy is loaded, as ./run does it: a thread that finds its core busy waits at full speed.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np  # after the above
from numpy.typing import NDArray  # after the above

from participation.tally import contributions as contributions_module  # the clone is not installed
from participation.tally.agreement import kendall_tau_b, kendall_w, leave_one_out  # the clone is not installed
from participation.tally.ballots import Profile  # the clone is not installed
from participation.tally.bands import bands, groups  # the clone is not installed
from participation.tally.bootstrap import DRAWS, draw_round, joint_draws  # the clone is not installed
from participation.tally.contributions import Contributions  # the clone is not installed
from participation.tally.counts import PairwiseCounts  # the clone is not installed
from participation.tally.disagreement import disagreements  # the clone is not installed
from participation.tally.joint import RoundScores, joint_scores  # the clone is not installed
from participation.tally.kinds import BallotKind  # the clone is not installed
from participation.tally.margins import weighted_margins  # the clone is not installed
from participation.tally.schulze import schulze  # the clone is not installed
from participation.tally.scoring import rank, win_rates  # the clone is not installed
from participation.tally.weights import Chosen, FirstPlaces, Outcome, WholeOrder, weight_intervals

OPTIONS: Final = 62
SHOWN: Final = tuple(f"M{number:02}" for number in range(1, OPTIONS + 1))
SEED: Final = 20261122
BODIES: Final[Mapping[str, tuple[BallotKind, int]]] = {
    "steering": (BallotKind.POINTS, 12),
    "administration": (BallotKind.SCORE, 25),
    "forum": (BallotKind.RANKING, 30),
    "citizens": (BallotKind.APPROVAL, 300),
    "online": (BallotKind.RANKING, 1_800),
}
WEIGHTS: Final = {"steering": 40, "administration": 15, "forum": 10, "citizens": 15, "online": 20}
FIRST: Final = 10

Answer = TypeVar("Answer")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=7)
    times = parser.parse_args().times
    random = np.random.default_rng(SEED)
    profiles = {name: ballots(random, kind, number) for name, (kind, number) in BODIES.items()}
    print(f"everything: 5 bodies, {sum(map(len, profiles.values())):,} ballots, {OPTIONS} options, {DRAWS:,} draws")
    steps = Steps(times)
    everything(profiles, steps)
    steps.show(goal=0.25)
    against_the_bootstrap(random)
    beside_the_count(random)


class Steps:
    """The shortest time of each step; the steps of the fastest run need not be one run's."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.seconds: dict[str, float] = {}

    def of(self, name: str, task: Callable[[], Answer]) -> Answer:
        answer, self.seconds[name] = shortest(task, self.times)
        return answer

    def show(self, *, goal: float) -> None:
        for name, seconds in self.seconds.items():
            print(f"  {name:<42} {seconds * 1_000:8.2f} ms")
        print(f"  {'in all':<42} {sum(self.seconds.values()) * 1_000:8.2f} ms (goal {goal * 1_000:.0f})")


def shortest(task: Callable[[], Answer], times: int) -> tuple[Answer, float]:
    """What the machine can do when nobody disturbs it."""
    found: list[float] = []
    while True:
        start = time.perf_counter()
        answer = task()
        found.append(time.perf_counter() - start)
        if len(found) == times:
            return answer, min(found)


def everything(profiles: Mapping[str, Profile], steps: Steps) -> None:
    counts = steps.of("pairwise counts", lambda: {name: PairwiseCounts.of(one) for name, one in profiles.items()})
    contributions = steps.of("contributions", lambda: {n: Contributions.of(one) for n, one in profiles.items()})
    rounds = steps.of("win rates", lambda: [RoundScores(name, win_rates(one)) for name, one in counts.items()])
    joint = steps.of("joint scores", lambda: joint_scores(rounds, WEIGHTS))
    rankings = steps.of("rankings", lambda: [rank(one.scores) for one in rounds])
    ranking = steps.of("joint ranking", lambda: rank(joint.scores()))
    draws = steps.of(
        "bootstrap of all bodies",
        lambda: {name: draw_round(one, name.encode()) for name, one in contributions.items()},
    )
    together = steps.of("joint draws", lambda: joint_draws(draws, WEIGHTS))
    pairs = list(zip(rankings, draws.values(), strict=True))
    steps.of("bands of all bodies", lambda: [bands(one, of) for one, of in pairs])
    found = steps.of("joint bands", lambda: bands(ranking, together))
    steps.of("groups of all bodies", lambda: [groups(one, of) for one, of in pairs])
    steps.of("joint groups", lambda: groups(ranking, together))
    steps.of("tau-b of all bodies", lambda: [kendall_tau_b(one.scores, joint.scores()) for one in rounds])
    steps.of("Kendall's W", lambda: kendall_w(rounds, WEIGHTS))
    steps.of("leaving out each body", lambda: leave_one_out(rounds, WEIGHTS))
    steps.of("disagreements", lambda: disagreements(rounds, WEIGHTS))
    outcomes: dict[str, Outcome] = {
        f"weight intervals, first {FIRST}": FirstPlaces(FIRST),
        "weight intervals, whole order": WholeOrder(),
        "weight intervals, greedily chosen": Chosen(affordable),
    }
    for name, outcome in outcomes.items():
        steps.of(name, lambda outcome=outcome: weight_intervals(rounds, WEIGHTS, outcome))  # type: ignore[misc]
    parts = [(name, one) for name, one in counts.items()]
    steps.of("Schulze of all bodies together", lambda: schulze(weighted_margins(parts, WEIGHTS)))
    widths = [band.rank[1] - band.rank[0] + 1 for band in found]
    print(f"  the median joint band spans {np.median(widths):.0f} ranks")


def affordable(order: tuple[tuple[str, ...], ...]) -> frozenset[str]:
    """What a third of the sum of the costs buys, from the top, passing over what does not fit."""
    left, taken = OPTIONS * 17 // 3, []
    for option in (option for sharing in order for option in sharing):
        cost = 5 + int(option[1:]) * 7 % 25
        if cost <= left:
            left -= cost
            taken.append(option)
    return frozenset(taken)


def against_the_bootstrap(random: np.random.Generator, number: int = 100_000, draws: int = 200) -> None:
    print(f"{number:,} rankings: draws from the covariance against the plain bootstrap")
    profile = ballots(random, BallotKind.RANKING, number)
    sums = Contributions.of(profile)
    normal, fast = shortest(lambda: draw_round(sums, b"seed"), 5)
    limit = contributions_module.MOST_ROWS
    contributions_module.MOST_ROWS = number + 1  # type: ignore[misc]
    rows = Contributions.of(profile)
    contributions_module.MOST_ROWS = limit  # type: ignore[misc]
    drawn, slow = shortest(lambda: draw_round(rows, b"seed", draws), 1)
    slow *= DRAWS / draws
    ratio = normal.scores.astype(float).std(axis=0) / drawn.scores.astype(float).std(axis=0)
    print(f"  covariance, {DRAWS:,} draws {fast * 1_000:8.2f} ms")
    print(f"  bootstrap, {DRAWS:,} draws  {slow:8.2f} s ({draws} were drawn), {slow / fast:,.0f} times as long")
    print(f"  median ratio of the standard deviations {np.median(ratio):.3f}")


def beside_the_count(random: np.random.Generator, number: int = 200_000) -> None:
    print("for 1,000,000 ballots, in seconds (200,000 were taken): sums for the covariance beside the count")
    for kind in BallotKind:
        profile = ballots(random, kind, number)
        _, counting = shortest(lambda profile=profile: PairwiseCounts.of(profile), 3)  # type: ignore[misc]
        _, summing = shortest(lambda profile=profile: Contributions.of(profile), 3)  # type: ignore[misc]
        scale = 1_000_000 / number
        print(f"  {kind:<10} counts {counting * scale:6.2f}   sums {summing * scale:6.2f}")


def ballots(random: np.random.Generator, kind: BallotKind, number: int) -> Profile:
    """Ballots of people who agree to some extent: an option's worth to all, plus chance."""
    return MAKING[kind](random, number)


def preferences(random: np.random.Generator, number: int) -> NDArray[np.float64]:
    worth = np.linspace(0.8, -0.8, OPTIONS)
    return worth + random.gumbel(size=(number, OPTIONS))


def lists(random: np.random.Generator, number: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Three to ten options, best first."""
    lengths = random.integers(3, 11, number)
    parts = []
    for first in range(0, number, 50_000):
        part = lengths[first : first + 50_000]
        order = np.argsort(-preferences(random, len(part)), axis=1)[:, :10]
        parts.append(order[np.arange(10) < part[:, None]].astype(np.int32))
    return np.concatenate(parts), lengths


def _rankings(random: np.random.Generator, number: int) -> Profile:
    options, lengths = lists(random, number)
    return Profile(BallotKind.RANKING, SHOWN, options, None, lengths)


def _approvals(random: np.random.Generator, number: int) -> Profile:
    options, lengths = lists(random, number)
    return Profile(BallotKind.APPROVAL, SHOWN, options, None, lengths)


def _points(random: np.random.Generator, number: int) -> Profile:
    options, lengths = lists(random, number)
    return Profile(BallotKind.POINTS, SHOWN, options, random.integers(1, 7, len(options)), lengths)


def _scores(random: np.random.Generator, number: int) -> Profile:
    stated = random.random((number, OPTIONS)) >= 1 / 20
    given = np.clip(np.rint(preferences(random, number) + 2), 0, 5).astype(np.int64)[stated]
    everything = np.tile(np.arange(OPTIONS, dtype=np.int32), number)[stated.ravel()]
    return Profile(BallotKind.SCORE, SHOWN, everything, given, stated.sum(axis=1))


MAKING: Final[Mapping[BallotKind, Callable[[np.random.Generator, int], Profile]]] = {
    BallotKind.RANKING: _rankings,
    BallotKind.APPROVAL: _approvals,
    BallotKind.POINTS: _points,
    BallotKind.SCORE: _scores,
}


if __name__ == "__main__":
    main()
