"""The definition once more, ballot by ballot and pair by pair, without arrays: slow and plain."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import permutations
from typing import Any, Final

from participation.tally.kinds import BallotKind

HALF: Final = Fraction(1, 2)

OPINIONS: Final[Mapping[BallotKind, Callable[[Any, Sequence[str]], dict[str, int]]]] = {
    BallotKind.RANKING: lambda content, shown: {
        option: -content.index(option) if option in content else -len(shown) for option in shown
    },
    BallotKind.APPROVAL: lambda content, shown: {option: int(option in content) for option in shown},
    BallotKind.POINTS: lambda content, shown: {option: content.get(option, 0) for option in shown},
    BallotKind.SCORE: lambda content, shown: {option: content[option] for option in shown if option in content},
}


def compare(kind: BallotKind, shown: Sequence[str], contents: Sequence[Any]) -> tuple[list[list[int]], list[list[int]]]:
    """Ballots that place the row above the column, and ballots that compare the two."""
    above = [[0] * len(shown) for _ in shown]
    compared = [[0] * len(shown) for _ in shown]
    for content in contents:
        opinion = OPINIONS[kind](content, shown)
        for (i, one), (j, other) in permutations(enumerate(shown), 2):
            if one in opinion and other in opinion:
                compared[i][j] += 1
                above[i][j] += opinion[one] > opinion[other]
    return above, compared


def win_rates(kind: BallotKind, shown: Sequence[str], contents: Sequence[Any]) -> dict[str, Fraction | None]:
    """Comparisons won, ties half, out of those made."""
    won = dict.fromkeys(shown, Fraction(0))
    made = dict.fromkeys(shown, 0)
    for content in contents:
        opinion = OPINIONS[kind](content, shown)
        for one, other in permutations(opinion, 2):
            made[one] += 1
            if opinion[one] >= opinion[other]:
                won[one] += HALF if opinion[one] == opinion[other] else 1
    return {option: won[option] / made[option] if made[option] else None for option in shown}


def joint(
    rounds: Mapping[str, Mapping[str, Fraction | None]], weights: Mapping[str, Fraction]
) -> dict[str, Fraction | None]:
    """The weighted mean over the rounds where an option stood, for rounds that all have a score to give."""
    means: dict[str, Fraction | None] = {}
    for option in {option for scores in rounds.values() for option in scores}:
        stood = [(weights[name], score) for name, scores in rounds.items() if (score := scores.get(option)) is not None]
        weight = sum(weight for weight, _ in stood)
        means[option] = sum((w * score for w, score in stood), Fraction(0)) / weight if weight else None
    return means
