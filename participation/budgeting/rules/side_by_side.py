"""What other rules would pay for with the money of one year, so that a reader sees what hangs on the rule.

Only the plan over years says when something starts; the others divide one year's money once. For them a measure costs
its volume, one time and a full year together, and nothing that was decided by hand counts. The document:

    year, budget_cents   the first full year of the plan: its second one, since in the first one measures begin; of a
                         plan of one year that one
    minimum              the least score of the rule that asks for one, as exact text: the plan's, or one half
    bodies               [{round, weight, share, ballots, published}]: who has money of their own under equal shares;
                         `published` says whether everybody can count its ballots again, or named auditors alone
    dropped              [{round, weight, why "too_few_ballots" | "no_result"}]: the other weights are renormalised
    rules                [{rule, selected [code, ...], spent_cents, left_cents, missing "ballots" | absent}], the plan
                         first
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from participation.budgeting.rules.envelopes import granted_by_year
from participation.budgeting.rules.measures import Candidate
from participation.budgeting.rules.planning import Basis
from participation.results.rules.round_snapshot import score_text
from participation.tally.budget.electorate import Body
from participation.tally.budget.instances import Instance
from participation.tally.budget.rules import Question, decide
from participation.tally.budget.years import CENTS
from participation.tally.exact import fraction_text

HALF: Final = Fraction(1, 2)
EQUAL_SHARES: Final = "mes-add1"
RULES: Final = ("greedy", "greedy-no-skip", "greedy-threshold", EQUAL_SHARES)
TOO_FEW: Final = "too_few_ballots"
UNCOUNTED: Final = "no_result"


@dataclass(frozen=True, slots=True)
class Voters:
    """The rounds of a ranking: the bodies that are asked again, and the others with the reason.

    A body with fewer than ten ballots is not asked: what its few members would buy could tell who they are.
    """

    bodies: Sequence[Body]
    published: frozenset[str] = frozenset()
    dropped: Sequence[tuple[str, int, str]] = ()


def side_by_side(basis: Basis, document: Mapping[str, Any], voters: Voters) -> dict[str, Any]:
    """Return what the rules say beside each other, beginning with the plan whose document this is."""
    year = basis.years[min(1, len(basis.years) - 1)]
    budget = granted_by_year(basis.grants, [year])[0].cents
    placed = [one for one in basis.candidates if one.can_be_paid_for and one.score is not None]
    minimum = basis.minimum or HALF
    whole = sum((Fraction(body.weight) for body in voters.bodies), Fraction(0))
    return {
        "year": year,
        "budget_cents": budget,
        "minimum": score_text(minimum),
        "bodies": [
            {
                "round": body.name,
                "weight": int(body.weight),
                "share": fraction_text(Fraction(body.weight) / whole) if whole else "0",
                "ballots": len(body),
                "published": body.name in voters.published,
            }
            for body in voters.bodies
        ],
        "dropped": [{"round": name, "weight": weight, "why": why} for name, weight, why in voters.dropped],
        "rules": [over_years(document, year), *_single_year(basis, placed, budget, minimum, voters)],
    }


def over_years(document: Mapping[str, Any], year: int) -> dict[str, Any]:
    """Return the plan itself in the same shape: all that it starts, and the money of the year in question."""
    money = next(one for one in document["by_year"] if one["year"] == year)
    started = sorted(
        (row for row in document["measures"] if row["status"] == "starts"), key=lambda row: row["start_year"]
    )
    return {
        "rule": "over-years",
        "selected": [row["code"] for row in started],
        "spent_cents": money["spent_cents"],
        "left_cents": money["granted_cents"] + money["carried_in_cents"] - money["spent_cents"],
    }


def _single_year(
    basis: Basis, placed: Sequence[Candidate], budget: int, minimum: Fraction, voters: Voters
) -> list[dict[str, Any]]:
    instance = Instance.of({one.code: Fraction(one.costs.volume, CENTS) for one in placed}, Fraction(budget, CENTS))
    question = Question(
        instance,
        {one.code: one.score for one in placed},
        bodies=voters.bodies,
        minimum=minimum,
        seed=basis.seed,
    )
    return [_answer(rule, question) for rule in RULES]


def _answer(rule: str, question: Question) -> dict[str, Any]:
    if rule == EQUAL_SHARES and not any(body.weight and len(body) for body in question.bodies):
        return {"rule": rule, "selected": [], "spent_cents": 0, "left_cents": 0, "missing": "ballots"}
    outcome = decide(rule, question)
    return {
        "rule": rule,
        "selected": list(outcome.selected),
        "spent_cents": int(outcome.spent * CENTS),
        "left_cents": int(outcome.left * CENTS),
    }
