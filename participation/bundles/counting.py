"""Counts and rankings as documents: what ballots give, and what counts give."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from participation.bundles.naming import COUNTS, RANKING
from participation.tally import METHOD_VERSION
from participation.tally.ballots import Profile
from participation.tally.counts import PairwiseCounts
from participation.tally.exact import fraction_text
from participation.tally.marks import Marks
from participation.tally.scoring import rank, ties, win_rates
from participation.tally.statement import RULE


@dataclass(frozen=True, slots=True)
class Sums:
    """What a round's ballots give, without the options that were struck."""

    counts: PairwiseCounts
    marks: Marks

    @classmethod
    def of(cls, profile: Profile) -> Self:
        """Count a profile from which struck options are gone."""
        return cls(PairwiseCounts.of(profile), Marks.of(profile))

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.counts + other.counts, self.marks + other.marks)

    def counts_document(self) -> dict[str, Any]:
        """Return counts.json."""
        return {
            "schema": COUNTS,
            "ballots": self.counts.ballots,
            "empty": self.marks.empty,
            "options": list(self.counts.options),
            "above": self.counts.above.tolist(),
            "compared": self.counts.compared.tolist(),
            "marks": [[list(pair) for pair in histogram] for histogram in self.marks.given],
        }

    def ranking_document(self) -> dict[str, Any]:
        """Return ranking.json."""
        ranking = rank(win_rates(self.counts))
        mentioned: Mapping[str, int] = dict(zip(self.marks.options, self.marks.mentioned, strict=True))
        given: Mapping[str, int] = dict(zip(self.marks.options, self.marks.sums, strict=True))
        return {
            "schema": RANKING,
            "rule": RULE,
            "method_version": METHOD_VERSION,
            "tie_break": None,
            "ballots": self.counts.ballots,
            "options": [
                {
                    "code": one.option,
                    "rank": one.rank,
                    "win_rate": None if one.score is None else fraction_text(one.score),
                    "mentioned": mentioned[one.option],
                    "given": given[one.option],
                    "tied_with": list(one.tied_with),
                }
                for one in ranking
            ],
            "ties": [list(group) for group in ties(ranking)],
        }
