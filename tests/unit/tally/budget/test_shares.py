"""The Method of Equal Shares against the plain one, voter by voter."""

from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest

from participation.tally.ballots import Profile
from participation.tally.budget import completion, market
from participation.tally.budget.electorate import Body
from participation.tally.budget.instances import Instance
from participation.tally.budget.outcomes import Outcome
from participation.tally.budget.shares import Shares, equal_shares
from participation.tally.errors import InvalidBudget, UndecidedTie
from participation.tally.kinds import BallotKind
from tests.unit.tally.budget.plain_shares import PlainBody, PlainElection, PlainSale, add1, sell

SEED = b"drawn in public"
PLAIN = Shares(step=None, fill=False)


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
        if decision.code in {"bought", "bought_alike"}:
            paid = [payment for payment in plain.payments[decision.option].values() if payment]
            facts = decision.facts
            assert (facts["payers"], facts["least"], facts["most"]) == (len(paid), min(paid), max(paid))


@pytest.mark.parametrize("seed", range(4))
def test_plain_equal_shares_buys_what_the_plain_definition_buys(seed: int) -> None:
    random = Random(seed)
    for _ in range(400):
        election = draw_election(random)
        outcome, plain = ours(election, PLAIN), sell(election, election.budget)
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


@pytest.mark.parametrize("seed", range(3))
def test_steps_that_are_passed_over_would_have_changed_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(200 + seed)
    steps = 0
    for _ in range(40):
        options = [f"p{place}" for place in range(random.randint(2, 7))]
        costs = {option: Fraction(random.randint(1, 900)) for option in options}
        bodies = [
            PlainBody(
                Fraction(random.randint(1, 5)),
                [frozenset(one for one in options if random.random() < 0.4) for _ in range(random.randint(1, 6))],
            )
            for _ in range(random.randint(1, 3))
        ]
        election = PlainElection(costs, Fraction(random.randint(100, 1500)), bodies, (), SEED)
        outcome = ours(election, Shares(fill=False))
        with monkeypatch.context() as every_step:
            every_step.setattr(completion, "_PATIENCE", 10**9)
            assert outcome == ours(election, Shares(fill=False))
        steps = max(steps, int(str(outcome.explanation["steps"])))
    assert steps > 100


# Cases by hand


def buy(costs: dict[str, int], budget: int, ballots: Any, variant: Shares = PLAIN, **how: Any) -> Outcome:
    instance = Instance.of(costs, budget, unit="EUR", **({"groups": how.pop("groups")} if "groups" in how else {}))
    return equal_shares(instance, [Body.of("online", 1, tuple(costs), ballots)], variant=variant, **how)


def test_more_money_can_drop_measures() -> None:
    """With 2.25 each nobody can pay 7/3 for the path; with 2.50 its three supporters can, and have nothing left."""
    costs = {"park": 3, "path": 7, "tree": 4}
    ballots = [["path", "tree"], ["park", "path"], ["path", "tree"], ["park"]]
    assert buy(costs, 9, ballots, tie_break="refuse").selected == ("park", "tree")
    assert buy(costs, 10, ballots, tie_break="refuse").selected == ("path",)


def test_every_reason_says_who_paid_and_what_was_missing() -> None:
    costs = {"park": 60, "path": 30, "tree": 24, "pool": 500, "lamp": 0}
    ballots = [["park", "path"]] * 2 + [["park", "lamp"]] * 2 + [["path"], ["path", "pool"]]
    assert buy(costs, 120, ballots).reasons() == {
        "lamp": "taken: costs nothing and has 2 supporters",
        "path": "bought: 4 supporters paid 30 EUR, 7.50 each",
        "park": "bought: 4 supporters paid 60 EUR, 12.50 to 17.50 each",
        "pool": "not bought: needs 500, 12.50 EUR left with its 1 supporter",
        "tree": "not bought: nobody supports it",
    }


def test_what_is_left_is_filled_down_the_ranking() -> None:
    costs = {"park": 10, "path": 8, "tree": 9}
    ballots = [["park"]] * 5 + [["path"], ["tree"]]
    outcome = buy(costs, 20, ballots, Shares(step=None), scores={"park": 1, "path": 2, "tree": 3}, seed=SEED)
    assert outcome.selected == ("park", "tree")
    assert outcome.reasons()["tree"] == "taken with money that equal shares left over: 9 of the 10 EUR left"
    assert outcome.decisions[2].code == "out_of_reach_of_all"
    assert (outcome.explanation["bought"], outcome.explanation["filled"]) == (1, 1)


def test_greedy_replaces_equal_shares_only_if_more_voters_prefer_it() -> None:
    """Greedy takes the park that five want. Where equal shares buys the path too, three of them do not mind."""
    costs = {"park": 90, "path": 40, "tree": 40}
    ballots = [["park", "path"]] * 3 + [["park"]] * 2 + [["tree"]] * 4
    variant = Shares(step=None, fill=False, comparison=True)
    outcome = buy(costs, 100, ballots, variant)
    facts = outcome.explanation
    assert (facts["equal_shares"], facts["greedy"]) == (("tree",), ("park",))
    assert (facts["prefer_shares"], facts["prefer_greedy"]) == (Fraction(4, 9), Fraction(5, 9))
    assert (facts["replaced"], outcome.selected, outcome.rule) == (True, ("park",), "mes-comparison")
    kept = buy(costs | {"path": 30}, 100, ballots, variant)
    assert (kept.explanation["prefer_shares"], kept.explanation["prefer_greedy"]) == (Fraction(4, 9), Fraction(2, 9))
    assert (kept.explanation["replaced"], set(kept.selected)) == (False, {"tree", "path"})


def test_an_option_far_above_its_supporters_part_of_the_budget_is_not_looked_at() -> None:
    costs = {"park": 61, "path": 60}
    ballots = [["park"], ["path"], [], [], []]
    outcome = buy(costs, 100, ballots, Shares(dearest=3), seed=SEED)
    assert outcome.selected == ("path",)
    assert outcome.reasons()["park"] == "not looked at: costs 61, at most 60 EUR for its 1 supporter"


def test_a_body_s_weight_is_its_money_and_not_its_size() -> None:
    instance = Instance.of({"park": 50, "path": 50}, 50)
    small = Body.of("steering", 3, instance.options, [["park"]])
    large = Body.of("online", 2, instance.options, [["path"]] * 1000)
    outcome = equal_shares(instance, [small, large, Body.of("absent", 90, instance.options, [])], seed=SEED)
    assert (outcome.selected, outcome.explanation["without_voters"]) == (("park",), ("absent",))


def test_nobody_voted_and_nothing_is_bought() -> None:
    outcome = buy({"park": 1}, 10, [], Shares(fill=False))
    assert (outcome.selected, outcome.explanation["voters"]) == ((), 0)
    assert buy({"park": 1}, 10, [], Shares(), seed=SEED).selected == ("park",)


def test_a_tie_is_refused_only_where_one_purchase_stands_in_another_s_way() -> None:
    apart = [["park"], ["path"]]
    assert set(buy({"park": 5, "path": 5}, 10, apart, tie_break="refuse").selected) == {"park", "path"}
    with pytest.raises(UndecidedTie):
        buy({"park": 5, "path": 5}, 5, [["park", "path"]] * 2, tie_break="refuse")
    with pytest.raises(UndecidedTie):
        buy({"park": 5, "path": 5}, 10, apart, tie_break="refuse", groups={"square": ["park", "path"]})
    named = buy({"park": 5, "path": 4}, 5, [["park", "path"]] * 2)
    assert (named.selected, named.ties[0].options, named.ties[0].decided_by) == (
        ("path",),
        ("path", "park"),
        ("lower_cost",),
    )


def test_a_completion_that_would_take_forever_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same in another unit of money, of which one more a step is next to nothing."""
    costs = {"park": 10, "path": 9, "tree": 9}
    ballots = [["park"]] * 3 + [["path", "tree"]] * 2 + [["tree"]]
    fine = Shares(step=Fraction(1, 10**12))
    taken = buy(costs, 19, ballots, Shares(step=Fraction(1, 100)), seed=SEED).selected
    assert set(buy(costs, 19, ballots, fine, seed=SEED).selected) == set(taken)
    monkeypatch.setattr(completion, "MOST_SALES", 5)
    with pytest.raises(InvalidBudget, match="step_too_small"):
        buy(costs, 19, ballots, fine, seed=SEED)


@pytest.mark.parametrize(
    "contents,kind,supported",
    [
        ([["b", "a"], []], BallotKind.RANKING, [[], ["a", "b"]]),
        ([["a"], ["a", "c"]], BallotKind.APPROVAL, [["a"], ["a", "c"]]),
        ([{"a": 1, "c": 5}], BallotKind.POINTS, [["a", "c"]]),
        ([{"a": 0, "b": 3, "c": 2}, {"c": 5}], BallotKind.SCORE, [["b"], ["c"]]),
    ],
)
def test_a_voter_supports_what_they_ranked_chose_gave_points_or_scored_three_or_more(
    contents: Any, kind: BallotKind, supported: list[list[str]]
) -> None:
    body = Body.from_profile("online", 1, Profile.of(kind, ["a", "b", "c"], contents))
    rows = [[option for option, speaks in zip("abc", row, strict=True) if speaks] for row in body.supports.tolist()]
    assert sorted(rows) == sorted(supported)


@pytest.mark.parametrize(
    "variant,code", [(Shares(step=0), "step_not_positive"), (Shares(dearest=Fraction(-1)), "dearest_not_positive")]
)
def test_a_variant_that_says_nothing_is_refused(variant: Shares, code: str) -> None:
    with pytest.raises(InvalidBudget, match=code):
        buy({"park": 1}, 10, [["park"]], variant)


@pytest.mark.parametrize("options", [0, 1, 64, 65, 130])
def test_voters_who_support_the_same_are_one_row_however_many_options_there_are(options: int) -> None:
    shown = tuple(f"p{place}" for place in range(options))
    ballots = [shown, shown[-1:], [], shown]
    body = Body.of("online", 1, shown, ballots)
    assert len(body) == 4
    supported = {
        tuple(np.flatnonzero(row)): int(number) for row, number in zip(body.supports, body.voters, strict=True)
    }
    expected: dict[tuple[int, ...], int] = {}
    for ballot in ballots:
        places = tuple(shown.index(option) for option in ballot)
        expected[places] = expected.get(places, 0) + 1
    assert supported == expected
    profile = Profile.of(BallotKind.APPROVAL, shown, [list(ballot) for ballot in ballots])
    read = Body.from_profile("online", 1, profile)
    assert (read.supports.tolist(), read.voters.tolist()) == (body.supports.tolist(), body.voters.tolist())
    instance = Instance.of({option: place for place, option in enumerate(shown)}, 10)
    assert equal_shares(instance, [body], seed=SEED).spent <= 10


def test_too_dear_an_option_stays_so_where_greedy_replaces_equal_shares() -> None:
    costs = {"park": 90, "path": 40, "tree": 40, "pool": 95}
    ballots = [["park", "path"]] * 3 + [["park"]] * 2 + [["tree"]] * 3 + [["tree", "pool"]]
    outcome = buy(costs, 100, ballots, Shares(step=None, fill=False, comparison=True, dearest=3))
    assert (outcome.selected, outcome.explanation["replaced"]) == (("park",), True)
    assert outcome.reasons()["pool"] == "not looked at: costs 95, at most 33.33 EUR for its 1 supporter"


def test_many_equals_are_not_compared_pair_by_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose supporters have money is asked of every option once for each purchase, not once for every pair."""
    asked: list[int] = []
    having = market._Run._having

    def counted(run: market._Run, column: int) -> Any:
        asked.append(column)
        return having(run, column)

    monkeypatch.setattr(market._Run, "_having", counted)
    options = [f"M{place}" for place in range(60)]
    instance = Instance.of(dict.fromkeys(options, 1), 60)
    outcome = equal_shares(instance, [Body.of("online", 1, options, [[one] for one in options])], seed=SEED)
    assert len(outcome.selected) == 60
    assert len(asked) < 60 * 60 * 4
