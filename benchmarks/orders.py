"""How fast the rules that only order are: Schulze's against votelib, Kemeny's against HiGHS left to itself.

    nice python benchmarks/orders.py [--seeds 5] [--seconds 1.5] [--votelib 120] [--whole]

votelib takes minutes for 500 options, so it gets fewer of the same ballots' options and its time is scaled by the
cube, which is what its three loops cost; `--votelib 500` takes it at its word. Kemeny's consensus of 62 options is
looked for on margins of many makings, each with a time limit; `--whole` gives the first of each making, as one
programme with all conditions and whole variables, to the same solver, for at most 60 s.
"""

import argparse
import gzip
import sys
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import highspy
import numpy as np
from numpy.typing import NDArray
from votelib.evaluate.condorcet import Schulze

sys.path.insert(0, str(Path(__file__).parents[1]))

from participation.tally.jsonlines import read_ballots  # the clone is not installed
from participation.tally.kemeny import kemeny  # the clone is not installed
from participation.tally.margins import Margins, margins, weighted_margins  # the clone is not installed
from participation.tally.schulze import schulze  # the clone is not installed
from tests.unit.tally.example_city import BALLOTS, city, declarations  # the clone is not installed

OPTIONS: Final = 62
MANY: Final = 500
SEED: Final = 20261122
WHOLE_SECONDS: Final = 60.0

Random = np.random.Generator
Making = Callable[[Random], Margins]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.5)
    parser.add_argument("--votelib", type=int, default=120)
    parser.add_argument("--whole", action="store_true")
    chosen = parser.parse_args()
    measure_schulze(chosen.votelib)
    print(f"Kemeny, {OPTIONS} options, at most {chosen.seconds} s each")
    print(f"  {'making':<44} {'optimal':>8} {'groups':>8} {'median':>8} {'longest':>8} {'gap':>7}")
    for name, making in MAKINGS.items():
        measure_kemeny(name, making, chosen.seeds, chosen.seconds, whole=chosen.whole)
    print("Kemeny and Schulze, the example city")
    for name, found in example_city():
        seconds, result = timed(kemeny, found, seconds=chosen.seconds)
        print(
            f"  {name:<44} {len(found.options):3} options {seconds:7.3f} s, optimal {result.optimal}, unique"
            f" {result.unique}, Schulze {timed(schulze, found)[0]:.4f} s, {found.matrix.dtype}"
        )


def measure_schulze(options: int) -> None:
    """Few and many different margins: of one body, of several with their weights, and beyond 64 bits."""
    random = np.random.default_rng(SEED)
    print(f"Schulze, {MANY} options, best of 5")
    for spread, unit in ((20, 1), (2_000, 1), (10**9, 1), (10**9, 10**12)):
        upper = np.triu(np.rint(random.normal(0, spread, (MANY, MANY))).astype(np.int64), 1)
        found = of_matrix(upper if unit == 1 else upper.astype(object) * unit)
        seconds = min(timed(schulze, found)[0] for _ in range(5))
        different = len(np.unique(abs(upper)))
        few = found.over(found.options[:options])
        wins = {
            (few.options[i], few.options[j]): int(few.matrix[i, j]) for i, j in np.argwhere(few.matrix > 0).tolist()
        }
        theirs, _ = timed(Schulze().evaluate, wins, options)
        scaled = theirs * (MANY / options) ** 3
        print(
            f"  {different:7,} different margins, {found.matrix.dtype!s:6} {seconds:8.3f} s   votelib, {options}"
            f" options {theirs:6.2f} s, scaled {scaled:5.0f} s: {scaled / seconds:6,.0f} times as long"
        )


def measure_kemeny(name: str, making: Making, seeds: int, seconds: float, *, whole: bool) -> None:
    taken, optimal, settled, gaps = [], 0, 0, []
    for seed in range(seeds):
        found = making(np.random.default_rng([SEED, seed]))
        clock, result = timed(kemeny, found, seconds=seconds)
        taken.append(clock)
        optimal += result.optimal
        settled += result.optimal and result.settled
        gaps.append(result.gap / max(1, result.score))
    median = sorted(taken)[len(taken) // 2]
    print(
        f"  {name:<44} {optimal:4}/{seeds:<3} {settled:4}/{seeds:<3} {median:6.3f} s {max(taken):6.3f} s"
        f" {100 * max(gaps):5.1f} %"
    )
    if whole:
        clock, said = timed(at_once, making(np.random.default_rng([SEED, 0])))
        print(f"    as one whole programme: {clock:.1f} s, {said}")


def of_matrix(upper: NDArray[np.int64]) -> Margins:
    size = len(upper)
    options = tuple(f"M{number}" for number in range(size))
    return Margins(options, upper - upper.T, ~np.eye(size, dtype=np.bool_), Fraction(1))


def around_one_mind(ballots: int, dispersion: float, ranked: int = OPTIONS) -> Making:
    """Rankings of some of the options, scattered around one order (Mallows' model, by repeated insertion)."""

    def make(random: Random) -> Margins:
        above = np.zeros((OPTIONS, OPTIONS), np.int64)
        for _ in range(ballots):
            order: list[int] = []
            for option in range(OPTIONS):
                chances = dispersion ** np.arange(option, -1, -1)
                order.insert(int(random.choice(option + 1, p=chances / chances.sum())), option)
            place = np.minimum(np.argsort(order), ranked)
            above += place[:, None] < place
        return of_matrix(np.triu(above - above.T, 1))

    return make


def at_random(largest: int) -> Making:
    """Margins that no electorate has, each drawn by itself: what linear ordering finds hardest."""
    return lambda random: of_matrix(np.triu(random.integers(-largest, largest + 1, (OPTIONS, OPTIONS)), 1))


MAKINGS: Final[dict[str, Making]] = {
    "180 ballots of 10 places, dispersion 0.9": around_one_mind(180, 0.9, 10),
    "180 ballots of 10 places, dispersion 0.99": around_one_mind(180, 0.99, 10),
    "2,000 ballots of 10 places, no common mind": around_one_mind(2000, 1.0, 10),
    "21 whole rankings, dispersion 0.9": around_one_mind(21, 0.9),
    "21 whole rankings, dispersion 0.99": around_one_mind(21, 0.99),
    "180 whole rankings, dispersion 0.99": around_one_mind(180, 0.99),
    "180 whole rankings, dispersion 0.999": around_one_mind(180, 0.999),
    "21 whole rankings, no common mind": around_one_mind(21, 1.0),
    "2,000 whole rankings, no common mind": around_one_mind(2000, 1.0),
    "margins at random, -100 to 100 (adversarial)": at_random(100),
    "margins at random, -1 to 1 (adversarial)": at_random(1),
}


def example_city() -> Iterator[tuple[str, Margins]]:
    """The city's rounds, and its joint rankings with their weights."""
    with gzip.open(BALLOTS) as file:
        rounds = read_ballots(file, name=BALLOTS.name, declared=declarations())
    for joint in city()["joint_rankings"]:
        weights = {one["round"]: one["weight"] for one in joint["weights"]}
        yield joint["id"], weighted_margins([(name, rounds[name].counts) for name in weights], weights)
        for name in weights:
            yield f"  {name}", margins(rounds[name].counts)


def at_once(found: Margins) -> str:
    """All pairs as whole variables and all conditions on three options, for HiGHS to solve as it sees fit."""
    size = len(found.options)
    number = {pair: at for at, pair in enumerate(combinations(range(size), 2))}
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    solver.setOptionValue("time_limit", WHOLE_SECONDS)
    solver.setOptionValue("threads", 1)
    programme = highspy.HighsLp()
    programme.num_col_ = len(number)
    programme.col_cost_ = np.array([-float(found.matrix[pair]) for pair in number])
    programme.col_lower_, programme.col_upper_ = np.zeros(len(number)), np.ones(len(number))
    programme.integrality_ = [highspy.HighsVarType.kInteger] * len(number)
    programme.a_matrix_.start_ = np.zeros(len(number) + 1, np.int32)
    solver.passModel(programme)
    columns = np.array(
        [[number[i, j], number[j, k], number[i, k]] for i, j, k in combinations(range(size), 3)], np.int32
    )
    solver.addRows(
        len(columns),
        np.zeros(len(columns)),
        np.ones(len(columns)),
        3 * len(columns),
        3 * np.arange(len(columns), dtype=np.int32),
        columns.ravel(),
        np.tile([1.0, 1.0, -1.0], len(columns)),
    )
    solver.run()
    return solver.modelStatusToString(solver.getModelStatus())


def timed(task: Callable[..., Any], *arguments: object, **named: object) -> tuple[float, Any]:
    start = time.perf_counter()
    result = task(*arguments, **named)
    return time.perf_counter() - start, result


if __name__ == "__main__":
    main()
