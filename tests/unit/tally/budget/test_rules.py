"""The rules by name, and that a float never decides."""

from fractions import Fraction
from random import Random

import pytest

from participation.tally.budget.electorate import Body
from participation.tally.budget.instances import Instance
from participation.tally.budget.outcomes import Decision
from participation.tally.budget.reasons import SENTENCES
from participation.tally.budget.rules import RULES, Question, decide
from participation.tally.budget.shares import Shares, equal_shares
from participation.tally.errors import InvalidBudget
from tests.unit.tally.budget.plain_shares import PlainBody, PlainElection, sell
from tests.unit.tally.budget.test_shares import PLAIN, SEED, check_payments, ours


def question(**how: object) -> Question:
    instance = Instance.of({"park": 60, "path": 50, "tree": 30}, 100, unit="EUR")
    ballots = [["park"]] * 4 + [["path", "tree"]] * 3 + [["tree"]] * 2
    scores = {"park": 4, "path": 3, "tree": 5}
    body = Body.of("online", 1, instance.options, ballots)
    return Question(instance, scores, [body], **{"seed": SEED, **how})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "rule,how,selected",
    [
        ("greedy", {}, ["tree", "park"]),
        ("greedy-no-skip", {}, ["tree", "park"]),
        ("greedy-threshold", {"minimum": 5}, ["tree"]),
        ("mes", {"fill": False}, ["tree"]),
        ("mes", {}, ["tree", "park"]),
        ("mes-add1", {"fill": False}, ["tree", "park"]),
        ("mes-add1", {"fill": False, "step": Fraction(1, 3)}, ["tree", "park"]),
        ("mes-comparison", {"fill": False}, ["tree", "park"]),
        ("mes-add1-comparison", {"fill": False}, ["tree", "park"]),
    ],
)
def test_a_rule_has_one_name_and_says_it(rule: str, how: dict[str, object], selected: list[str]) -> None:
    outcome = decide(rule, question(**how))
    assert (outcome.rule, list(outcome.selected)) == (rule, selected)
    assert all(decision.code in SENTENCES for decision in outcome.decisions)


def test_a_rule_that_lacks_what_it_needs_says_so() -> None:
    with pytest.raises(InvalidBudget, match="unknown_rule"):
        decide("by id", question())
    with pytest.raises(InvalidBudget, match="no_minimum_score"):
        decide("greedy-threshold", question())
    for rule in RULES:
        if rule.startswith("mes"):
            with pytest.raises(InvalidBudget, match="no_ballots"):
                decide(rule, Question(Instance.of({"park": 1}, 1), {"park": 1}))


def test_a_reason_without_a_sentence_is_a_fault() -> None:
    with pytest.raises(KeyError):
        _ = Decision("park", taken=True, code="because", facts={}).reason


@pytest.mark.parametrize("tiny", [Fraction(1, 10**k) for k in (3, 9, 15, 18, 40)])
def test_a_difference_that_no_float_can_show_decides(tiny: Fraction) -> None:
    """The path's poorer supporter has a little more to give, so the other one pays less than for the park."""
    instance = Instance.of({"park": 10, "path": 10}, 40)
    bodies = [
        Body.of("a", 4, instance.options, [["park"]]),
        Body.of("b", 4 + tiny, instance.options, [["path"]]),
        Body.of("c", 32 - tiny, instance.options, [["park", "path"]]),
    ]
    outcome = equal_shares(instance, bodies, variant=Shares(step=None, fill=False), tie_break="listed")
    assert (outcome.selected[0], outcome.ties) == ("path", ())
    assert outcome.decisions[0].facts["most"] == 6 - tiny


@pytest.mark.parametrize("missing", [Fraction(0), Fraction(1, 10**20)])
def test_money_that_is_missing_by_less_than_a_float_can_show_is_missing(missing: Fraction) -> None:
    instance = Instance.of({"park": 10 + missing, "rest": 0}, 10)
    outcome = equal_shares(instance, [Body.of("a", 1, instance.options, [["park"]] * 3)], variant=PLAIN)
    assert outcome.selected == (() if missing else ("park",))


@pytest.mark.parametrize("seed", range(3))
def test_elections_of_middle_size_are_decided_as_the_plain_definition_says(seed: int) -> None:
    random = Random(300 + seed)
    for _ in range(30):
        options = [f"p{place}" for place in range(random.randint(10, 25))]
        costs = {option: Fraction(random.randint(1, 50) * random.choice([1, 10, 100])) for option in options}
        popular = {option: 0.6 * random.random() ** 2 for option in options}
        bodies = [
            PlainBody(
                Fraction(random.randint(1, 9)),
                [
                    frozenset(option for option in options if random.random() < popular[option])
                    for _ in range(random.randint(5, 120))
                ],
            )
            for _ in range(random.choice([1, 1, 3]))
        ]
        election = PlainElection(costs, Fraction(random.randint(500, 8000)), bodies, (), SEED)
        outcome, plain = ours(election, PLAIN), sell(election, election.budget)
        assert set(outcome.selected) == set(plain.bought)
        check_payments(outcome, plain)
