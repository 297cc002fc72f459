"""The Method of Equal Shares: every voter has the same money of their own, and supporters buy together.

Plain equal shares leaves about a third of the budget unspent, because supporters of unpopular options keep
money that buys nothing. The completion Add1 gives every voter one unit more and starts again, until nothing
more would fit or the next outcome would cost more than there is (equalshares.net, "Completion"; decided this
way in Wieliczka in 2023, in Świecie and in Assen). With several bodies every step raises the budget by the
number of voters and divides it anew. An option that nobody supports can never be bought and does not keep the
completion going. The last outcome that can be paid for counts, also if an earlier one took more options: more
money can drop a measure.

Two optional last steps: fill what is left down the ranking; and compare with the greedy outcome, which replaces
equal shares only if more voters support more of its options (in Wieliczka and Świecie).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Final

import numpy as np

from participation.tally.budget.completion import Completed, complete
from participation.tally.budget.electorate import Body, Electorate
from participation.tally.budget.greedy import Scores, Walk, check_scores, excluded, greedy, levels
from participation.tally.budget.instances import Amount, Instance
from participation.tally.budget.market import Market, Purchase
from participation.tally.budget.outcomes import Decision, Outcome
from participation.tally.budget.ties import DEFAULT_TIE_BREAK, Equals, tie_rule
from participation.tally.errors import InvalidBudget


@dataclass(frozen=True, slots=True)
class Shares:
    """Which of the variants is meant."""

    step: Amount | None = 1
    """How much more every voter gets with each step of the completion; None for none."""
    fill: bool = True
    """Fill what is left down the ranking."""
    comparison: bool = False
    """Let the greedy outcome win if more voters prefer it."""
    dearest: Amount | None = None
    """An option may cost at most so many times its supporters' part of the budget (3 in Świecie); None: any."""

    @property
    def name(self) -> str:
        """The name of the rule that this is."""
        return "mes" + ("" if self.step is None else "-add1") + ("-comparison" if self.comparison else "")


ADD1: Final = Shares()


def equal_shares(
    instance: Instance,
    bodies: Sequence[Body],
    *,
    variant: Shares = ADD1,
    scores: Scores | None = None,
    tie_break: str = DEFAULT_TIE_BREAK,
    seed: bytes | None = None,
) -> Outcome:
    """Let the voters of all bodies buy.

    `scores` are the ranking for the two last steps; where there is none, options stand in it by their support:
    each body's share of supporters, by weight. Raises InvalidBudget, InvalidWeights or UndecidedTie.

    >>> instance = Instance.of({"park": 60, "path": 40, "lamp": 40, "tree": 20}, 100, unit="EUR")
    >>> ballots = [["park", "path"]] * 6 + [["lamp"]] * 4
    >>> outcome = equal_shares(instance, [Body.of("online", 1, instance.options, ballots)])
    >>> outcome.selected, outcome.reasons()["lamp"]
    (('path', 'lamp', 'tree'), 'bought: 4 supporters paid 40 EUR, 10 each')

    Park and path have the same six supporters, so both would cost each of them 1/6 of what they get; the tie
    rule takes the path because it costs less, and then the park is out of reach.
    """
    _check(variant)
    electorate = Electorate.of(instance, bodies)
    support = dict(zip(instance.options, electorate.standing(), strict=True))
    ranking = support if scores is None else scores
    check_scores(instance, ranking)
    equals = Equals(instance, support, seed)
    dear = _too_dear(instance, support, variant)
    market = Market(instance, electorate, tie_rule(tie_break), equals)
    completed = complete(market, electorate, variant.step, [c for c, one in enumerate(support) if one not in dear])
    counting = _Counting(instance, market, electorate, variant, completed, ranking, dear)
    outcome = counting.outcome(tie_break, equals)
    if not variant.comparison:
        return outcome
    left = {option: None if option in dear else score for option, score in ranking.items()}
    rival = greedy(instance, left, tie_break=tie_break, seed=seed, votes=support)
    return _compare(outcome, rival, electorate, dear)


def _check(variant: Shares) -> None:
    for name, value in (("step", variant.step), ("dearest", variant.dearest)):
        if value is not None and (type(value) not in {int, Fraction} or value <= 0):
            raise InvalidBudget(f"{name}_not_positive", amount=str(value)[:80])


def _too_dear(instance: Instance, support: Mapping[str, Fraction], variant: Shares) -> dict[str, Fraction]:
    """The options that cost more than their supporters' part of the budget allows, with what it allows."""
    if variant.dearest is None:
        return {}
    allowed = {option: variant.dearest * share * instance.budget for option, share in support.items()}
    return {option: most for option, most in allowed.items() if instance.costs[option] > most}


@dataclass(slots=True)
class _Counting:
    """What the completion came to, on its way to an outcome."""

    instance: Instance
    market: Market
    electorate: Electorate
    variant: Shares
    completed: Completed
    ranking: Scores
    dear: Mapping[str, Fraction]
    supporters: dict[str, int] = field(default_factory=dict)

    def outcome(self, tie_break: str, equals: Equals) -> Outcome:
        instance, completed = self.instance, self.completed
        self.supporters = dict(zip(instance.options, self.market.supporters, strict=True))
        taken = [self._bought(purchase) for purchase in completed.sale.purchases]
        bought = [decision.option for decision in taken]
        walk = Walk.start(instance)
        walk.code, walk.selected, walk.left = "filled", list(bought), instance.budget - instance.cost(bought)
        if self.variant.fill:
            open_ = {option: score for option, score in self.ranking.items() if option not in {*bought, *self.dear}}
            for options in levels(open_):
                walk.take(options, tie_rule(tie_break), equals, self.ranking)
        taken += [decision for decision in walk.decisions if decision.taken]
        others = [one for equal in levels(self.ranking) for one in equal if one not in walk.selected]
        return Outcome(
            rule=self.variant.name,
            budget=instance.budget,
            selected=tuple(walk.selected),
            spent=instance.budget - walk.left,
            decisions=(*taken, *(self._not_taken(option, walk) for option in others)),
            ties=(*completed.ties, *walk.ties),
            tie_break=tie_break,
            parameters=MappingProxyType(
                {"step": self.variant.step, "fill": self.variant.fill, "dearest": self.variant.dearest}
            ),
            explanation=MappingProxyType(self._explanation(len(bought), len(walk.selected) - len(bought))),
        )

    def _explanation(self, bought: int, filled: int) -> dict[str, object]:
        return {
            "voters": len(self.electorate),
            "without_voters": self.electorate.dropped,
            "steps": self.completed.steps,
            "raised_to": self.completed.budget,
            "ended_by": self.completed.ended_by,
            "bought": bought,
            "filled": filled,
        }

    def _bought(self, purchase: Purchase) -> Decision:
        option = self.instance.options[purchase.column]
        facts = {
            "cost": self.instance.costs[option],
            "rho": purchase.rho,
            "payers": purchase.payers,
            "supporters": self.supporters[option],
            "least": purchase.least,
            "most": purchase.most,
            "unit": self.instance.unit,
        }
        code = "bought" if purchase.least < purchase.most else "bought_alike"
        if not self.instance.costs[option]:
            code = "free"
        return Decision(option, taken=True, code=code, facts=MappingProxyType(facts))

    def _not_taken(self, option: str, walk: Walk) -> Decision:
        rival = excluded(self.instance, option, walk.selected)
        if rival is not None:
            return rival
        facts: dict[str, object] = {
            "cost": self.instance.costs[option],
            "supporters": self.supporters[option],
            "rest": walk.left,
            "unit": self.instance.unit,
        }
        if option in self.dear:
            facts["limit"] = self.dear[option]
            code = "too_dear"
        elif not self.supporters[option]:
            code = "unsupported"
        else:
            facts["left"] = self.completed.sale.left[self.instance.options.index(option)]
            code = "out_of_reach_of_all" if self.variant.fill else "out_of_reach"
        return Decision(option, taken=False, code=code, facts=MappingProxyType(facts))


def _compare(outcome: Outcome, rival: Outcome, electorate: Electorate, dear: Mapping[str, Fraction]) -> Outcome:
    """Keep equal shares unless more voters, by their bodies' weight, support more options of the greedy outcome."""
    options = electorate.options
    liked = [
        electorate.supports @ np.array([option in one.selected for option in options], np.int64)
        for one in (outcome, rival)
    ]
    for_shares, for_greedy = (
        electorate.weight_of(np.flatnonzero(more > less)) for more, less in ((liked[0], liked[1]), (liked[1], liked[0]))
    )
    explanation = {
        **outcome.explanation,
        "prefer_shares": for_shares,
        "prefer_greedy": for_greedy,
        "equal_shares": outcome.selected,
        "greedy": rival.selected,
        "replaced": for_greedy > for_shares,
    }
    kept = outcome
    if for_greedy > for_shares:
        own = {decision.option: decision for decision in outcome.decisions}
        decisions = tuple(own[one.option] if one.option in dear else one for one in rival.decisions)
        kept = replace(rival, rule=outcome.rule, parameters=outcome.parameters, decisions=decisions)
    return replace(kept, explanation=MappingProxyType(explanation))
