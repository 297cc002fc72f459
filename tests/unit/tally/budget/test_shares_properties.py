"""What the Method of Equal Shares promises, on small elections of all kinds."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import chain, combinations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from participation.tally.budget.electorate import Body, Electorate
from participation.tally.budget.instances import Instance
from participation.tally.budget.outcomes import Outcome
from participation.tally.budget.shares import Shares
from tests.unit.tally.budget.plain_shares import PlainBody, PlainElection
from tests.unit.tally.budget.test_shares import PLAIN, SEED, ours

ADD1 = Shares(fill=False)
variants = st.builds(
    Shares,
    step=st.sampled_from([None, 1, Fraction(1, 2)]),
    fill=st.booleans(),
    comparison=st.booleans(),
    dearest=st.sampled_from([None, 1, 3]),
)


@st.composite
def elections(draw: st.DrawFn, *, most_bodies: int = 3, groups: bool = True) -> PlainElection:
    """Up to five options and three bodies of up to five voters; at least one voter has money."""
    options = draw(st.permutations(["p", "q", "r", "s", "t"]))[: draw(st.integers(1, 5))]
    ballots = st.lists(st.frozensets(st.sampled_from(options)), max_size=5)
    weights = st.fractions(0, 3, max_denominator=2)
    bodies = [PlainBody(draw(weights), draw(ballots)) for _ in range(draw(st.integers(0, most_bodies - 1)))]
    bodies.append(
        PlainBody(Fraction(1), draw(st.lists(st.frozensets(st.sampled_from(options)), min_size=1, max_size=5)))
    )
    costs = {option: Fraction(draw(st.integers(0, 12))) for option in options}
    excluding = [draw(st.frozensets(st.sampled_from(options), min_size=1, max_size=2))] if groups else []
    return PlainElection(costs, Fraction(draw(st.integers(0, 30))), bodies, excluding, SEED)


def payments(election: PlainElection, outcome: Outcome) -> list[dict[str, Fraction]]:
    """What every voter pays, from the prices that the outcome states, in the order of purchase."""
    left = election.starts(Fraction(str(outcome.explanation["raised_to"])))
    paid: list[dict[str, Fraction]] = [{} for _ in left]
    for decision in outcome.decisions:
        if decision.code in {"bought", "bought_alike", "free"}:
            price = Fraction(str(decision.facts["most"]))
            for voter, ballot in enumerate(election.voters()):
                if decision.option in ballot:
                    paid[voter][decision.option] = min(left[voter], price)
                    left[voter] -= paid[voter][decision.option]
    return paid


@given(elections(), variants)
def test_what_is_bought_fits_and_excludes_each_other_nowhere(election: PlainElection, variant: Shares) -> None:
    outcome = ours(election, variant)
    assert outcome.spent == sum(election.costs[one] for one in outcome.selected) <= election.budget
    assert len(set(outcome.selected)) == len(outcome.selected)
    assert all(not election.excluded(one, outcome.selected) for one in outcome.selected)
    assert set(outcome.reasons()) == set(election.costs)
    assert {one.option for one in outcome.decisions if one.taken} == set(outcome.selected)


@given(elections(), st.sampled_from([None, 1]))
def test_filled_up_nothing_that_would_fit_is_left(election: PlainElection, step: int | None) -> None:
    outcome = ours(election, Shares(step=step))
    free = [one for one in election.costs if one not in outcome.selected]
    assert all(election.costs[one] > outcome.left or election.excluded(one, outcome.selected) for one in free)


@given(elections(), st.sampled_from([PLAIN, ADD1]))
def test_prices_add_up_to_costs_and_nobody_pays_for_what_they_do_not_support(
    election: PlainElection, variant: Shares
) -> None:
    """Priceability (Peters, Pierczyński and Skowron 2021): the prices prove that the outcome is proportional."""
    outcome = ours(election, variant)
    paid, starts = payments(election, outcome), election.starts(Fraction(str(outcome.explanation["raised_to"])))
    left = [start - sum(each.values()) for start, each in zip(starts, paid, strict=True)]
    assert all(purse >= 0 for purse in left)
    for option, cost in election.costs.items():
        together = sum(each.get(option, Fraction(0)) for each in paid)
        assert together == (cost if option in outcome.selected else 0)
        if option not in outcome.selected and not election.excluded(option, outcome.selected):
            supporters = [voter for voter, ballot in enumerate(election.voters()) if option in ballot]
            assert not supporters or sum(left[voter] for voter in supporters) < cost


@settings(max_examples=60)
@given(elections(groups=False))
def test_a_group_with_the_money_for_what_it_agrees_on_is_heard(election: PlainElection) -> None:
    """Extended justified representation up to one option, by trying every group and everything it agrees on."""
    selected = set(ours(election, PLAIN).selected)
    voters, starts = election.voters(), election.starts(election.budget)

    def worth(options: set[str]) -> Fraction:
        return sum((election.costs[one] for one in options), Fraction(0))

    for group in some_of(range(len(voters))):
        money = sum(starts[voter] for voter in group)
        for agreed in map(set, some_of(sorted(frozenset.intersection(*(voters[voter] for voter in group))))):
            if worth(agreed) <= money:
                assert any(
                    worth(selected & voters[voter]) >= worth(agreed)
                    or any(worth((selected & voters[voter]) | {one}) > worth(agreed) for one in agreed)
                    for voter in group
                )


def some_of(things: Sequence[Any]) -> Any:
    """Every choice of one to four of them; larger groups only add money to the same wish."""
    return chain.from_iterable(combinations(things, size) for size in range(1, 5))


@given(elections(), variants, st.randoms())
def test_neither_the_order_of_voters_nor_of_options_decides(
    election: PlainElection, variant: Shares, random: Any
) -> None:
    bodies = [PlainBody(one.weight, random.sample(one.ballots, len(one.ballots))) for one in election.bodies]
    costs = {option: election.costs[option] for option in random.sample(list(election.costs), len(election.costs))}
    turned = replace(election, bodies=bodies, costs=costs)
    assert ours(turned, variant).selected == ours(election, variant).selected


@given(elections(), variants, st.fractions(Fraction(1, 5), 7, max_denominator=5))
def test_only_the_ratios_of_weights_matter(election: PlainElection, variant: Shares, factor: Fraction) -> None:
    scaled = replace(election, bodies=[PlainBody(one.weight * factor, one.ballots) for one in election.bodies])
    assert ours(scaled, variant) == ours(election, variant)


@given(elections(), st.lists(st.frozensets(st.sampled_from("pqrst")), max_size=4), variants)
def test_a_body_without_weight_or_without_ballots_decides_nothing(
    election: PlainElection, ballots: list[frozenset[str]], variant: Shares
) -> None:
    silent = [PlainBody(Fraction(0), [ballot & set(election.costs) for ballot in ballots]), PlainBody(Fraction(2), [])]
    joined = ours(replace(election, bodies=[*election.bodies, *silent]), variant)
    assert joined.decisions == ours(election, variant).decisions


@given(elections(), st.integers(2, 3))
def test_a_body_twice_as_large_has_no_more_money(election: PlainElection, times: int) -> None:
    first, *others = election.bodies
    larger = replace(election, bodies=[PlainBody(first.weight, [*first.ballots] * times), *others])
    money = [
        [share * len(body) for share, body in zip(electorate.shares(), electorate.bodies, strict=True)]
        for electorate in (bodies_of(election), bodies_of(larger))
    ]
    assert money[0] == money[1]
    assert sum(money[0]) == 1


def bodies_of(election: PlainElection) -> Electorate:
    instance = Instance.of(election.costs, election.budget)
    named = enumerate(election.bodies)
    return Electorate.of(instance, [Body.of(str(at), one.weight, instance.options, one.ballots) for at, one in named])


@given(elections(), variants)
def test_what_nobody_supports_is_never_bought(election: PlainElection, variant: Shares) -> None:
    supported = set(chain.from_iterable(election.voters()))
    outcome = ours(election, variant)
    assert all(one.option in supported for one in outcome.decisions if one.code in {"bought", "bought_alike", "free"})


@given(elections(), st.integers(2, 1000))
def test_the_unit_of_money_does_not_matter(election: PlainElection, factor: int) -> None:
    """Euros or cents, if the step is counted in them too."""
    costs = {option: cost / factor for option, cost in election.costs.items()}
    other = replace(election, costs=costs, budget=election.budget / factor)
    variant = Shares(step=Fraction(1, factor))
    assert ours(other, variant).selected == ours(election, Shares()).selected
