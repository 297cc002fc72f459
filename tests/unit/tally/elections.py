"""Small elections of every kind for Hypothesis to draw."""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from participation.tally.counts import PairwiseCounts, count
from participation.tally.kinds import BallotKind

CODES = ("M1", "M2", "M10", "G1.1", "ü", "a b", "x")


@dataclass(frozen=True)
class Election:
    kind: BallotKind
    shown: tuple[str, ...]
    contents: tuple[Any, ...]

    def count(self) -> PairwiseCounts:
        return count(self.kind, self.shown, self.contents)


def contents(kind: BallotKind, shown: tuple[str, ...]) -> st.SearchStrategy[Any]:
    """Any valid content of the kind, empty ones included."""
    some = st.permutations(shown).flatmap(lambda order: st.integers(0, len(shown)).map(lambda k: order[:k]))
    return {
        BallotKind.RANKING: some,
        BallotKind.APPROVAL: some,
        BallotKind.POINTS: st.dictionaries(st.sampled_from(shown), st.integers(1, 4)),
        BallotKind.SCORE: st.dictionaries(st.sampled_from(shown), st.integers(0, 5)),
    }[kind]


shown = st.integers(1, len(CODES)).flatmap(lambda size: st.permutations(CODES).map(lambda o: tuple(o[:size])))
kinds = st.sampled_from(BallotKind)


@st.composite
def elections(
    draw: st.DrawFn,
    kinds: st.SearchStrategy[BallotKind] = kinds,
    shown: st.SearchStrategy[tuple[str, ...]] = shown,
    *,
    least: int = 0,
) -> Election:
    """A round of any kind with up to eight ballots."""
    kind, options = draw(kinds), draw(shown)
    ballots = st.lists(contents(kind, options), min_size=least, max_size=8)
    return Election(kind, options, tuple(draw(ballots)))


@st.composite
def two_halves(draw: st.DrawFn, kinds: st.SearchStrategy[BallotKind] = kinds) -> tuple[Election, Election]:
    """Two sets of ballots of the same round."""
    one = draw(elections(kinds))
    return one, draw(elections(st.just(one.kind), st.just(one.shown)))


complete = elections(st.sampled_from([BallotKind.RANKING, BallotKind.APPROVAL, BallotKind.POINTS]))
"""Rounds in which every ballot compares every pair."""
