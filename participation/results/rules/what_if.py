"""What a joint ranking would be with other weights, and what an amount of money would pay for. Nothing is stored.

The declared weights are the ones that count: they were fixed before the voting, and this is for understanding how much
depended on them. Everything is computed from a joint ranking's snapshot alone, so that anybody who has it can do the
same.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from participation.core.errors import Invalid
from participation.core.money import MAX_CENTS
from participation.results.rules.declaration import check_weights, weight_from_text
from participation.results.rules.funding import FundedSet, funding, open_costs
from participation.results.rules.joint_snapshot import score_from_text
from participation.results.rules.round_snapshot import score_text
from participation.tally.exact import fraction_text
from participation.tally.joint import JointScores, RoundScores, carry_into_rounds, joint_scores
from participation.tally.scoring import RankedOption, rank
from participation.tally.weights import FirstPlaces, Outcome, weight_intervals

SCHEMA: Final = "participation/what-if/1"
FIRST_PLACES: Final = 10
"""How many places are watched where no amount is given: about what a council talks about. Of a short list only the
upper half, since which options have any place at all would say nothing."""


def what_if(snapshot: Mapping[str, Any], weights: Mapping[str, int], budget_cents: int | None) -> dict[str, Any]:
    """Return the ranking that other weights give, beside the declared one, and what an amount would pay for.

    `snapshot` is a joint ranking's; `weights` are whole numbers for some or all of its rounds, a round that is left out
    keeps its declared weight; `budget_cents` is an amount for the measures that have no cover yet, None for no amount.
    All figures are exact texts. `weight_intervals` say within which weights of each round, all others as given here,
    what `holds` names stays the same: the measures that the amount pays for, or the options in the first places.
    Raises Invalid as declaration.check_weights does, `round_not_weighed` for a round that is not part of the ranking,
    and `budget_out_of_range`.
    """
    declared = {one["round"]: one["weight"] for one in snapshot["rounds"]}
    for slug in weights:
        if slug not in declared:
            raise Invalid("round_not_weighed", field="weights", round=slug)
    chosen = {slug: weights.get(slug, weight) for slug, weight in declared.items()}
    check_weights(chosen)
    if budget_cents is not None and not 0 <= budget_cents <= MAX_CENTS:
        raise Invalid("budget_out_of_range", field="budget_cents", maximum=MAX_CENTS)
    rounds = carried_scores(snapshot)
    joint = joint_scores(rounds, chosen)
    ranking = rank(joint.scores())
    known = {one["code"]: one for one in snapshot["options"]}
    return {
        "schema": SCHEMA,
        "process": snapshot["process"],
        "ranking": snapshot["ranking"],
        "method_version": snapshot["method_version"],
        "inputs_hash": snapshot["inputs_hash"],
        "as_declared": _proportions(chosen) == _proportions(declared),
        "rounds": [
            {
                "round": slug,
                "declared_weight": declared[slug],
                "weight": weight,
                "share": fraction_text(Fraction(weight, sum(chosen.values()))),
            }
            for slug, weight in chosen.items()
        ],
        "options": [_option(known[one.option], joint, one) for one in ranking],
        "funding": None if budget_cents is None else funding(snapshot, ranking, budget_cents),
        **_intervals(snapshot, rounds, chosen, budget_cents),
    }


def places_watched(options: int) -> int:
    """Return how many first places are watched.

    >>> [places_watched(options) for options in (1, 3, 12, 62)]
    [1, 1, 6, 10]
    """
    return min(FIRST_PLACES, max(1, options // 2))


def weights_by_round(typed: Sequence[str]) -> dict[str, int]:
    """Read weights as addresses of the API carry them: `online-2027:40`.

    Raises Invalid `not_a_weight_of_a_round`, `given_twice`, and `weight_not_a_number`.
    """
    weights: dict[str, int] = {}
    for one in typed:
        slug, colon, weight = one.partition(":")
        if not colon or not slug:
            raise Invalid("not_a_weight_of_a_round", field="weight", typed=one)
        if slug in weights:
            raise Invalid("given_twice", field="weight", round=slug)
        weights[slug] = weight_from_text(slug, weight)
    return weights


def own_scores(snapshot: Mapping[str, Any]) -> list[RoundScores]:
    """Return every round's figures as the bodies gave them."""
    return [
        RoundScores(
            one["round"],
            {option["code"]: score_from_text(option["rounds"][one["round"]]) for option in snapshot["options"]},
        )
        for one in snapshot["rounds"]
    ]


def carried_scores(snapshot: Mapping[str, Any]) -> list[RoundScores]:
    """Return every round's figures, each with the declared share of the goals that the option serves.

    A joint score is a weighted mean, so to carry a share of a goal's figure over to each round's figure gives the same
    as to carry it over to the mean. The goals' own figures stay as they came out.
    """
    share = score_from_text(snapshot["carry_over"]["share"]) or Fraction(0)
    goals = {one["code"]: score_from_text(one.get("goals")) for one in snapshot["options"]}
    return carry_into_rounds(own_scores(snapshot), goals, share)


def _proportions(weights: Mapping[str, int]) -> dict[str, Fraction]:
    whole = sum(weights.values())
    return {slug: Fraction(weight, whole) for slug, weight in weights.items()}


def _option(one: Mapping[str, Any], joint: JointScores, ranked: RankedOption) -> dict[str, Any]:
    both = one["rank"] is not None and ranked.rank is not None
    score = joint.options[one["code"]]
    return {
        "code": one["code"],
        "rank": ranked.rank,
        "declared_rank": one["rank"],
        "moved": one["rank"] - ranked.rank if both else None,
        "score": score_text(score.mean),
        "declared_score": one["score"],
        "coverage": fraction_text(score.coverage),
        "tied_with": list(ranked.tied_with),
    }


def _intervals(
    snapshot: Mapping[str, Any], rounds: list[RoundScores], weights: Mapping[str, int], budget_cents: int | None
) -> dict[str, Any]:
    count = places_watched(len(snapshot["options"]))
    outcome: Outcome = FirstPlaces(count)
    holds: dict[str, Any] = {"what": "first_places", "count": count}
    if budget_cents is not None:
        outcome = FundedSet(open_costs(snapshot), budget_cents, bytes.fromhex(snapshot["inputs_hash"]))
        holds = {"what": "funded_set", "count": None}
    others = {slug: sum(weights.values()) - weight for slug, weight in weights.items()}
    return {
        "holds": holds,
        "weight_intervals": [
            {
                "round": one.round,
                "weight": weights[one.round],
                "low": fraction_text(one.low),
                "high": None if one.high is None else fraction_text(one.high),
                "low_share": fraction_text(_share(one.low, others[one.round])),
                "high_share": fraction_text(_share(one.high, others[one.round])),
                "holds_at_low": one.holds_at_low,
                "holds_at_high": one.holds_at_high,
                "exact": one.exact,
            }
            for one in weight_intervals(rounds, weights, outcome)
        ],
    }


def _share(weight: Fraction | None, others: int) -> Fraction:
    """Return a weight as a share of the whole when the others stay; without end it comes to all of it."""
    if weight is None:
        return Fraction(1)
    return weight / (weight + others) if weight + others else Fraction(0)
