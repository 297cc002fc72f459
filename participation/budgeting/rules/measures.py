"""What a plan is made from: measures with what they cost now, and where the ranking puts them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, TypeAlias

from participation.results.rules.funding import COVERED
from participation.results.rules.joint_snapshot import score_from_text
from participation.tally.budget.years import Measure

Document: TypeAlias = Mapping[str, Any]
"""Plain values that JSON can carry; texts are documents too, see results.queries.text_document."""

_COSTS: Final = ("once_cents", "annual_cents", "cover")
"""What of its costs decides about a measure; where it differs from what voters saw, the plan says so."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A measure of a plan.

    `about` are its words: title, field, department. `costing` is the present statement of what it costs, None if there
    is none. `option` is how the ranking shows it, None if it did not stand there. `admitted` is false for an option
    that was withdrawn, merged or declined since.
    """

    code: str
    about: Document
    costing: Document | None
    option: Document | None
    admitted: bool = True

    @property
    def is_covered(self) -> bool:
        """Say whether the budget pays for it already."""
        return self.costing is not None and self.costing["cover"] == COVERED

    @property
    def can_be_paid_for(self) -> bool:
        """Say whether the envelopes could pay for it: it is admitted, has costs, and nothing covers them."""
        return self.admitted and self.costing is not None and not self.is_covered

    @property
    def rank(self) -> int | None:
        """Return its place in the ranking; None where it has none."""
        return self.option["rank"] if self.option else None

    @property
    def score(self) -> Fraction | None:
        """Return its joint score; None where it has no place."""
        return score_from_text(self.option["score"]) if self.option and self.rank is not None else None

    @property
    def costs(self) -> Measure:
        """Return what it costs, for the rule over years; it starts no earlier than its time frame says."""
        if self.costing is None:
            raise ValueError("a measure without costs cannot be planned")
        month = self.costing["first_month"]
        return Measure(
            self.code,
            self.costing["once_cents"],
            self.costing["annual_cents"],
            covered=self.is_covered,
            from_year=int(month[:4]) if month else None,
            years=self.costing["years"],
        )

    @property
    def shown_otherwise(self) -> Document | None:
        """Return the costs that voters saw where they were others than today's; None where nothing changed."""
        seen = self.option["costing"] if self.option else None
        if self.option is None or self.costing is None:
            return None
        if seen is None:
            return {"once_cents": None, "annual_cents": None, "cover": None}
        if all(seen[name] == self.costing[name] for name in _COSTS):
            return None
        return {name: seen[name] for name in _COSTS}


def in_ranking_order(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return measures in the order of a plan's list: by place, then those without one, in the order of the process."""
    return sorted(candidates, key=lambda one: (one.rank is None, one.rank or 0))


def sums(candidates: Sequence[Candidate]) -> dict[str, int]:
    """Return how many measures there are and what they cost: one time, in a full year, and both together.

    What nobody has costed counts as a measure and adds nothing.
    """
    costings = [one.costing for one in candidates if one.costing is not None]
    once = sum(one["once_cents"] for one in costings)
    annual = sum(one["annual_cents"] for one in costings)
    return {
        "measures": len(candidates),
        "once_cents": once,
        "annual_cents": annual,
        "volume_cents": once + annual,
    }


def totals(candidates: Sequence[Candidate]) -> dict[str, dict[str, int]]:
    """Return the sums that a council reads first: of all measures with costs, of those with cover and without.

    What nobody has costed is counted apart: it can be in no sum.
    """
    admitted = [one for one in candidates if one.admitted]
    return {
        "all": sums([one for one in admitted if one.costing is not None]),
        "covered": sums([one for one in admitted if one.is_covered]),
        "open": sums([one for one in admitted if one.can_be_paid_for]),
        "uncosted": sums([one for one in admitted if one.costing is None]),
    }
