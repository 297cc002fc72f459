"""Draws, like counts, are the same bytes on every machine. A digest that changes means that published bands would."""

import hashlib
from typing import Final

import numpy as np
import pytest

from participation.tally.ballots import Profile
from participation.tally.bands import bands, groups
from participation.tally.bootstrap import Draws, draw_round, joint_draws
from participation.tally.contributions import MOST_ROWS, Contributions
from participation.tally.draws import Numbers
from participation.tally.joint import RoundScores, joint_scores
from participation.tally.kinds import BallotKind
from participation.tally.scoring import rank
from tests.unit.tally.example_city import city
from tests.unit.tally.test_example_city import counted

SHOWN: Final = tuple(f"M{number}" for number in range(1, 13))


def digest(draws: Draws) -> str:
    return hashlib.sha256(draws.scores.astype("<f4").tobytes()).hexdigest()[:32]


def test_the_bands_of_the_example_city_are_always_the_same() -> None:
    rounds = counted()
    [joint] = [one for one in city()["joint_rankings"] if one["id"] == "joint-measures"]
    weights = {one["round"]: one["weight"] for one in joint["weights"]}
    contributions = {name: rounds[name].contributions for name in weights}
    draws = joint_draws({name: draw_round(one, name.encode()) for name, one in contributions.items()}, weights)
    scores = joint_scores([RoundScores(name, one.win_rates()) for name, one in contributions.items()], weights)
    ranking = rank(scores.scores())
    assert digest(draws) == "e16c13d299aebca34aa5d316b18e5ffb"
    first = [(band.option, band.rank) for band in bands(ranking, draws)[:4]]
    assert first == [("M36", (1, 8)), ("M19", (1, 9)), ("M12", (1, 8)), ("M09", (1, 9))]
    assert groups(ranking, draws)[0] == ("M36", "M19", "M12", "M09", "M06", "M01", "M44", "M49")


@pytest.mark.parametrize(
    "kind,expected",
    [(BallotKind.RANKING, "c4ceaca9607f294e9098bda053e99710"), (BallotKind.SCORE, "c5b7364b398ced41502349c41503b706")],
)
def test_draws_from_the_covariance_are_always_the_same(kind: BallotKind, expected: str) -> None:
    contributions = Contributions.of(PROFILES[kind](MOST_ROWS))
    assert contributions.moments is not None
    assert digest(draw_round(contributions, b"covariance")) == expected


def rankings(ballots: int) -> Profile:
    """Of twelve options, one from each of three unequal parts."""
    numbers = [Numbers(b"ballots", part, size).take(ballots) + first for part, first, size in PARTS]
    options = np.stack(numbers, axis=1).astype(np.int32)
    return Profile(BallotKind.RANKING, SHOWN, options.ravel(), None, np.full(ballots, len(PARTS)))


def scores(ballots: int) -> Profile:
    given = Numbers(b"ballots", "scores", 7).take(ballots * len(SHOWN)).reshape(ballots, -1).astype(np.int64)
    given -= np.arange(len(SHOWN)) % 3
    stated = given >= 0
    options = np.broadcast_to(np.arange(len(SHOWN), dtype=np.int32), given.shape)[stated]
    return Profile(BallotKind.SCORE, SHOWN, options, given[stated], stated.sum(axis=1))


PARTS: Final = (("first", 0, 2), ("second", 2, 3), ("third", 5, 7))
PROFILES: Final = {BallotKind.RANKING: rankings, BallotKind.SCORE: scores}
