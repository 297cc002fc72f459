"""How bodies compare in a joint ranking: how alike they judge, where they do not, and what each one's weight decides.

Exact, and made from the joint ranking's snapshot alone, so that anybody who has it can do the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from participation.results.rules.joint_snapshot import tau_document
from participation.results.rules.what_if import carried_scores, own_scores, places_watched
from participation.tally.agreement import kendall_w, leave_one_out
from participation.tally.disagreement import Disagreement, disagreements
from participation.tally.exact import fraction_text, rounded
from participation.tally.joint import RoundScores
from participation.tally.scoring import rank
from participation.tally.weights import FirstPlaces, WeightInterval, weight_intervals

W_PLACES: Final = 3


def comparisons(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """Return agreement, disagreements, the ranking without each body, and the intervals of their weights.

    Agreement and disagreements are about what the bodies said themselves, the rest about the ranking, with the goals'
    share where goals carry over.
    """
    weights = {one["round"]: one["weight"] for one in snapshot["rounds"]}
    said, carried = own_scores(snapshot), carried_scores(snapshot)
    ranked = sum(one["rank"] is not None for one in snapshot["options"])
    first = places_watched(ranked) if ranked else 0
    return {
        "agreement": {"kendall_w": _kendall_w(said, weights)},
        "disagreements": [_disagreement(one) for one in disagreements(said, weights)],
        "leave_one_out": list(_left_out(carried, weights)),
        "weight_intervals": [
            _interval(one, weights) for one in (weight_intervals(carried, weights, FirstPlaces(first)) if first else ())
        ],
        "holds": {"what": "first_places", "count": first} if first else None,
    }


def _kendall_w(said: Sequence[RoundScores], weights: Mapping[str, int]) -> dict[str, Any] | None:
    found = kendall_w(said, weights)
    if found is None:
        return None
    speaking = [one.round for one in said if weights[one.round] and any(s is not None for s in one.scores.values())]
    return {
        "w": str(rounded(found.w, W_PLACES)),
        "exact": fraction_text(found.w),
        "rounds": speaking,
        "options": found.options,
    }


def _disagreement(one: Disagreement) -> dict[str, Any]:
    return {
        "code": one.option,
        "spread": fraction_text(one.spread),
        "high": list(one.high),
        "low": list(one.low),
        "rounds": {
            slug: {
                "score": fraction_text(placed.score),
                "rank": placed.rank,
                "place": fraction_text(placed.place),
            }
            for slug, placed in one.rounds.items()
        },
    }


def _left_out(carried: Sequence[RoundScores], weights: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    for one in leave_one_out(carried, weights):
        yield {
            "round": one.round,
            "tau_b": tau_document(one.tau),
            "options": [{"code": option.option, "rank": option.rank} for option in rank(one.joint.scores())],
        }


def _interval(one: WeightInterval, weights: Mapping[str, int]) -> dict[str, Any]:
    others = sum(weight for slug, weight in weights.items() if slug != one.round)

    def share(weight: Fraction | None) -> str:
        return fraction_text(1 if weight is None or not others else weight / (weight + others))

    return {
        "round": one.round,
        "weight": weights[one.round],
        "share": share(one.weight),
        "low": fraction_text(one.low),
        "high": None if one.high is None else fraction_text(one.high),
        "low_share": share(one.low),
        "high_share": share(one.high),
        "holds_at_low": one.holds_at_low,
        "holds_at_high": one.holds_at_high,
        "exact": one.exact,
    }
