"""How far a body's weight could move before an outcome changes.

Weights are a decision, made before the voting; whoever reads a ranking may ask what it owes to them. For each
round, with all other weights as declared, there is an interval of its own weight around the declared one within
which the outcome stays the same. Narrow intervals say that the outcome hangs on the weights; None as upper end says
that no weight, however great, changes it.

All is exact: ends are fractions, or, where options stood in different rounds and two of them cross at a weight
that is no fraction, the nearest fraction found on the inner side of it, less than 2**-64 away in the smallest
common unit of the weights. So an interval is never too wide.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise
from math import lcm
from typing import Final, Protocol

from participation.tally.crossings import Crossing, Lines, Order, Pairs, crossings
from participation.tally.joint import RoundScores, Weight, check_weights
from participation.tally.scoring import display_order


class Outcome(Protocol):
    """What is to stay the same: something that follows from the order of the options."""

    def of(self, order: Order) -> Hashable:
        """What comes out of an order."""
        ...

    def watched(self, order: Order, apart: Sequence[str]) -> Iterable[tuple[str, str]] | None:
        """The pairs that decide: until two of them are level, or an option's coverage changes, all stays the same.

        `apart` are the options that are not in the order. None where that cannot be said and every pair may.
        """
        ...


@dataclass(frozen=True, slots=True)
class FirstPlaces:
    """Which options have a rank up to `count`; more than so many where the last of them is shared."""

    count: int

    def of(self, order: Order) -> frozenset[str]:
        """The options of the first ranks."""
        first: set[str] = set()
        for sharing in order:
            if len(first) >= self.count:
                break
            first.update(sharing)
        return frozenset(first)

    def watched(self, order: Order, apart: Sequence[str]) -> list[tuple[str, str]] | None:
        """Those inside against those outside, listed apart or not; every pair where a shared rank overflows."""
        inside = self.of(order)
        if len(inside) > self.count:
            return None
        outside = [option for sharing in (*order, apart) for option in sharing if option not in inside]
        return [(one, other) for one in inside for other in outside]


@dataclass(frozen=True, slots=True)
class WholeOrder:
    """All ranks, and which options are listed apart."""

    def of(self, order: Order) -> Order:
        """The order itself."""
        return order

    def watched(self, order: Order, apart: Sequence[str]) -> list[tuple[str, str]]:  # noqa: ARG002  # see Outcome
        """Neighbours: before any two change places, two neighbours are level."""
        return list(pairwise(option for sharing in order for option in sharing))


@dataclass(frozen=True, slots=True)
class Chosen:
    """Anything that somebody computes from an order, such as the measures that fit the money."""

    by: Callable[[Order], Hashable]

    def of(self, order: Order) -> Hashable:
        """What is chosen."""
        return self.by(order)

    def watched(self, order: Order, apart: Sequence[str]) -> None:
        """Every pair may matter."""


@dataclass(frozen=True, slots=True)
class WeightInterval:
    """Within which weights of one round, all others as declared, the outcome stays the same."""

    round: str
    weight: Fraction
    low: Fraction
    """The lower end, 0 or more."""
    high: Fraction | None
    """The upper end; None if there is none."""
    holds_at_low: bool
    """Whether the outcome is still the same at the lower end itself, where options are level or one is at the limit
    of its coverage."""
    holds_at_high: bool
    """The same for the upper end; true if there is none."""
    exact: bool
    """Whether both ends are where the outcome changes, not a fraction just inside."""


def weight_intervals(
    rounds: Sequence[RoundScores], weights: Mapping[str, Weight], outcome: Outcome
) -> list[WeightInterval]:
    """The interval of every round's weight, in the order of the rounds; raises what joint.joint_scores raises.

    >>> rounds = [RoundScores("steering", {"a": Fraction(1), "b": Fraction(0)}),
    ...           RoundScores("online", {"a": Fraction(1, 4), "b": Fraction(3, 4)})]
    >>> for one in weight_intervals(rounds, {"steering": 2, "online": 3}, FirstPlaces(1)):
    ...     print(one.round, one.low, one.high, one.holds_at_low)
    steering 3/2 None False
    online 0 4 True

    By hand: a leads if 2 * 1 + 3 * 1/4 = 11/4 is more than 3 * 3/4 = 9/4. With weight s of the steering group,
    s + 3/4 > 9/4 says s > 3/2; with weight o of the online round, 2 + o/4 > 3o/4 says o < 4.
    """
    check_weights([one.round for one in rounds], weights)
    scale = lcm(*(Fraction(weight).denominator for weight in weights.values()))
    whole = {name: int(weight * scale) for name, weight in weights.items()}
    intervals: list[WeightInterval] = []
    for one, lines in zip(rounds, _lines_of_each(rounds, whole), strict=True):
        weight = Fraction(weights[one.round])
        needed = not any(other for name, other in weights.items() if name != one.round)
        low, high = _interval(lines, whole[one.round], outcome)
        if needed and weight:
            low = _End(low.at, holds=low.holds and low.at > 0, exact=low.exact)  # no weight at all is no ranking
        intervals.append(
            WeightInterval(
                one.round,
                weight,
                low.at / scale,
                None if high is None else high.at / scale,
                low.holds,
                high is None or high.holds,
                low.exact and (high is None or high.exact),
            )
        )
    return intervals


@dataclass(frozen=True, slots=True)
class _End:
    at: Fraction
    holds: bool
    exact: bool


_AT_ZERO: Final = _End(Fraction(0), holds=True, exact=True)


def _lines_of_each(rounds: Sequence[RoundScores], weights: Mapping[str, int]) -> Iterator[Lines]:
    """For each round, the joint scores as functions of its weight, in whole numbers."""
    unit = lcm(*(score.denominator for one in rounds for score in one.scores.values() if score is not None))
    tables = {one.round: _whole(one.scores, unit) for one in rounds}
    options = sorted({option for table in tables.values() for option in table}, key=display_order)
    fixed, behind = dict.fromkeys(options, 0), dict.fromkeys(options, 0)
    for name, table in tables.items():
        for option, score in table.items():
            fixed[option] += weights[name] * score
            behind[option] += weights[name]
    whole = sum(weights[name] for name, table in tables.items() if table)
    for name, own in tables.items():
        weight = weights[name]
        others = {option: behind[option] - (weight if option in own else 0) for option in options}
        some = [option for option in options if others[option] or option in own]
        yield Lines(
            tuple(some),
            tuple(fixed[option] - weight * own.get(option, 0) for option in some),
            tuple(own.get(option, 0) for option in some),
            tuple(others[option] for option in some),
            tuple(int(option in own) for option in some),
            whole - (weight if own else 0),
        )


def _whole(scores: Mapping[str, Fraction | None], unit: int) -> dict[str, int]:
    return {
        option: score.numerator * (unit // score.denominator) for option, score in scores.items() if score is not None
    }


def _interval(lines: Lines, weight: int, outcome: Outcome) -> tuple[_End, _End | None]:
    if not any(lines.stood):
        return _AT_ZERO, None  # what says nothing has no influence, whatever its weight
    order = lines.order_at(Fraction(weight))
    now, pairs = outcome.of(order), _pairs(lines, outcome, order)

    def same(at: Fraction) -> bool:
        return outcome.of(lines.order_at(at)) == now

    up, down = crossings(lines, pairs, weight)
    high = _end(up, same, 1)
    low = _end(down, same, -1) if weight else _AT_ZERO
    return low or _End(Fraction(0), holds=same(Fraction(0)), exact=True), high


def _pairs(lines: Lines, outcome: Outcome, order: Order) -> Pairs:
    place = {option: at for at, option in enumerate(lines.options)}
    ranked = {option for sharing in order for option in sharing}
    watched = outcome.watched(order, [option for option in lines.options if option not in ranked])
    if watched is None:
        return list(combinations(range(len(lines.options)), 2))
    return [(place[one], place[other]) for one, other in watched]


def _end(ahead: Iterable[Crossing], same: Callable[[Fraction], bool], direction: int) -> _End | None:
    """Go from crossing to crossing until the outcome changes, at one or behind it; None if it never does.

    Between two crossings the order stays the same, so one weight there speaks for all.
    """
    way = iter(ahead)
    current = next(way, None)
    while current is not None:
        near, far = (current.low, current.high) if direction > 0 else (current.high, current.low)
        if current.exact and not same(near):
            return _End(near, holds=False, exact=True)
        following = next(way, None)
        if following is not None:
            between = (far + (following.low if direction > 0 else following.high)) / 2
        else:
            between = far + 1 if direction > 0 else far / 2
        if not same(between):
            return _End(near, holds=True, exact=current.exact)
        current = following
    return None
