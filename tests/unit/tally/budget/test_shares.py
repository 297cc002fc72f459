"""The Method of Equal Shares against the plain one, voter by voter."""

from fractions import Fraction
from random import Random
from typing import Any

import pytest

from participation.tally.budget.electorate import Body
from participation.tally.budget.instances import Instance
from participation.tally.budget.outcomes import Outcome
from participation.tally.budget.shares import Shares, equal_shares
from tests.unit.tally.budget.plain_shares import PlainBody, PlainElection, PlainSale, add1, sell

SEED = b"drawn in public"


def draw_election(random: Random) -> PlainElection:
    """Up to seven options and three bodies; small whole numbers, so that exact ties and thresholds are common."""
    options = [f"p{place}" for place in range(random.randint(1, 7))]
    most = random.choice([3, 10, 100])
    costs = {
        option: Fraction(random.randint(int(random.random() < 0.8), most), random.choice([1, 1, 1, 2, 3]))
        for option in options
    }
    bodies = []
    for _ in range(random.choice([1, 1, 2, 3])):
        liked = random.choice([0.2, 0.5, 0.8])
        ballots = [frozenset(one for one in options if random.random() < liked) for _ in range(random.randint(0, 12))]
        bodies.append(PlainBody(Fraction(random.randint(0, 4), random.choice([1, 3])), ballots))
    bodies.append(PlainBody(Fraction(1), [frozenset(options[:1])]))
    groups = [frozenset(random.sample(options, 2))] if len(options) > 2 and random.random() < 0.3 else []
    return PlainElection(costs, Fraction(random.randint(0, most * len(options))), bodies, groups, SEED)


def ours(election: PlainElection, variant: Shares, **how: Any) -> Outcome:
    instance = Instance.of(
        election.costs,
        election.budget,
        groups={str(place): sorted(group) for place, group in enumerate(election.groups)},
    )
    bodies = [
        Body.of(f"body {place}", body.weight, instance.options, body.ballots)
        for place, body in enumerate(election.bodies)
    ]
    return equal_shares(instance, bodies, variant=variant, **{"seed": SEED, **how})


def check_payments(outcome: Outcome, plain: PlainSale) -> None:
    """Who paid how much, of what was bought."""
    for decision in outcome.decisions:
        if decision.code == "bought":
            paid = [payment for payment in plain.payments[decision.option].values() if payment]
            facts = decision.facts
            assert (facts["payers"], facts["least"], facts["most"]) == (len(paid), min(paid), max(paid))


@pytest.mark.parametrize("seed", range(4))
def test_plain_equal_shares_buys_what_the_plain_definition_buys(seed: int) -> None:
    random = Random(seed)
    for _ in range(400):
        election = draw_election(random)
        outcome, plain = ours(election, Shares(step=None, fill=False)), sell(election, election.budget)
        assert set(outcome.selected) == set(plain.bought)
        check_payments(outcome, plain)


@pytest.mark.parametrize("seed", range(4))
def test_add1_ends_where_the_plain_definition_ends(seed: int) -> None:
    random = Random(100 + seed)
    for _ in range(300):
        election = draw_election(random)
        step = Fraction(random.choice([1, 1, 1, 5]), random.choice([1, 2]))
        outcome = ours(election, Shares(step=step, fill=False))
        plain, budget = add1(election, step)
        assert set(outcome.selected) == set(plain.bought)
        assert outcome.explanation["raised_to"] == budget
        check_payments(outcome, plain)
