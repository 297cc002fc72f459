"""How sure a joint ranking is, where its bodies disagree, and what other rules say: beside the result, never in it.

Made from what the rounds' results keep: their figures, and their draws. A round's draws are made of its ballots with
their root as seed; a joint draw is made of one draw of each round. So nobody reads a ballot again.

There are no bands where a weighed round was counted before there were draws, nor where every round that said something
is small: then its bands would be those of single ballots (see evaluation).

Where goals carry over, bands, intervals of weights and the ranking without one body are those of the scores with the
goals' share, as the ranking itself; agreement, disagreement, the Condorcet winner and other rules are about what the
bodies said on the measures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from participation.ballots.rules import is_small
from participation.results.rules.comparisons import comparisons
from participation.results.rules.evaluation import VERSION, band_document, other_rules
from participation.results.rules.joint_snapshot import score_from_text, tau_document
from participation.tally.agreement import kendall_tau_b
from participation.tally.bands import LEVEL
from participation.tally.bootstrap import Draws, carry_draws, joint_draws
from participation.tally.condorcet import condorcet
from participation.tally.contributions import Contributions
from participation.tally.counts import PairwiseCounts
from participation.tally.declarations import RoundDeclaration
from participation.tally.exact import fraction_from_text, fraction_text
from participation.tally.grades import Grades
from participation.tally.jsonlines import CountedRound
from participation.tally.mentions import Mentions
from participation.tally.rules import joint_margins
from participation.tally.scoring import RankedOption

METHOD: Final = "joint"


@dataclass(frozen=True, slots=True)
class DrawnRound:
    """A round of a joint ranking: its weight, its result and its draws, None where it has none."""

    slug: str
    weight: int
    snapshot: Mapping[str, Any] | None
    draws: bytes | None

    @property
    def speaks(self) -> bool:
        """Say whether it has weight and any option has a figure in it."""
        return (
            self.weight > 0
            and self.snapshot is not None
            and any(one["win_rate"] is not None for one in self.snapshot["options"])
        )

    def read_draws(self) -> Draws | None:
        """Return its draws."""
        if self.snapshot is None or self.draws is None:
            return None
        return Draws.from_bytes(self.snapshot["pairwise"]["options"], self.draws)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the statistics of a settled joint ranking are made from; `goals` are the rounds of the goals' ranking."""

    snapshot: Mapping[str, Any]
    rounds: Sequence[DrawnRound]
    goals: Sequence[DrawnRound] = ()


def joint_statistics(evidence: Evidence) -> dict[str, Any]:
    """Return the document."""
    snapshot = evidence.snapshot
    ranking = ranking_of(snapshot)
    draws = _draws(evidence)
    counted = {one.slug: counted_from(one.snapshot) for one in evidence.rounds if one.speaks and one.snapshot}
    weights = {one.slug: one.weight for one in evidence.rounds if one.slug in counted}
    return {
        **(_no_bands() if draws is None else band_document(ranking, draws, seed=None, method=METHOD)),
        "rounds": {one.slug: _about_draws(one) for one in evidence.rounds},
        **_condorcet(ranking, counted, weights),
        "rules": _rules(ranking, counted, weights),
        **comparisons(snapshot),
    }


def ranking_of(snapshot: Mapping[str, Any]) -> list[RankedOption]:
    """Return a joint ranking as the tally knows it; an option that is listed apart has neither rank nor score."""
    return [
        RankedOption(
            one["code"],
            one["rank"],
            score_from_text(one["score"]) if one["rank"] is not None else None,
            tuple(one["tied_with"]),
        )
        for one in snapshot["options"]
    ]


def counted_from(snapshot: Mapping[str, Any]) -> CountedRound:
    """Return a round's figures as the tally's rules take them, from its result."""
    counts = PairwiseCounts.from_json(snapshot["pairwise"])
    ballot = {name: value for name, value in snapshot["ballot"].items() if value is not None}
    declared = RoundDeclaration.from_json(
        {"round": snapshot["round"], "ballot": ballot, "options": list(counts.options)}
    )
    options = {one["code"]: one for one in snapshot["options"]}
    grades = {one["code"]: one.get("grades", ()) for one in snapshot.get("rules", {}).get("median", _NONE)["options"]}
    mentioned, given = (tuple(options[code][name] for code in counts.options) for name in ("mentioned", "given"))
    return CountedRound(
        declared,
        counts,
        Mentions(declared.kind, counts.options, mentioned, given, counts.ballots),
        Grades(
            declared.kind,
            counts.options,
            tuple(tuple((grade, ballots) for grade, ballots in grades.get(code, ())) for code in counts.options),
        ),
        Contributions.none(declared.kind, counts.options),  # what is left of the ballots are draws
    )


_NONE: Final[Mapping[str, Any]] = {"options": ()}


def _draws(evidence: Evidence) -> Draws | None:
    own = _joint(evidence.rounds)
    if own is None or not evidence.goals:
        return own
    goals = _joint(evidence.goals)
    share = fraction_from_text(evidence.snapshot["carry_over"]["share"])
    serves = {one["code"]: one["serves"] for one in evidence.snapshot["options"]}
    return None if goals is None else carry_draws(own, goals, serves, share)


def _joint(rounds: Sequence[DrawnRound]) -> Draws | None:
    speaking = [one for one in rounds if one.speaks]
    drawn = {one.slug: draws for one in speaking if (draws := one.read_draws()) is not None}
    if not speaking or len(drawn) < len(speaking):
        return None
    if all(is_small(one.snapshot["ballots"]) for one in speaking if one.snapshot):
        return None
    return joint_draws(drawn, {one.slug: one.weight for one in speaking})


def _no_bands() -> dict[str, Any]:
    return {
        "version": VERSION,
        "method": None,
        "draws": 0,
        "level": fraction_text(LEVEL),
        "seed": None,
        "options": [],
        "groups": [],
    }


def seed_of(snapshot: Mapping[str, Any]) -> str:
    """Return from what a round's bands are drawn: its ballots' root, of results before there was one their hash."""
    seed: str = snapshot.get("ballots_root", snapshot["ballots_hash"])
    return seed


def _about_draws(one: DrawnRound) -> dict[str, Any]:
    statistics = one.snapshot.get("statistics") if one.snapshot else None
    return {
        "seed": seed_of(one.snapshot) if one.snapshot and one.draws else None,
        "everybody_voted": bool(statistics and statistics["everybody_voted"]),
    }


def _condorcet(
    ranking: Sequence[RankedOption], counted: Mapping[str, CountedRound], weights: Mapping[str, int]
) -> dict[str, Any]:
    winner = condorcet(joint_margins(counted, weights)[0]).winner if counted else None
    first = {one.option for one in ranking if one.rank == 1}
    return {"condorcet": {"winner": winner, "is_first": winner in first}}


def _rules(
    ranking: Sequence[RankedOption], counted: Mapping[str, CountedRound], weights: Mapping[str, int]
) -> dict[str, Any]:
    said = other_rules(counted, weights) if counted else {}
    ours = {one.option: one.score for one in ranking}
    for rule in said.values():
        theirs = {one["code"]: None if one["rank"] is None else Fraction(-one["rank"]) for one in rule["options"]}
        rule["tau_b"] = tau_document(kendall_tau_b(theirs, ours))
    return said
