"""The example city's ballots are those that its file describes, and its results are always the same."""

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import pytest

from participation.tally import METHOD_VERSION
from participation.tally.declarations import RoundDeclaration
from participation.tally.jsonlines import CountedRound, read_ballots
from participation.tally.kinds import BallotKind
from participation.tally.scoring import win_rates
from participation.tally.statement import statement
from tests.unit.tally import oracle
from tests.unit.tally.example_city import BALLOTS, city, declarations, stored_ballots


class Drawing:
    """Random numbers of one ballot, as `algorithm` in the file describes them."""

    def __init__(self, seed: str, ballot_no: int) -> None:
        self.numbers = self._numbers(f"{seed}/{ballot_no}")

    @staticmethod
    def _numbers(start: str) -> Iterator[int]:
        block = 0
        while True:
            yield int.from_bytes(hashlib.sha256(f"{start}/{block}".encode()).digest()[:8], "big")
            block += 1

    def below(self, end: int) -> int:
        fair = 2**64 - 2**64 % end
        return next(number for number in self.numbers if number < fair) % end

    def pick(self, options: Sequence[str], utilities: Mapping[str, int], dispersion: int) -> str:
        if self.below(100) < dispersion:
            return options[self.below(len(options))]
        left = self.below(sum(utilities[option] ** 2 for option in options))
        for option in options:
            if left < utilities[option] ** 2:
                return option
            left -= utilities[option] ** 2
        raise AssertionError


Voter = tuple[RoundDeclaration, Mapping[str, int], int]


def picked(drawing: Drawing, voter: Voter, length: int) -> list[str]:
    declaration, utilities, dispersion = voter
    ranking: list[str] = []
    for _ in range(length):
        free = [option for option in declaration.options if option not in ranking]
        ranking.append(drawing.pick(free, utilities, dispersion))
    return ranking


def ranking(drawing: Drawing, voter: Voter) -> list[str]:
    k = voter[0].limits.options
    assert k is not None
    return picked(drawing, voter, k if drawing.below(10) < 7 else 1 + drawing.below(k))


def approval(drawing: Drawing, voter: Voter) -> list[str]:
    k = voter[0].limits.options
    assert k is not None
    chosen = picked(drawing, voter, k - drawing.below(k // 2 + 1))
    return [option for option in voter[0].options if option in chosen]


def points(drawing: Drawing, voter: Voter) -> dict[str, int]:
    declaration, utilities, dispersion = voter
    in_all, most = declaration.limits.points, declaration.limits.value
    assert in_all is not None
    assert most is not None
    given = dict.fromkeys(declaration.options, 0)
    for _ in range(in_all):
        free = [option for option in declaration.options if given[option] < most]
        given[drawing.pick(free, utilities, dispersion)] += 1
    return {option: number for option, number in given.items() if number}


def score(drawing: Drawing, voter: Voter) -> dict[str, int]:
    declaration, utilities, dispersion = voter
    assert declaration.limits.value is not None
    given: dict[str, int] = {}
    for option in declaration.options:
        if drawing.below(20) == 0:
            continue
        given[option] = 0
        for _ in range(declaration.limits.value):
            chance = 50 if drawing.below(100) < dispersion else utilities[option]
            given[option] += drawing.below(100) < chance
    return given


DRAWN: Final[Mapping[BallotKind, Callable[[Drawing, Voter], Any]]] = {
    BallotKind.RANKING: ranking,
    BallotKind.APPROVAL: approval,
    BallotKind.POINTS: points,
    BallotKind.SCORE: score,
}


def counted() -> dict[str, CountedRound]:
    with gzip.open(BALLOTS) as file:
        return read_ballots(file, name=BALLOTS.name, declared=declarations())


def test_the_ballots_can_be_drawn_again_from_their_description() -> None:
    declared = {one.round: one for one in declarations()}
    described = city()["generated_ballots"]
    assert sum(one["ballots"] for one in described["rounds"]) == described["ballots"] == 2054
    for one in described["rounds"]:
        declaration = declared[one["round"]]
        voter = (declaration, one["utilities"], one["dispersion"])
        drawn = [
            {"round": one["round"], "ballot_no": number, "content": DRAWN[declaration.kind](draw, voter)}
            for number in range(1, one["ballots"] + 1)
            for draw in [Drawing(one["seed"], number)]
        ]
        assert drawn == stored_ballots()[one["round"]]


def test_the_rounds_count_as_the_plain_definition_says() -> None:
    for name, one in counted().items():
        contents = [ballot["content"] for ballot in stored_ballots()[name]]
        declaration = one.declaration
        assert win_rates(one.counts) == oracle.win_rates(declaration.kind, declaration.options, contents)


@pytest.mark.parametrize(
    "ranking,first,digest",
    [
        ("joint-goals", ["G6.1", "G2.1", "G4.1"], "b6b754e39c5aab06f9dd91d62f96f70ad33fd13350eb67105ad2bdc7a02a1d0d"),
        ("joint-measures", ["M36", "M19", "M12"], "41d8dfdb92ea55399dce5216f8ad4ccfbb00c660cb5d5d4ed2aa78c3d0df445c"),
    ],
)
def test_the_joint_rankings_are_the_same_bytes_on_every_machine(ranking: str, first: list[str], digest: str) -> None:
    """A new digest means that equal ballots give other figures: METHOD_VERSION has to change with it."""
    assert METHOD_VERSION == "win-rate/1"
    [joint] = [one for one in city()["joint_rankings"] if one["id"] == ranking]
    document = statement(counted(), {one["round"]: one["weight"] for one in joint["weights"]})
    assert [one["id"] for one in document["options"][:3]] == first
    scores = [[one["id"], one["rank"], one["score"], one["rounds"]] for one in document["options"]]
    assert hashlib.sha256(json.dumps(scores).encode()).hexdigest() == digest
