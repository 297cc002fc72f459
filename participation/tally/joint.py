"""Several rounds and their declared weights, combined into one score.

The joint score of an option is the weighted mean of its win rates in the rounds. Shares, not raw counts, are
combined, so that a large round cannot drown a small one; pooled ballots would let the largest round decide
alone. Weights are declared before the voting and never derived from turnout.

An option need not have stood in every round. Its mean is taken over the rounds where it has a score, and its
coverage says how much of the weight those rounds have. Below one half it is listed apart and not ranked,
because the rounds that could speak about it are too few to speak for all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Final, TypeAlias

from participation.tally.errors import InvalidOptions, InvalidShare, InvalidWeights, MissingWeight, UnknownRound

Weight: TypeAlias = int | Fraction

LEAST_COVERAGE: Final = Fraction(1, 2)
"""An option with less of the weight behind it is listed apart."""


@dataclass(frozen=True, slots=True)
class RoundScores:
    """What a round contributes: its name and every option's score, None for one that no ballot compares."""

    round: str
    scores: Mapping[str, Fraction | None]


@dataclass(frozen=True, slots=True)
class JointScore:
    """One option over all rounds."""

    option: str
    mean: Fraction | None
    """The weighted mean over the rounds where it stood; None where it stood in none that has weight."""
    coverage: Fraction
    """The share of the weight that stands behind the mean, 0 to 1."""
    by_round: Mapping[str, Fraction | None]
    """Its score in every round, None where it did not stand."""

    @property
    def score(self) -> Fraction | None:
        """The mean if its coverage suffices to be ranked, else None: listed apart."""
        return self.mean if self.coverage >= LEAST_COVERAGE else None


@dataclass(frozen=True, slots=True)
class JointScores:
    """The joint scores of all options, and the rounds that gave none."""

    options: Mapping[str, JointScore]
    silent_rounds: tuple[str, ...]
    """Rounds with weight in which no option has a score, because no ballot compares anything.

    Their weight is left out, also of the coverage: what nobody said cannot be held against an option.
    """

    def scores(self) -> dict[str, Fraction | None]:
        """Every option's score for scoring.rank; None for those listed apart."""
        return {option: joint.score for option, joint in self.options.items()}


@dataclass(frozen=True, slots=True)
class CarriedScore:
    """A measure's score with and without the goals that it serves."""

    own: Fraction | None
    goals: Fraction | None
    """The mean score of the goals that it serves, None where none of them has a score."""
    score: Fraction | None


def joint_scores(rounds: Sequence[RoundScores], weights: Mapping[str, Weight]) -> JointScores:
    """Combine rounds by their declared weights.

    Weights are integers or Fractions, not negative, not all zero; only their ratios matter. Raises
    MissingWeight if a round has none, UnknownRound if a weight names no round, InvalidWeights if a weight is
    not exact.

    >>> steering = RoundScores("steering", {"a": Fraction(1), "b": Fraction(0), "c": None})
    >>> online = RoundScores("online", {"a": Fraction(1, 4), "b": Fraction(1, 2), "c": Fraction(3, 4)})
    >>> joint = joint_scores([steering, online], {"steering": 2, "online": 1})
    >>> [(one.option, str(one.mean), str(one.coverage)) for one in joint.options.values()]
    [('a', '3/4', '1'), ('b', '1/6', '1'), ('c', '3/4', '1/3')]
    >>> joint.scores()["c"] is None
    True
    """
    check_weights([one.round for one in rounds], weights)
    speaking = {one.round for one in rounds if any(score is not None for score in one.scores.values())}
    whole = sum((Fraction(weights[name]) for name in speaking), Fraction(0))
    options = dict.fromkeys(option for one in rounds for option in one.scores)
    return JointScores(
        MappingProxyType({option: _combine(option, rounds, weights, whole) for option in options}),
        tuple(one.round for one in rounds if one.round not in speaking and weights[one.round] > 0),
    )


def check_weights(rounds: Sequence[str], weights: Mapping[str, Weight]) -> None:
    """Raise unless every round has one exact weight, not negative, and some round has more than none."""
    for place, name in enumerate(rounds):
        if name in rounds[:place]:
            raise InvalidWeights("round_named_twice", round=name)
        if name not in weights:
            raise MissingWeight("missing_weight", round=name)
    for name, weight in weights.items():
        if name not in rounds:
            raise UnknownRound("weight_without_round", round=name)
        if type(weight) not in {int, Fraction}:
            raise InvalidWeights("weight_not_exact", round=name, weight=str(weight))
        if weight < 0:
            raise InvalidWeights("weight_negative", round=name, weight=str(weight))
    if not any(weights.values()):
        raise InvalidWeights("no_weight_at_all")


def carry_over(
    own: Mapping[str, Fraction | None],
    goals: Mapping[str, Fraction | None],
    serves: Mapping[str, Sequence[str]],
    share: Fraction | int,
) -> dict[str, CarriedScore]:
    """Let measures take a share of the scores of the goals that they serve.

    `own` are the measures' joint scores, `goals` those of the goals, usually of another joint ranking with its own
    rounds and weights, None for one that is listed apart there; `serves` names each measure's goals. The
    score becomes (1 - share) times its own and share times the mean of its goals that have a score. A measure
    without a score stays without one; a measure none of whose goals has a score keeps its own. Raises
    InvalidShare unless the share is exact and between 0 and 1, InvalidOptions if a measure serves a goal twice.

    >>> goals = {"G1": Fraction(1), "G2": None}
    >>> scores = carry_over({"M1": Fraction(1, 2)}, goals, {"M1": ["G1", "G2"]}, Fraction(1, 5))
    >>> scores["M1"].own, scores["M1"].goals, scores["M1"].score
    (Fraction(1, 2), Fraction(1, 1), Fraction(3, 5))
    """
    check_share(share)
    for served in serves.values():
        if len(set(served)) < len(served):
            raise InvalidOptions("duplicate_option", option=next(goal for goal in served if served.count(goal) > 1))
    return {
        measure: _carry(score, [goals.get(goal) for goal in serves.get(measure, ())], Fraction(share))
        for measure, score in own.items()
    }


def carry_into_rounds(
    rounds: Sequence[RoundScores], goals: Mapping[str, Fraction | None], share: Fraction | int
) -> list[RoundScores]:
    """Let every round's figures take the goals' share, so that the joint scores of the result are the carried ones.

    `goals` are the mean scores of the goals that each option serves (CarriedScore.goals), None where there is none.
    A joint score is a mean, so it makes no difference whether the goals' share is mixed into it or into each of its
    parts. For questions about the weights of a ranking with goals (weight_intervals, leave_one_out): the goals'
    scores stay as they are while a weight of the measures' rounds moves. The figures that come out are no body's.
    """
    check_share(share)
    return [
        RoundScores(
            one.round,
            {option: _carry(score, [goals.get(option)], Fraction(share)).score for option, score in one.scores.items()},
        )
        for one in rounds
    ]


def check_share(share: Fraction | int) -> None:
    """Raise InvalidShare unless it is exact and between 0 and 1."""
    if type(share) not in {int, Fraction} or not 0 <= share <= 1:
        raise InvalidShare("share_not_between_0_and_1", share=str(share))


def _combine(option: str, rounds: Sequence[RoundScores], weights: Mapping[str, Weight], whole: Fraction) -> JointScore:
    by_round = {one.round: one.scores.get(option) for one in rounds}
    stood = {name: score for name, score in by_round.items() if score is not None}
    weight = sum((Fraction(weights[name]) for name in stood), Fraction(0))
    total = sum((weights[name] * score for name, score in stood.items()), Fraction(0))
    return JointScore(
        option,
        mean=total / weight if weight else None,
        coverage=weight / whole if whole else Fraction(0),
        by_round=MappingProxyType(by_round),
    )


def _carry(own: Fraction | None, goals: Sequence[Fraction | None], share: Fraction) -> CarriedScore:
    known = [score for score in goals if score is not None]
    mean = sum(known, Fraction(0)) / len(known) if known else None
    if own is None or mean is None:
        return CarriedScore(own, mean, own)
    return CarriedScore(own, mean, (1 - share) * own + share * mean)
