"""Down the ranking while the money lasts.

The rule that most cities use (Rey and Maly, The (Computational) Social Choice Take on Indivisible
Participatory Budgeting, arXiv 2303.00621): the best-placed option that still fits is taken. With skipping, one
that does not fit is left out and the next is looked at; without, it ends the list.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from types import MappingProxyType
from typing import Final, TypeAlias

from participation.tally.budget.instances import Amount, Instance
from participation.tally.budget.outcomes import Decision, Outcome
from participation.tally.budget.ties import DEFAULT_TIE_BREAK, Equals, Tie, TieRule, Votes, tie_rule
from participation.tally.errors import InvalidBudget
from participation.tally.scoring import display_order

Scores: TypeAlias = Mapping[str, Amount | None]
"""Every option's score; higher is better, None for one that is listed apart."""

NO_VOTES: Final[Votes] = MappingProxyType({})


def greedy(
    instance: Instance,
    scores: Scores,
    *,
    skip: bool = True,
    minimum: Amount | None = None,
    tie_break: str = DEFAULT_TIE_BREAK,
    seed: bytes | None = None,
    votes: Votes = NO_VOTES,
) -> Outcome:
    """Take options in the order of their scores.

    An option below `minimum`, without a score, or excluded by one of its group that was taken is left out, and
    does not end the list where nothing is skipped. `votes` are only asked by tie rules that compare them.
    Raises InvalidBudget if the scores do not name the instance's options or are not exact, UndecidedTie if
    equals have to be told apart and cannot be.

    >>> instance = Instance.of({"lamp": 60, "tree": 30, "bench": 20}, 90, unit="EUR")
    >>> outcome = greedy(instance, {"lamp": 5, "tree": 9, "bench": 5}, seed=b"drawn in public")
    >>> outcome.selected, outcome.spent, outcome.ties[0].options
    (('tree', 'bench'), Fraction(50, 1), ('bench', 'lamp'))
    >>> outcome.reasons()["lamp"]
    'does not fit: needs 60, 40 EUR left'
    """
    check_scores(instance, scores, minimum)
    walk = Walk.start(instance, minimum=minimum, skip=skip)
    for equals in levels(scores):
        walk.take(equals, tie_rule(tie_break), Equals(instance, votes, seed), scores)
    name = ("greedy" if skip else "greedy-no-skip") if minimum is None else "greedy-threshold"
    return Outcome(
        rule=name,
        budget=instance.budget,
        selected=tuple(walk.selected),
        spent=instance.budget - walk.left,
        decisions=walk.in_order(),
        ties=tuple(walk.ties),
        tie_break=tie_break,
        parameters=MappingProxyType({"skip": skip, "minimum": None if minimum is None else Fraction(minimum)}),
    )


def check_scores(instance: Instance, scores: Scores, minimum: Amount | None = None) -> None:
    """Raise InvalidBudget unless every option has an exact score or None, and nothing else has."""
    if set(scores) != set(instance.costs):
        odd = sorted(set(scores) ^ set(instance.costs))
        raise InvalidBudget("scores_do_not_match_options", options=odd)
    for option, score in [*scores.items(), ("minimum", minimum)]:
        if score is not None and type(score) not in {int, Fraction}:
            raise InvalidBudget("score_not_exact", option=option, score=str(score)[:80])


def levels(scores: Scores) -> Iterator[Sequence[str]]:
    """Options of equal score, best first; those without a score last, one by one.

    Equals come in the order of display, so that the outcome is the same however the options are listed.
    """
    options = sorted(scores, key=display_order)
    scored = [option for option in options if scores[option] is not None]
    scored.sort(key=lambda option: scores[option] or 0, reverse=True)
    for _, equals in groupby(scored, key=scores.__getitem__):
        yield list(equals)
    yield from ([option] for option in options if scores[option] is None)


@dataclass(slots=True)
class Walk:
    """A way down the ranking: what is taken so far, what is left, and why."""

    instance: Instance
    minimum: Amount | None
    skip: bool
    left: Fraction
    rivals: Mapping[str, frozenset[str]]
    code: str = "taken"
    """The reason of what is taken."""
    selected: list[str] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    stopped_by: str | None = None

    @classmethod
    def start(cls, instance: Instance, *, minimum: Amount | None = None, skip: bool = True) -> "Walk":
        """At the top of the ranking, with all the money."""
        return cls(instance, minimum, skip, instance.budget, instance.rivals())

    def take(self, options: Sequence[str], rule: TieRule, equals: Equals, scores: Scores) -> None:
        """Decide about options of one score; the tie rule is asked only if their order matters."""
        if self._order_matters(options, scores):
            self.ties.append(rule.tie(equals, options))
            options = self.ties[-1].options
        for option in options:
            self._decide(option, scores[option])

    def in_order(self) -> tuple[Decision, ...]:
        """Those taken first, the others as they were met."""
        return tuple(sorted(self.decisions, key=lambda decision: not decision.taken))

    def _order_matters(self, options: Sequence[str], scores: Scores) -> bool:
        """Whether another order of equals takes others.

        It does not if all that can be taken now fit together and do not exclude each other, or none can.
        Otherwise each of them can be first, and somebody is left out: the order matters. Where nothing is
        skipped, one that does not fit by itself can end the list before the others.
        """
        if self.stopped_by is not None or len(options) == 1:
            return False
        standing = [option for option in options if self._obstacle(option, scores[option]) is None]
        fitting = [option for option in standing if self.instance.costs[option] <= self.left]
        if not fitting:
            return False
        if not self.skip and len(fitting) < len(standing):
            return True
        together = self.instance.cost(fitting) <= self.left
        return not together or any(self.rivals.get(option, frozenset()) & set(fitting) for option in fitting)

    def _decide(self, option: str, score: Amount | None) -> None:
        cost = self.instance.costs[option]
        decision = self._obstacle(option, score) or self._unreached(option)
        facts = {"cost": cost, "left": self.left, "unit": self.instance.unit}
        if decision is None and cost > self.left:
            decision = Decision(option, taken=False, code="does_not_fit", facts=MappingProxyType(facts))
            if not self.skip:
                self.stopped_by = option
        elif decision is None:
            decision = Decision(option, taken=True, code=self.code, facts=MappingProxyType(facts))
            self.selected.append(option)
            self.left -= cost
        self.decisions.append(decision)

    def _obstacle(self, option: str, score: Amount | None) -> Decision | None:
        """Why an option cannot be taken whatever money there is."""
        if score is None:
            return Decision(option, taken=False, code="not_ranked", facts=MappingProxyType({}))
        if self.minimum is not None and score < self.minimum:
            facts = {"score": Fraction(score), "minimum": Fraction(self.minimum)}
            return Decision(option, taken=False, code="below_minimum", facts=MappingProxyType(facts))
        return excluded(self.instance, option, self.selected)

    def _unreached(self, option: str) -> Decision | None:
        if self.stopped_by is None:
            return None
        facts = {"stopped_by": self.stopped_by, "cost": self.instance.costs[option], "left": self.left}
        return Decision(option, taken=False, code="after_the_stop", facts=MappingProxyType(facts))


def excluded(instance: Instance, option: str, selected: Sequence[str]) -> Decision | None:
    """The decision about an option of whose group another one was taken already, None if none was."""
    for name, members in instance.groups.items():
        taken = [other for other in selected if other in members] if option in members else []
        if taken:
            facts = {"rival": taken[0], "group": name}
            return Decision(option, taken=False, code="excluded", facts=MappingProxyType(facts))
    return None
