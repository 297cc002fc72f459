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
from participation.results.rules.declaration import check_weights
from participation.results.rules.joint_snapshot import score_from_text
from participation.results.rules.round_snapshot import score_text
from participation.tally.budget.greedy import greedy
from participation.tally.budget.instances import Instance
from participation.tally.budget.outcomes import Decision, Outcome
from participation.tally.exact import fraction_text
from participation.tally.joint import JointScores, RoundScores, joint_scores
from participation.tally.scoring import RankedOption, rank

SCHEMA: Final = "participation/what-if/1"
COVERED: Final = "covered"
"""A measure's cover in frozen costings (costings.models.Cover): it is paid for already."""
FIRST_PLACES: Final = 10
"""How many places are watched where no amount is given: about what a council talks about."""


def what_if(snapshot: Mapping[str, Any], weights: Mapping[str, int], budget_cents: int | None) -> dict[str, Any]:
    """Return the ranking that other weights give, beside the declared one, and what an amount would pay for.

    `snapshot` is a joint ranking's; `weights` are whole numbers for some or all of its rounds, a round that is left out
    keeps its declared weight; `budget_cents` is an amount for the measures that have no cover yet, None for no amount.
    All figures are exact texts. Raises Invalid as declaration.check_weights does, `round_not_weighed` for a round that
    is not part of the ranking, and `budget_out_of_range`.
    """
    declared = {one["round"]: one["weight"] for one in snapshot["rounds"]}
    for slug in weights:
        if slug not in declared:
            raise Invalid("round_not_weighed", field="weights", round=slug)
    chosen = {slug: weights.get(slug, weight) for slug, weight in declared.items()}
    check_weights(chosen)
    if budget_cents is not None and not 0 <= budget_cents <= MAX_CENTS:
        raise Invalid("budget_out_of_range", field="budget_cents", maximum=MAX_CENTS)
    joint = joint_scores(round_scores(snapshot), chosen)
    scores = carried(joint, snapshot)
    ranking = rank(_to_rank(joint, scores))
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
        "options": [_option(one, joint, scores, ranked) for one, ranked in _side_by_side(snapshot, ranking)],
        "funding": None if budget_cents is None else _funding(snapshot, ranking, budget_cents),
    }


def round_scores(snapshot: Mapping[str, Any]) -> list[RoundScores]:
    """Return every round's figures as a joint ranking's snapshot carries them."""
    return [
        RoundScores(
            one["round"],
            {option["code"]: score_from_text(option["rounds"][one["round"]]) for option in snapshot["options"]},
        )
        for one in snapshot["rounds"]
    ]


def carried(joint: JointScores, snapshot: Mapping[str, Any]) -> dict[str, Fraction | None]:
    """Return every option's score with the declared share of the goals that it serves; those figures stay as they were.

    None for an option about which no round with weight says anything.
    """
    share = score_from_text(snapshot["carry_over"]["share"]) or Fraction(0)
    goals = {one["code"]: score_from_text(one.get("goals")) for one in snapshot["options"]}

    def carry(own: Fraction | None, goal: Fraction | None) -> Fraction | None:
        return own if own is None or goal is None else (1 - share) * own + share * goal

    return {code: carry(one.mean, goals[code]) for code, one in joint.options.items()}


def _to_rank(joint: JointScores, scores: Mapping[str, Fraction | None]) -> dict[str, Fraction | None]:
    """Leave out options of which too little of the weight says anything: they are listed apart."""
    return {code: score if joint.options[code].score is not None else None for code, score in scores.items()}


def _funding(snapshot: Mapping[str, Any], ranking: Sequence[RankedOption], budget_cents: int) -> dict[str, Any]:
    """Return what an amount pays for, greedily in the order of the ranking and of the declared one.

    Measures with cover in the budget cost the amount nothing; one that nobody has costed cannot be paid for, and one
    that is listed apart has no place. `ends_after` is the last measure before the first one that does not fit: the line
    under which the money ends. Equal scores whose order matters are told apart by lower cost, then by a draw from the
    hash of what was counted, as the rule `lower-cost` of tally.budget.ties says.
    """
    costings = {one["code"]: one["costing"] for one in snapshot["options"]}
    open_costs = {
        code: costing["once_cents"] + costing["annual_cents"]
        for code, costing in costings.items()
        if costing and costing["cover"] != COVERED
    }
    seed = bytes.fromhex(snapshot["inputs_hash"])

    def paid(scores: Mapping[str, Fraction | None]) -> Outcome:
        wanted = {code: score for code, score in scores.items() if code in open_costs and score is not None}
        return greedy(Instance.of({code: open_costs[code] for code in wanted}, budget_cents), wanted, seed=seed)

    now = paid({one.option: one.score for one in ranking})
    declared = paid({one["code"]: _placed_score(one) for one in snapshot["options"]})
    decisions = {one.option: one for one in now.decisions}
    in_order = [decisions[one.option] for one in ranking if one.option in decisions]
    return {
        "budget_cents": budget_cents,
        "spent_cents": int(now.spent),
        "left_cents": int(now.left),
        "rule": now.rule,
        "tie_break": now.tie_break,
        "ties": [list(tie.options) for tie in now.ties],
        "selected": list(now.selected),
        "declared_selected": list(declared.selected),
        "ends_after": _ends_after(in_order),
        "decisions": [{"code": one.option, "taken": one.taken, "reason": one.code} for one in in_order],
        "covered": [code for code, costing in costings.items() if costing and costing["cover"] == COVERED],
        "uncosted": [code for code, costing in costings.items() if not costing],
    }


def _ends_after(in_order: Sequence[Decision]) -> str | None:
    """Return the last measure before the first one that is not paid for; None where all are, or not even the first."""
    refused = next((at for at, one in enumerate(in_order) if not one.taken), 0)
    return in_order[refused - 1].option if refused else None


def _placed_score(one: Mapping[str, Any]) -> Fraction | None:
    return score_from_text(one["score"]) if one["rank"] is not None else None


def _proportions(weights: Mapping[str, int]) -> dict[str, Fraction]:
    whole = sum(weights.values())
    return {slug: Fraction(weight, whole) for slug, weight in weights.items()}


def _side_by_side(
    snapshot: Mapping[str, Any], ranking: Sequence[RankedOption]
) -> list[tuple[Mapping[str, Any], RankedOption]]:
    known = {one["code"]: one for one in snapshot["options"]}
    return [(known[ranked.option], ranked) for ranked in ranking]


def _option(
    one: Mapping[str, Any], joint: JointScores, scores: Mapping[str, Fraction | None], ranked: RankedOption
) -> dict[str, Any]:
    both = one["rank"] is not None and ranked.rank is not None
    return {
        "code": one["code"],
        "rank": ranked.rank,
        "declared_rank": one["rank"],
        "moved": one["rank"] - ranked.rank if both else None,
        "score": score_text(scores[one["code"]]),
        "declared_score": one["score"],
        "coverage": fraction_text(joint.options[one["code"]].coverage),
        "tied_with": list(ranked.tied_with),
    }
