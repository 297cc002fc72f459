from fractions import Fraction
from itertools import permutations
from math import gcd
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from participation.tally.counts import PairwiseCounts, count
from participation.tally.errors import InvalidOptions, InvalidWeights, MissingWeight, UnknownRound
from participation.tally.joint import Weight
from participation.tally.kinds import BallotKind
from participation.tally.margins import Margins, margins, weighted_margins
from tests.unit.tally import oracle
from tests.unit.tally.elections import Election, elections

ROUNDS = ("steering", "citizens", "online")

several = st.lists(elections(), min_size=1, max_size=3).map(lambda some: dict(zip(ROUNDS, some, strict=False)))
weight = st.integers(0, 5) | st.fractions(0, 5, max_denominator=7)


def weighed(rounds: dict[str, Election], weights: dict[str, Weight]) -> Margins:
    return weighted_margins([(name, one.count()) for name, one in rounds.items()], weights)


def by_definition(rounds: dict[str, Election], weights: dict[str, Weight]) -> dict[tuple[str, str], Fraction | None]:
    """The weighted mean of the shares by which a body's ballots place one above the other, ballot by ballot."""
    parts: dict[tuple[str, str], list[tuple[Weight, Fraction]]] = {}
    for name, one in rounds.items():
        opinions = [oracle.OPINIONS[one.kind](content, one.shown) for content in one.contents]
        for a, b in permutations(one.shown, 2):
            signs = [(o[a] > o[b]) - (o[a] < o[b]) for o in opinions if a in o and b in o]
            if signs and weights[name]:
                parts.setdefault((a, b), []).append((weights[name], Fraction(sum(signs), len(opinions))))
    return {
        pair: sum((w * share for w, share in found), Fraction(0)) / sum(w for w, _ in found)
        for pair, found in parts.items()
    }


def as_shares(found: Margins) -> dict[tuple[str, str], Fraction | None]:
    places = list(enumerate(found.options))
    return {(a, b): int(found.matrix[i, j]) * found.unit for i, a in places for j, b in places if found.compared[i, j]}


@st.composite
def weights_for(draw: st.DrawFn, rounds: dict[str, Election]) -> dict[str, Weight]:
    weights: dict[str, Weight] = {name: draw(weight) for name in rounds}
    assume(any(weights.values()))
    return weights


@given(several, st.data())
def test_they_are_what_the_definition_says(rounds: dict[str, Election], data: st.DataObject) -> None:
    weights = data.draw(weights_for(rounds))
    found = weighed(rounds, weights)
    assert as_shares(found) == by_definition(rounds, weights)
    assert np.array_equal(found.matrix, -found.matrix.T)
    assert set(found.options) == {option for one in rounds.values() for option in one.shown}
    assert gcd(*found.matrix.ravel().tolist()) in {0, 1}


@given(elections(), weight.filter(bool))
def test_one_body_alone_has_the_margins_of_its_ballots_whatever_its_weight(one: Election, weight: Weight) -> None:
    bare, alone = margins(one.count()), weighed({"online": one}, {"online": weight})
    assert as_shares(alone) == as_shares(bare)
    assert np.array_equal(alone.compared, bare.compared)


@given(several, st.data(), st.fractions(Fraction(1, 9), 9, max_denominator=9))
def test_rescaling_all_weights_changes_nothing(
    rounds: dict[str, Election], data: st.DataObject, factor: Fraction
) -> None:
    weights = data.draw(weights_for(rounds))
    before, after = weighed(rounds, weights), weighed(rounds, {name: w * factor for name, w in weights.items()})
    assert (before.matrix.tolist(), before.unit) == (after.matrix.tolist(), after.unit)


@given(several, elections(), st.data())
def test_a_body_with_weight_0_has_no_influence(
    rounds: dict[str, Election], other: Election, data: st.DataObject
) -> None:
    weights = data.draw(weights_for(rounds))
    more = weighed({**rounds, "late": other}, {**weights, "late": 0})
    assert as_shares(more) == as_shares(weighed(rounds, weights))


def test_margins_over_a_common_denominator_do_not_overflow() -> None:
    """21, 187, 1,213 and 4,999 ballots and fine weights: no common denominator of these fits 64 bits."""
    rounds: list[tuple[str, PairwiseCounts]] = []
    weights: dict[str, Weight] = {}
    for name, ballots in (("a", 21), ("b", 187), ("c", 1213), ("d", 4999), ("e", 19991)):
        rounds.append((name, count(BallotKind.APPROVAL, ["x", "y", name], [["x"]] * (ballots - 1) + [["y"]])))
        weights[name] = 10**9 + Fraction(1, ballots + 1)
    found = weighted_margins(rounds, weights)
    assert found.matrix.dtype == np.object_
    assert {type(entry) for entry in found.matrix.ravel().tolist()} == {int}
    shares = as_shares(found)
    parts = [(weights[name], Fraction(1, counts.ballots)) for name, counts in rounds]
    assert shares["x", "y"] == sum(w * (1 - 2 * one) for w, one in parts) / sum(w for w, _ in parts)
    assert shares["x", "e"] == Fraction(19990, 19991)
    assert shares["y", "a"] == Fraction(1, 21)


def test_margins_can_be_restricted_to_some_options() -> None:
    found = margins(count(BallotKind.RANKING, ["a", "b", "c"], [["c", "a"], ["b"]]))
    assert found.over({"c", "a"}).options == ("a", "c")
    assert found.over({"c", "a"}).matrix.tolist() == [[0, -1], [1, 0]]
    with pytest.raises(InvalidOptions):
        found.over(["z"])


def test_options_that_no_ballot_compares_are_not_judged() -> None:
    found = margins(count(BallotKind.SCORE, ["a", "b", "c"], [{"a": 1, "b": 1}, {"c": 5}]))
    assert found.judged() == ["a", "b"]


@pytest.mark.parametrize(
    "weights,error",
    [({}, MissingWeight), ({"online": 1, "z": 1}, UnknownRound), ({"online": 0}, InvalidWeights)],
)
def test_weights_are_checked(weights: Any, error: type[InvalidWeights]) -> None:
    with pytest.raises(error):
        weighted_margins([("online", PairwiseCounts.none(["a"]))], weights)
