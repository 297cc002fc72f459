"""What all rules promise for several bodies with weights, and what each says beside."""

from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from participation.tally import METHOD_VERSION
from participation.tally.ballots import Limits, Profile
from participation.tally.declarations import RoundDeclaration
from participation.tally.errors import MissingWeight, WrongKind
from participation.tally.joint import Weight
from participation.tally.jsonlines import CountedRound
from participation.tally.kinds import BallotKind
from participation.tally.rules import RULES, Outcome, Rule, carried_by
from tests.unit.tally.elections import CODES, Election, elections, two_halves

NAMES = ("steering", "citizens", "online")
FEW = settings(max_examples=30)
"""For each of six rules, and of rounds of several ballots each."""

ALL = pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))

Rounds = dict[str, Election]
Weights = dict[str, Weight]


def counted(election: Election, name: str = "online", limits: Limits | None = None) -> CountedRound:
    declaration = RoundDeclaration(name, election.kind, election.shown, limits or Limits())
    return CountedRound.of(declaration, Profile.of(election.kind, election.shown, election.contents))


def outcome(rule: Rule, rounds: Rounds, weights: Weights) -> Outcome:
    return rule.count({name: counted(one, name) for name, one in rounds.items()}, weights)


def ranks(rule: Rule, rounds: Rounds, weights: Weights) -> dict[str, int | None]:
    return {one.option: one.rank for one in outcome(rule, rounds, weights).ranking}


@st.composite
def several(draw: st.DrawFn, rule: Rule, least: int = 1) -> tuple[Rounds, Weights]:
    """Rounds whose ballots carry what the rule needs, with weights."""
    kinds = st.sampled_from(sorted(rule.needs))
    names = NAMES[: draw(st.integers(least, len(NAMES)))]
    rounds = {name: draw(elections(kinds)) for name in names}
    weights: Weights = {name: draw(st.integers(0, 4) | st.fractions(0, 4, max_denominator=5)) for name in names}
    assume(any(weights.values()))
    return rounds, weights


def rename(content: Any, renamed: dict[str, str]) -> Any:
    if isinstance(content, dict):
        return {renamed[option]: value for option, value in content.items()}
    return [renamed[option] for option in content]


@ALL
@FEW
@given(data=st.data())
def test_every_option_that_stood_is_in_the_ranking_once(rule: Rule, data: st.DataObject) -> None:
    rounds, weights = data.draw(several(rule))
    ranking = outcome(rule, rounds, weights).ranking
    assert sorted(one.option for one in ranking) == sorted({option for one in rounds.values() for option in one.shown})
    for one in ranking:
        if one.rank is None:
            continue
        better = [other for other in ranking if other.rank is not None and other.rank < one.rank]
        assert one.rank == 1 + len(better)
        assert {other.option for other in ranking if other.rank == one.rank} == {one.option, *one.tied_with}


@ALL
@FEW
@given(data=st.data())
def test_a_body_with_weight_0_has_no_influence(rule: Rule, data: st.DataObject) -> None:
    rounds, weights = data.draw(several(rule))
    late = data.draw(elections(st.sampled_from(sorted(rule.needs))))
    before = ranks(rule, rounds, weights)
    after = ranks(rule, {**rounds, "late": late}, {**weights, "late": 0})
    assert after == dict.fromkeys(late.shown) | before


@ALL
@FEW
@given(data=st.data(), factor=st.fractions(Fraction(1, 9), 9, max_denominator=9))
def test_rescaling_all_weights_changes_nothing(rule: Rule, data: st.DataObject, factor: Fraction) -> None:
    rounds, weights = data.draw(several(rule))
    rescaled: Weights = {name: weight * factor for name, weight in weights.items()}
    assert outcome(rule, rounds, rescaled) == outcome(rule, rounds, weights)


@ALL
@FEW
@given(data=st.data(), others=st.permutations(CODES))
def test_neutrality_names_and_order_of_options_do_not_matter(
    rule: Rule, data: st.DataObject, others: list[str]
) -> None:
    rounds, weights = data.draw(several(rule))
    renamed = dict(zip(CODES, others, strict=True))
    there = {
        name: Election(
            one.kind,
            tuple(data.draw(st.permutations([renamed[option] for option in one.shown]))),
            tuple(rename(content, renamed) for content in one.contents),
        )
        for name, one in rounds.items()
    }
    before = ranks(rule, rounds, weights)
    assert ranks(rule, there, weights) == {renamed[option]: rank for option, rank in before.items()}


@ALL
@FEW
@given(data=st.data(), random=st.randoms(use_true_random=False))
def test_anonymity_neither_the_order_of_ballots_nor_of_rounds_matters(
    rule: Rule, data: st.DataObject, random: Random
) -> None:
    rounds, weights = data.draw(several(rule))
    shuffled = [
        (name, Election(one.kind, one.shown, tuple(random.sample(one.contents, len(one.contents)))))
        for name, one in rounds.items()
    ]
    random.shuffle(shuffled)
    assert ranks(rule, dict(shuffled), weights) == ranks(rule, rounds, weights)


@ALL
@FEW
@given(data=st.data(), times=st.integers(2, 4))
def test_homogeneity_a_body_several_times_as_large_of_the_same_mind_has_no_more_to_say(
    rule: Rule, data: st.DataObject, times: int
) -> None:
    rounds, weights = data.draw(several(rule))
    name = data.draw(st.sampled_from(list(rounds)))
    one = rounds[name]
    larger = {**rounds, name: Election(one.kind, one.shown, one.contents * times)}
    assert ranks(rule, larger, weights) == ranks(rule, rounds, weights)


@ALL
@FEW
@given(data=st.data())
def test_mergeability_counting_in_parts_gives_the_same(rule: Rule, data: st.DataObject) -> None:
    one, other = data.draw(two_halves(st.sampled_from(sorted(rule.needs))))
    whole = Election(one.kind, one.shown, one.contents + other.contents)
    parts = counted(one) + counted(other)
    assert rule.count({"online": parts}, {"online": 1}) == rule.count({"online": counted(whole)}, {"online": 1})


@pytest.mark.parametrize("name,highest", [("win-rate", 1), ("approval", 1), ("score", 5), ("median", 5)])
@FEW
@given(data=st.data())
def test_scores_stay_in_their_range(name: str, highest: int, data: st.DataObject) -> None:
    rounds, weights = data.draw(several(RULES[name]))
    for joint in outcome(RULES[name], rounds, weights).joint.options.values():
        assert joint.mean is None or 0 <= joint.mean <= highest


@pytest.mark.parametrize("name", ["score", "median"])
@FEW
@given(data=st.data())
def test_monotonicity_a_higher_score_never_lowers_an_option(name: str, data: st.DataObject) -> None:
    rounds, weights = data.draw(several(RULES[name]))
    body = data.draw(st.sampled_from(list(rounds)))
    one = rounds[body]
    scored = [(at, option) for at, content in enumerate(one.contents) for option in content]
    assume(scored)
    at, option = data.draw(st.sampled_from(scored))
    contents = list(one.contents)
    contents[at] = {**contents[at], option: contents[at][option] + data.draw(st.integers(1, 3))}
    raised = {**rounds, body: Election(one.kind, one.shown, tuple(contents))}
    before, after = (outcome(RULES[name], some, weights).joint.options for some in (rounds, raised))
    for other in before:
        if other != option:
            assert before[other] == after[other]
    lower, higher = before[option].mean, after[option].mean
    assert (lower is None and higher is None) or (lower is not None and higher is not None and higher >= lower)


@FEW
@given(st.data())
def test_one_approval_more_raises_the_share_by_the_bodys_part_of_the_weight(data: st.DataObject) -> None:
    rounds, weights = data.draw(several(RULES["approval"]))
    body = data.draw(st.sampled_from(list(rounds)))
    one = rounds[body]
    missing = [(at, option) for at, chosen in enumerate(one.contents) for option in one.shown if option not in chosen]
    assume(missing)
    at, option = data.draw(st.sampled_from(missing))
    contents = list(one.contents)
    contents[at] = [*contents[at], option]
    raised = {**rounds, body: Election(one.kind, one.shown, tuple(contents))}
    before, after = (outcome(RULES["approval"], some, weights).joint.options[option] for some in (rounds, raised))
    if before.mean is None:
        assert weights[body] == 0
        return
    spoken = [name for name, share in before.by_round.items() if share is not None]
    part = Fraction(weights[body]) / sum(weights[name] for name in spoken) / len(one.contents)
    assert after.mean is not None
    assert after.mean - before.mean == part


@pytest.mark.parametrize("name", ["schulze", "kemeny"])
@FEW
@given(data=st.data())
def test_an_option_listed_apart_is_no_stepping_stone_for_others(name: str, data: st.DataObject) -> None:
    """Where it stood in less than half of the weight, striking it changes nothing for the others."""
    rounds, weights = data.draw(several(RULES[name], least=2))
    found = outcome(RULES[name], rounds, weights)
    apart = {option for option, joint in found.joint.options.items() if joint.score is None}
    assume(apart and len(apart) < len(found.joint.options))
    before = ranks(RULES[name], rounds, weights)
    assert {before[option] for option in apart} == {None}

    def erased(content: Any) -> Any:
        if isinstance(content, dict):
            return {option: value for option, value in content.items() if option not in apart}
        return [option for option in content if option not in apart]

    left = {
        body: Election(one.kind, tuple(o for o in one.shown if o not in apart), tuple(map(erased, one.contents)))
        for body, one in rounds.items()
    }
    after = outcome(RULES[name], left, weights)
    assume(
        {option for option, joint in after.joint.options.items() if joint.score is not None} == before.keys() - apart
    )
    assert {one.option: one.rank for one in after.ranking} == {o: r for o, r in before.items() if o not in apart}


@pytest.mark.parametrize(
    "kind,names",
    [
        (BallotKind.RANKING, ["win-rate", "schulze", "kemeny"]),
        (BallotKind.APPROVAL, ["win-rate", "approval", "schulze", "kemeny"]),
        (BallotKind.POINTS, ["win-rate", "schulze", "kemeny"]),
        (BallotKind.SCORE, ["win-rate", "score", "median", "schulze", "kemeny"]),
    ],
)
def test_ballots_carry_what_some_rules_need_and_others_refuse_them(kind: BallotKind, names: list[str]) -> None:
    assert carried_by(frozenset({kind})) == names
    for name, rule in RULES.items():
        if name in names:
            rule.count({"online": counted(Election(kind, ("a", "b"), ()))}, {"online": 1})
        else:
            with pytest.raises(WrongKind) as refusal:
                rule.count({"online": counted(Election(kind, ("a", "b"), ()))}, {"online": 1})
            assert refusal.value.code == "not_carried"
            assert refusal.value.facts == {
                "rule": name,
                "round": "online",
                "kind": kind.value,
                "needs": [one.value for one in sorted(rule.needs)],
            }
    assert carried_by(frozenset(BallotKind)) == ["win-rate", "schulze", "kemeny"]


@pytest.mark.parametrize("name", ["score", "median"])
def test_scores_of_different_scales_are_not_averaged(name: str) -> None:
    election = Election(BallotKind.SCORE, ("a",), ({"a": 4},))
    five, ten = (counted(election, body, Limits(value=most)) for body, most in (("five", 5), ("ten", 10)))
    with pytest.raises(WrongKind) as refusal:
        RULES[name].count({"five": five, "ten": ten}, {"five": 1, "ten": 1})
    assert refusal.value.code == "different_scales"
    assert refusal.value.facts == {"max": {"five": 5, "ten": 10}}
    assert RULES[name].count({"five": five, "ten": ten}, {"five": 1, "ten": 0}).joint.options["a"].mean == 4
    both = RULES[name].count({"five": five, "again": five}, {"five": 1, "again": 1})
    assert both.joint.options["a"].mean == 4


@ALL
def test_every_body_needs_a_weight(rule: Rule) -> None:
    kind = min(rule.needs)
    with pytest.raises(MissingWeight):
        rule.count({"online": counted(Election(kind, ("a",), ()))}, {})


def test_rules_have_names_and_versions_of_their_own() -> None:
    assert list(RULES) == ["win-rate", "approval", "score", "median", "schulze", "kemeny"]
    assert [name for name, rule in RULES.items() if rule.name != name] == []
    assert len({rule.method_version for rule in RULES.values()}) == len(RULES)
    assert RULES["win-rate"].method_version == METHOD_VERSION
