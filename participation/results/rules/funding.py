"""What an amount of money pays for in the order of a ranking: which measures, and what of that hangs on the order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, TypeAlias

from participation.results.rules.joint_snapshot import score_from_text
from participation.tally.budget.greedy import greedy
from participation.tally.budget.instances import Instance
from participation.tally.budget.outcomes import Decision, Outcome
from participation.tally.budget.ties import lot
from participation.tally.scoring import RankedOption

COVERED: Final = "covered"
"""A measure's cover in frozen costings (costings.models.Cover): it is paid for already."""

Order: TypeAlias = Sequence[Sequence[str]]
"""Options best first, those that share a rank together."""


def open_costs(snapshot: Mapping[str, Any]) -> dict[str, int]:
    """Return the cents that each measure without cover costs once and in one full year; others are left out.

    Measures with cover in the budget cost an amount nothing, and one that nobody has costed cannot be paid for.
    """
    return {
        one["code"]: costing["once_cents"] + costing["annual_cents"]
        for one in snapshot["options"]
        if (costing := one["costing"]) and costing["cover"] != COVERED
    }


def funding(snapshot: Mapping[str, Any], ranking: Sequence[RankedOption], budget_cents: int) -> dict[str, Any]:
    """Return what an amount pays for, greedily in the order of the ranking and of the declared one.

    A measure that is listed apart has no place and is not paid for. `ends_after` is the last measure before the first
    one that does not fit: the line under which the money ends. Equal scores whose order matters are told apart by lower
    cost, then by a draw from the hash of what was counted, as the rule `lower-cost` of tally.budget.ties says.
    """
    costs, seed = open_costs(snapshot), bytes.fromhex(snapshot["inputs_hash"])
    costings = {one["code"]: one["costing"] for one in snapshot["options"]}

    def paid(scores: Mapping[str, Fraction | None]) -> Outcome:
        wanted = {code: score for code, score in scores.items() if code in costs and score is not None}
        return greedy(Instance.of({code: costs[code] for code in wanted}, budget_cents), wanted, seed=seed)

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
        "decisions": [_decision(one) for one in in_order],
        "covered": [code for code, costing in costings.items() if costing and costing["cover"] == COVERED],
        "uncosted": [code for code, costing in costings.items() if not costing],
    }


def _decision(one: Decision) -> dict[str, Any]:
    """Return a decision with its figures: what it costs and what was left when its turn came."""
    cost, left = _cents(one.facts["cost"]), _cents(one.facts["left"])
    return {"code": one.option, "taken": one.taken, "reason": one.code, "cost_cents": cost, "left_cents": left}


def _cents(fact: object) -> int:
    if not isinstance(fact, int | Fraction):
        raise TypeError("an amount is a number")
    return int(fact)


def _ends_after(in_order: Sequence[Decision]) -> str | None:
    """Return the last measure before the first one that is not paid for; None where all are, or not even the first."""
    refused = next((at for at, one in enumerate(in_order) if not one.taken), 0)
    return in_order[refused - 1].option if refused else None


def _placed_score(one: Mapping[str, Any]) -> Fraction | None:
    return score_from_text(one["score"]) if one["rank"] is not None else None


@dataclass(frozen=True, slots=True)
class FundedSet:
    """Which measures an amount pays for, as an outcome that weights may leave as it is (tally.weights.Outcome).

    It follows the greedy rule with skipping in whole cents, fast enough to be asked at every crossing of two measures.

    Of all pairs only those matter of which one is paid for and the other is not. Two neighbours that are both paid for
    may change places, since both still fit; so may two that both do not fit, since neither leaves less; and a measure
    that fits after one that does not may go before it. Only where one that does not fit comes before one that is paid
    for can the outcome be another.
    """

    costs: Mapping[str, int]
    budget_cents: int
    seed: bytes

    def of(self, order: Order) -> frozenset[str]:
        """Return the measures that are paid for in this order."""
        left, taken = self.budget_cents, set()
        for sharing in order:
            for option in self._one_by_one(sharing):
                if self.costs[option] <= left:
                    left -= self.costs[option]
                    taken.add(option)
        return frozenset(taken)

    def watched(self, order: Order, apart: Sequence[str]) -> list[tuple[str, str]]:
        """Return the pairs of a measure that is paid for and one that is not, listed apart or not."""
        taken = self.of(order)
        others = [code for sharing in (*order, apart) for code in sharing if code in self.costs and code not in taken]
        return [(one, other) for one in sorted(taken) for other in others]

    def _one_by_one(self, sharing: Sequence[str]) -> list[str]:
        known = [option for option in sharing if option in self.costs]
        if len(known) > 1:
            known.sort(key=lambda option: (self.costs[option], lot(self.seed, option)))
        return known
