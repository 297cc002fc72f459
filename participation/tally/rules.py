"""The rules by which rounds can be ranked, as a table: what each needs, how it counts, what it says beside.

The win rate decides; the others are shown beside it, so that readers see what depends on the rule and what does
not. All share how rounds are put together: an option is ranked over the rounds where it stood, and listed apart
if these have less than half of the weight.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Final, TypeAlias

from participation.tally import METHOD_VERSION
from participation.tally.errors import WrongKind
from participation.tally.exact import fraction_text
from participation.tally.grades import joint_medians
from participation.tally.joint import JointScores, RoundScores, Weight, joint_scores
from participation.tally.jsonlines import CountedRound
from participation.tally.kemeny import kemeny
from participation.tally.kinds import BallotKind
from participation.tally.margins import Margins, weighted_margins
from participation.tally.mentions import mean_scores, mention_shares
from participation.tally.schulze import schulze
from participation.tally.scoring import RankedOption, rank, win_rates

Rounds: TypeAlias = Mapping[str, CountedRound]
Weights: TypeAlias = Mapping[str, Weight]
Figures: TypeAlias = Callable[[CountedRound], dict[str, Fraction | None]]

CONSENSUS_SECONDS: Final = 1.5
"""How long Kemeny's order is looked for; then the best one found is given, with its bound."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule makes of rounds and weights."""

    joint: JointScores
    """Of rules that score: the scores by which it ranks. Of rules that only order: the win rates, for coverage."""
    ranking: tuple[RankedOption, ...]
    """Best first; `score` is None throughout where the rule only orders."""
    facts: Mapping[str, object] = field(default_factory=dict)
    """What else the rule has to say, ready for JSON."""
    by_option: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """The same for single options."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to rank."""

    name: str
    method_version: str
    """Changes when equal ballots would give other figures."""
    way: Callable[[Rounds, Weights], Outcome]
    """How it counts rounds that carry what it needs."""
    needs: frozenset[BallotKind] = frozenset(BallotKind)
    """The kinds of ballots that carry what it needs."""
    scores: bool = True
    """Whether options have a score, or only a rank."""
    percent: bool = False
    """Whether scores are shares of one, to be shown in percent."""

    def count(self, rounds: Rounds, weights: Weights) -> Outcome:
        """Rank by rounds, each of which has a weight.

        Raises InvalidWeights; WrongKind if a round's ballots do not carry what the rule needs, or if scores of
        rounds that have weight are on different scales.
        """
        for name, one in rounds.items():
            kind = one.declaration.kind
            if kind not in self.needs:
                raise WrongKind("not_carried", rule=self.name, round=name, kind=kind.value, needs=sorted(self.needs))
        return self.way(rounds, weights)


def carried_by(kinds: frozenset[BallotKind]) -> list[str]:
    """The names of the rules for which rounds of these kinds carry what is needed, in the order of the table."""
    return [name for name, rule in RULES.items() if kinds <= rule.needs]


def joint_margins(rounds: Rounds, weights: Weights) -> tuple[Margins, JointScores]:
    """The margins over all options that are to be ranked, and the joint win rates, whose coverage says which.

    An option listed apart is no stepping stone on a path between others either.
    """
    joint = joint_scores([RoundScores(name, win_rates(one.counts)) for name, one in rounds.items()], weights)
    whole = weighted_margins([(name, one.counts) for name, one in rounds.items()], weights)
    return whole.over([option for option, score in joint.scores().items() if score is not None]), joint


def _by_figures(figures: Figures) -> Callable[[Rounds, Weights], Outcome]:
    """A rule that ranks by the weighted mean of a figure of each round."""

    def count(rounds: Rounds, weights: Weights) -> Outcome:
        joint = joint_scores([RoundScores(name, figures(one)) for name, one in rounds.items()], weights)
        return Outcome(joint, tuple(rank(joint.scores())))

    return count


def _approvals(one: CountedRound) -> dict[str, Fraction | None]:
    """The share of ballots that choose each option; being ranked or given points is not being approved of."""
    return mention_shares(one.mentions)


def _count_by_means(rounds: Rounds, weights: Weights) -> Outcome:
    _check_one_scale(rounds, weights)
    return _by_figures(lambda one: mean_scores(one.mentions))(rounds, weights)


def _count_by_medians(rounds: Rounds, weights: Weights) -> Outcome:
    _check_one_scale(rounds, weights)
    joint = joint_medians([(name, one.grades) for name, one in rounds.items()], weights)
    return Outcome(joint, tuple(rank(joint.scores())))


def _check_one_scale(rounds: Rounds, weights: Weights) -> None:
    """A 4 of 5 and a 4 of 10 have no mean: unlike win rates, scores keep the scale of their ballots."""
    scales = {name: one.declaration.limits.value for name, one in rounds.items() if weights.get(name)}
    if len(set(scales.values())) > 1:
        raise WrongKind("different_scales", max=scales)


def _count_by_schulze(rounds: Rounds, weights: Weights) -> Outcome:
    margins, joint = joint_margins(rounds, weights)
    result = schulze(margins)
    before = dict(zip(margins.options, result.before.sum(axis=1).tolist(), strict=True))
    after = dict(zip(margins.options, result.before.sum(axis=0).tolist(), strict=True))
    by_option = {option: {"before": before[option], "after": after[option]} for option in margins.options}
    facts = {"strength": "margins", "open_pairs": result.open_pairs()}
    return Outcome(joint, _with_those_apart(result.ranking(), joint), facts, by_option)


def _count_by_kemeny(rounds: Rounds, weights: Weights) -> Outcome:
    """Which of several optimal orders was found is not said: it means nothing, and depends on the solver."""
    margins, joint = joint_margins(rounds, weights)
    result = kemeny(margins, seconds=CONSENSUS_SECONDS)
    facts = {
        "score": fraction_text(result.score * result.unit),
        "bound": fraction_text(result.bound * result.unit),
        "gap": fraction_text(result.gap * result.unit),
        "optimal": result.optimal,
        "unique": result.unique,
        "settled": result.settled,
    }
    return Outcome(joint, _with_those_apart(result.ranking(), joint), facts)


def _with_those_apart(ranking: list[RankedOption], joint: JointScores) -> tuple[RankedOption, ...]:
    """The ranking, and after it the options that it did not take in."""
    ranked = {one.option for one in ranking}
    apart = rank({option: None for option in joint.options if option not in ranked})
    return (*ranking, *apart)


RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        rule.name: rule
        for rule in (
            Rule("win-rate", METHOD_VERSION, _by_figures(lambda one: win_rates(one.counts)), percent=True),
            Rule(
                "approval",
                "approval-share/1",
                _by_figures(_approvals),
                needs=frozenset({BallotKind.APPROVAL}),
                percent=True,
            ),
            Rule("score", "mean-score/1", _count_by_means, needs=frozenset({BallotKind.SCORE})),
            Rule("median", "median-grade/1", _count_by_medians, needs=frozenset({BallotKind.SCORE})),
            Rule("schulze", "schulze-margins/1", _count_by_schulze, scores=False),
            Rule("kemeny", "kemeny/1", _count_by_kemeny, scores=False),
        )
    }
)
"""All rules by name."""
