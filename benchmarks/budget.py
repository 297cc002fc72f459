"""How fast it is decided what fits the money, and whether pabutools decides the same.

    python benchmarks/budget.py [--other PYTHON] [--elections 500]

`--other` is the interpreter of another environment that has pabutools (pip install pabutools gmpy2 there); it
is started as a process of its own, see budget_pabutools.py. Without it only our own times are printed. Both get
the same elections in the same run; the ratio is how many times as long pabutools takes. pabutools calculates
with gmpy2's fractions and gets equal ballots as groups, as fast as it can be asked.
"""

import argparse
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from participation.tally.ballots import Profile  # the clone is not installed
from participation.tally.budget.electorate import Body  # the clone is not installed
from participation.tally.budget.instances import Instance  # the clone is not installed
from participation.tally.budget.ledger import Envelope  # the clone is not installed
from participation.tally.budget.outcomes import Outcome  # the clone is not installed
from participation.tally.budget.rules import Question, decide  # the clone is not installed
from participation.tally.budget.ties import DEFAULT_TIE_BREAK, Equals, tie_rule  # the clone is not installed
from participation.tally.budget.years import Means, Measure, plan_over_years  # the clone is not installed
from participation.tally.kinds import BallotKind  # the clone is not installed

SEED: Final = 20261122
LOTS: Final = b"drawn in public"


@dataclass(frozen=True)
class Election:
    """An approval vote on projects with costs."""

    instance: Instance
    profile: Profile

    def decide(self, rule: str) -> Outcome:
        body = Body.from_profile("voters", 1, self.profile)
        votes = np.bincount(self.profile.options, minlength=len(self.profile.shown)).tolist()
        scores = dict(zip(self.profile.shown, votes, strict=True))
        return decide(rule, Question(self.instance, scores, [body], fill=False, seed=LOTS))

    def as_json(self, rule: str, *, grouped: bool) -> str:
        codes = [self.profile.shown[option] for option in self.profile.options.tolist()]
        ends = np.cumsum(self.profile.lengths).tolist()
        ballots = [codes[end - size : end] for end, size in zip(ends, self.profile.lengths.tolist(), strict=True)]
        order = tie_rule(DEFAULT_TIE_BREAK).order(Equals(self.instance, {}, LOTS), self.instance.options)
        costs = {option: int(cost) for option, cost in self.instance.costs.items()}
        document = {"rule": rule, "costs": costs, "budget": int(self.instance.budget), "ballots": ballots}
        return json.dumps({**document, "order": order, "grouped": grouped})


class Other:
    """pabutools in its own environment."""

    def __init__(self, python: str) -> None:
        script = Path(__file__).with_name("budget_pabutools.py")
        self.process = subprocess.Popen([python, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def decide(self, election: Election, rule: str, *, grouped: bool = True) -> tuple[set[str], float]:
        """What it takes, and the seconds that it needs without reading."""
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError
        print(election.as_json(rule, grouped=grouped), file=self.process.stdin, flush=True)
        document = json.loads(self.process.stdout.readline())
        return set(document["selected"]), float(document["seconds"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process.wait(10)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--other", help="the Python of an environment with pabutools")
    parser.add_argument("--elections", type=int, default=500, help="random elections on which outcomes are compared")
    arguments = parser.parse_args()
    if arguments.other is None:
        report(None)
        return
    with Other(arguments.other) as other:
        report(other)
        compare(other, arguments.elections)


def report(other: Other | None) -> None:
    rng = np.random.default_rng(SEED)
    city = draw_city(rng, voters=100_000, options=62)
    town = draw_town(rng)
    for name, election, rule in (
        ("greedy, 100,000 voters, 62 projects", city, "greedy"),
        ("equal shares, 100,000 voters, 62 projects", city, "mes"),
        ("equal shares, 6,586 voters, 64 projects", town, "mes"),
        ("the same with Add1", town, "mes-add1"),
    ):
        ours, outcome = best(lambda election=election, rule=rule: election.decide(rule))  # type: ignore[misc]
        steps = outcome.explanation.get("steps", 0)
        said = f"{name:<44} {ours:8.3f} s" + (f"  {1000 * ours / (int(str(steps)) + 1):.2f} ms a step" if steps else "")
        if other is not None:
            taken, seconds = other.decide(election, rule)
            said += f"  pabutools {seconds:8.2f} s  {seconds / ours:6,.0f} x"
            said += "  equal" if taken == set(outcome.selected) else "  DIFFERENT"
        print(said, f"({steps} steps)" if steps else "", flush=True)
    print(f"{'plan over 10 years, 62 measures':<44} {best(plan)[0]:8.4f} s")


def compare(other: Other, elections: int) -> None:
    """Small elections in which ties and exact thresholds are common."""
    source = random.Random(SEED)
    for rule in ("greedy", "mes", "mes-add1"):
        different = 0
        for _ in range(elections):
            election = draw_small(source)
            taken, _seconds = other.decide(election, rule, grouped=False)
            different += taken != set(election.decide(rule).selected)
        print(f"{rule:<10} {elections - different:6,} of {elections:,} small elections equal to pabutools'")


def best(task: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """The shortest of some runs, in seconds, and what came out: what the machine can do when nobody disturbs it."""
    shortest, result = float("inf"), None
    for _ in range(times):
        start = time.perf_counter()
        result = task()
        shortest = min(shortest, time.perf_counter() - start)
    return shortest, result


def profile(shown: tuple[str, ...], ballots: list[NDArray[np.int64]]) -> Profile:
    lengths = np.array([len(ballot) for ballot in ballots], np.int64)
    return Profile(BallotKind.APPROVAL, shown, np.concatenate(ballots).astype(np.int32), None, lengths)


def draw_city(rng: np.random.Generator, *, voters: int, options: int) -> Election:
    """Three to ten projects each, some far more popular than others; hardly two ballots are the same."""
    shown = tuple(f"M{place}" for place in range(options))
    order = np.argsort(rng.random((voters, options)) / (0.3 + rng.random(options)), axis=1)
    ballots = [row[:size] for row, size in zip(order, rng.integers(3, 11, voters), strict=True)]
    costs = (rng.integers(5, 200, options) * 1000).tolist()
    return Election(Instance.of(dict(zip(shown, costs, strict=True)), 3_000_000), profile(shown, ballots))


def draw_town(rng: np.random.Generator) -> Election:
    """As many voters, projects and choices a voter as in Wieliczka in 2023; neighbours like the same projects."""
    sizes = np.concatenate([np.repeat([1, 2, 3, 4, 5], [3328, 1456, 800, 450, 250]), rng.integers(6, 15, 302)])
    shown = tuple(f"P{place}" for place in range(64))
    popular, part = rng.lognormal(0, 1, 64), rng.integers(0, 8, 64)
    ballots = []
    for size in sizes:
        liking = popular * np.where(part == rng.integers(0, 8), 6, 1)
        ballots.append(rng.choice(64, size, replace=False, p=liking / liking.sum()))
    costs = np.minimum(rng.lognormal(10.3, 0.7, 64), 100_000).round(-2).astype(int).tolist()
    return Election(Instance.of(dict(zip(shown, costs, strict=True)), 1_000_000), profile(shown, ballots))


def draw_small(source: random.Random) -> Election:
    shown = tuple(f"p{place}" for place in range(source.randint(2, 8)))
    costs = {option: source.randint(1, source.choice([5, 30])) for option in shown}
    liked = source.choice([0.2, 0.4, 0.7])
    ballots = [
        np.array([place for place in range(len(shown)) if source.random() < liked], np.int64)
        for _ in range(source.randint(1, 15))
    ]
    return Election(Instance.of(costs, source.randint(1, 40)), profile(shown, ballots))


def plan() -> object:
    source = random.Random(SEED)
    measures = [Measure(f"M{n}", source.randint(0, 2_000_000), source.randint(0, 2_500_000)) for n in range(62)]
    scores = {one.option: Fraction(source.randint(0, 1000), 1000) for one in measures}
    envelopes = [Envelope("start", 10_000_000, 2031, 2031), Envelope("more", 12_000_000, 2032, carries_over=True)]
    return plan_over_years(measures, scores, Means(range(2031, 2041), envelopes, "EUR"), seed=LOTS)


if __name__ == "__main__":
    main()
