"""The result of one round as a document: everything its page, its files and a recount of its figures need.

A document is written once and never again; what a later version adds gets a new name, what is here keeps its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, Final

from participation.bundles.publishing import publishes_ballots
from participation.results.rules.documents import document_hash
from participation.rounds.kinds import Eligibility
from participation.tally import METHOD_VERSION
from participation.tally.contributions import Contributions
from participation.tally.counts import PairwiseCounts
from participation.tally.exact import fraction_text
from participation.tally.grades import Grades
from participation.tally.marks import Marks
from participation.tally.mentions import Mentions
from participation.tally.scoring import rank, ties, win_rates
from participation.tally.statement import RULE

SCHEMA: Final = "participation/round-result/1"
WHOLE_BODIES: Final = frozenset({Eligibility.ROLL, Eligibility.ORGANISATIONS, Eligibility.DEPARTMENTS})
"""Rounds of a body whose members are known one by one."""

BESIDE: Final = frozenset({"statistics", "rules"})
"""Names of what stands beside a round's result and is no part of its exact recount."""


@dataclass(frozen=True, slots=True)
class FrozenOption:
    """An option as it stood when the round opened; `struck` holds when and why, for one that was struck.

    `facts` are what a reader is shown of it: title, field, goals served, department, costing.
    """

    code: str
    content_hash: str
    facts: Mapping[str, Any]
    struck: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Turnout:
    """Who voted, by class of participants and by channel, as it may be shown; how many were expected.

    `sheets` says how many ballot sheets were printed, received and set aside, None where none were given out.
    """

    expected: int | None
    classes: Mapping[str, int | None] = field(default_factory=dict)
    channels: Mapping[str, int | None] = field(default_factory=dict)
    sheets: Mapping[str, int | None] | None = None


@dataclass(frozen=True, slots=True)
class CountedBox:
    """What counting a round's ballots gave.

    Struck options are included, but for the contributions, which hold sums over all comparisons of a ballot, and the
    marks; `struck` are the options that were struck when the count began. `ballots_hash` is documents.BallotsHash,
    `root` the Merkle root of the ballots' lines (bundles.lines), salted with what follows from `salt`.
    """

    counts: PairwiseCounts
    mentions: Mentions
    grades: Grades
    contributions: Contributions
    marks: Marks
    ballots_hash: str
    root: str
    salt: bytes
    struck: frozenset[str] = frozenset()

    @property
    def ballots(self) -> int:
        """Return how many ballots were counted, empty ones included."""
        return self.counts.ballots


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a result carries beside the ranking, made by rules.evaluation; `draws` are for joint rankings alone.

    `statistics` is None where there are no bands: for a small round, and for one that says nothing.
    """

    statistics: Mapping[str, Any] | None
    rules: Mapping[str, Any]
    condorcet: Mapping[str, Any]
    draws: bytes | None


def round_snapshot(
    about: Mapping[str, Any],
    options: Sequence[FrozenOption],
    box: CountedBox,
    evaluation: Evaluation,
    turnout: Turnout,
) -> dict[str, Any]:
    """Return the document. `about` says which round it is and what it asked; its names must not clash with ours.

    The count is restricted to the options that were not struck; ballots stay as they are, and all are counted. Where
    everybody who could vote did, bands are about robustness: there is nobody else who might have voted.
    """
    struck = [option.code for option in options if option.struck is not None]
    if set(struck) != box.struck:
        raise ValueError("options were struck after the count")
    everybody_voted = _everybody_voted(about.get("eligibility"), box.ballots, turnout)
    counts = box.counts.without(struck)
    rates = win_rates(counts)
    ranking = rank(rates)
    frozen = {option.code: option for option in options}
    mentioned = dict(zip(box.mentions.options, box.mentions.mentioned, strict=True))
    given = dict(zip(box.mentions.options, box.mentions.given, strict=True))
    return {
        **about,
        "schema": SCHEMA,
        "rule": RULE,
        "method_version": METHOD_VERSION,
        "tie_break": None,
        "ballots": box.ballots,
        "ballots_hash": box.ballots_hash,
        "ballots_root": box.root,
        "publishes_ballots": publishes_ballots(box.ballots, about["ballot"], len(options)),
        "options": [
            {
                "code": one.option,
                "rank": one.rank,
                "win_rate": score_text(one.score),
                "tied_with": list(one.tied_with),
                "mentioned": mentioned[one.option],
                "given": given[one.option],
                **_frozen(frozen[one.option]),
            }
            for one in ranking
        ],
        "struck": [
            {"code": option.code, **_frozen(option), **option.struck} for option in options if option.struck is not None
        ],
        "ties": [list(group) for group in ties(ranking)],
        "shown": list(box.counts.options),
        "statistics": None
        if evaluation.statistics is None
        else {**evaluation.statistics, "everybody_voted": everybody_voted},
        "rules": dict(evaluation.rules),
        "condorcet": dict(evaluation.condorcet),
        "pairwise": counts.to_json(),
        "marks": [[list(pair) for pair in histogram] for histogram in box.marks.given],
        "empty": box.marks.empty,
        "turnout": {
            "expected": turnout.expected,
            "classes": dict(turnout.classes),
            "channels": dict(turnout.channels),
            **({} if turnout.sheets is None else {"sheets": dict(turnout.sheets)}),
        },
    }


def _everybody_voted(eligibility: str | None, ballots: int, turnout: Turnout) -> bool:
    """Say whether everybody who could vote did, which only a body with known members can say of itself.

    A number that was expected of a round with cards or of one that is open to all is a guess, not an electorate.
    """
    return eligibility in WHOLE_BODIES and turnout.expected is not None and ballots >= turnout.expected


def result_hash(snapshot: Mapping[str, Any]) -> str:
    """Return the hash of a round's result without what stands beside it.

    Bands are drawn, and other rules may depend on a solver and its time; neither decides anything, and whoever
    recounts need not come to the last digit of them.
    """
    return document_hash({name: value for name, value in snapshot.items() if name not in BESIDE})


def _frozen(option: FrozenOption) -> dict[str, Any]:
    return {"content_hash": option.content_hash, **option.facts}


def score_text(score: Fraction | None) -> str | None:
    """Return a score as exact text, None for none."""
    return None if score is None else fraction_text(score)


def moment_text(moment: datetime) -> str:
    """Return a moment as RFC 3339 in UTC, to the second, as all documents carry it."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
