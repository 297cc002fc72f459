"""Where bodies disagree: options that one body places high and another one low.

Bodies are compared by where they place an option among those that they score, not by their scores: win rates from
short approval lists lie close to one half and win rates from scores do not, even of bodies with the same order (in
the example city their standard deviations are 0.05 and 0.2).

An option's place with a body is the share of that body's other options that stand above it, ties counting half: 0
is first, 1 is last, whatever the number of options. Its spread is the difference between its lowest and its highest
place. In the middle of a ranking, and with small bodies, places differ by chance alone: a spread is a reason to look
at the bands and to ask, not a finding.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from participation.tally.joint import RoundScores, Weight, check_weights
from participation.tally.scoring import display_order, rank


@dataclass(frozen=True, slots=True)
class Placed:
    """Where one body places an option."""

    score: Fraction
    rank: int
    place: Fraction
    """0 is first, 1 is last."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """How far apart bodies place an option."""

    option: str
    spread: Fraction
    """0 if all bodies place it alike, 1 if it is first with one and last with another."""
    rounds: Mapping[str, Placed]
    """Every body that places it, in the order of the rounds."""
    high: tuple[str, ...]
    """The bodies that place it highest."""
    low: tuple[str, ...]
    """The bodies that place it lowest; the same ones if the spread is 0."""


def disagreements(rounds: Sequence[RoundScores], weights: Mapping[str, Weight]) -> list[Disagreement]:
    """Every option that at least two bodies with weight place, the widest spread first.

    A body that scores fewer than two options places none. Raises what joint.joint_scores raises.

    >>> rounds = [RoundScores("steering", {"a": Fraction(1), "b": Fraction(1, 2), "c": Fraction(0)}),
    ...           RoundScores("online", {"a": Fraction(1, 4), "b": Fraction(3, 4), "c": Fraction(1, 4)})]
    >>> for one in disagreements(rounds, {"steering": 1, "online": 1}):
    ...     print(one.option, one.spread, one.high, one.low)
    a 3/4 ('steering',) ('online',)
    b 1/2 ('online',) ('steering',)
    c 1/4 ('online',) ('steering',)

    By hand: a is first of three with the steering group (0), and shares the last two places online: one and a half
    of two others stand above it (3/4).
    """
    check_weights([one.round for one in rounds], weights)
    tables = {one.round: _places(one.scores) for one in rounds if weights[one.round] > 0}
    found: list[Disagreement] = []
    for option in sorted({option for table in tables.values() for option in table}, key=display_order):
        placed = {name: table[option] for name, table in tables.items() if option in table}
        if len(placed) > 1:
            found.append(_disagreement(option, placed))
    return sorted(found, key=lambda one: one.spread, reverse=True)


def _disagreement(option: str, placed: Mapping[str, Placed]) -> Disagreement:
    highest, lowest = min(one.place for one in placed.values()), max(one.place for one in placed.values())
    return Disagreement(
        option,
        lowest - highest,
        MappingProxyType(placed),
        tuple(name for name, one in placed.items() if one.place == highest),
        tuple(name for name, one in placed.items() if one.place == lowest),
    )


def _places(scores: Mapping[str, Fraction | None]) -> dict[str, Placed]:
    inorder = sorted(score for score in scores.values() if score is not None)
    others = len(inorder) - 1
    if others < 1:
        return {}
    return {
        one.option: Placed(one.score, one.rank, _place(inorder, one.score))
        for one in rank(scores)
        if one.score is not None and one.rank is not None
    }


def _place(inorder: Sequence[Fraction], score: Fraction) -> Fraction:
    first, behind = bisect_left(inorder, score), bisect_right(inorder, score)
    above, level_with = len(inorder) - behind, behind - first - 1
    return Fraction(2 * above + level_with, 2 * (len(inorder) - 1))
