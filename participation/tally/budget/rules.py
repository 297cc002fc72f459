"""The rules by name, for the command line, files and plans: one table, one kind of question."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from participation.tally.budget.electorate import Body, Electorate
from participation.tally.budget.greedy import Scores, greedy
from participation.tally.budget.instances import Amount, Instance
from participation.tally.budget.outcomes import Outcome
from participation.tally.budget.shares import Shares, equal_shares
from participation.tally.budget.ties import DEFAULT_TIE_BREAK
from participation.tally.errors import InvalidBudget


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be decided; each rule takes what it needs."""

    instance: Instance
    scores: Scores
    """The ranking, higher is better."""
    bodies: Sequence[Body] = ()
    """The ballots; needed by equal shares, and by tie rules that compare votes."""
    minimum: Amount | None = None
    """The score that greedy-threshold asks for."""
    fill: bool = True
    """Whether equal shares fills what is left down the ranking; plain Add1 does not."""
    dearest: Amount | None = None
    """See Shares.dearest."""
    step: Amount = 1
    """By how much Add1 raises every voter's money."""
    tie_break: str = DEFAULT_TIE_BREAK
    seed: bytes | None = None
    """What lots are drawn from, such as a bundle's root or the hash of a file."""

    def votes(self) -> dict[str, Fraction]:
        """The support of every option by the bodies' weight, where there are ballots."""
        if not self.bodies:
            return {}
        electorate = Electorate.of(self.instance, self.bodies)
        return dict(zip(self.instance.options, electorate.standing(), strict=True))


Rule = Callable[[Question], Outcome]


def _greedy(*, skip: bool = True, threshold: bool = False) -> Rule:
    def answer(question: Question) -> Outcome:
        if threshold and question.minimum is None:
            raise InvalidBudget("no_minimum_score")
        return greedy(
            question.instance,
            question.scores,
            skip=skip,
            minimum=question.minimum if threshold else None,
            tie_break=question.tie_break,
            seed=question.seed,
            votes=question.votes(),
        )

    return answer


def _equal_shares(*, add1: bool, comparison: bool = False) -> Rule:
    def answer(question: Question) -> Outcome:
        if not question.bodies:
            raise InvalidBudget("no_ballots")
        return equal_shares(
            question.instance,
            question.bodies,
            variant=Shares(
                step=question.step if add1 else None,
                fill=question.fill,
                comparison=comparison,
                dearest=question.dearest,
            ),
            scores=question.scores,
            tie_break=question.tie_break,
            seed=question.seed,
        )

    return answer


RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "greedy": _greedy(),
        "greedy-no-skip": _greedy(skip=False),
        "greedy-threshold": _greedy(threshold=True),
        "mes": _equal_shares(add1=False),
        "mes-comparison": _equal_shares(add1=False, comparison=True),
        "mes-add1": _equal_shares(add1=True),
        "mes-add1-comparison": _equal_shares(add1=True, comparison=True),
    }
)


def decide(rule: str, question: Question) -> Outcome:
    """Answer by the rule of this name; raises InvalidBudget `unknown_rule`, and what the rule raises.

    >>> instance = Instance.of({"tree": 30, "lamp": 60}, 60)
    >>> decide("greedy", Question(instance, {"tree": 2, "lamp": 1})).selected
    ('tree',)
    """
    if rule not in RULES:
        raise InvalidBudget("unknown_rule", rule=rule, known=list(RULES))
    return RULES[rule](question)
