"""The documents of a public bundle (docs/BUNDLE.md), written from what results keep.

What a result has shown is what its bundle says: nothing is counted again here. Whether it follows from the ballots is
for verifiers to say.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from participation.bundles import naming
from participation.bundles.canonical import check_values, written
from participation.results.rules.joint_statistics import seed_of
from participation.results.rules.round_snapshot import moment_text
from participation.rounds.rules import RoundAction
from participation.tally.marks import Marks

Document: TypeAlias = Mapping[str, Any]

_OF_THE_ROUND: Final = (
    "process",
    "phase",
    "round",
    "kind",
    "task",
    "eligibility",
    "title",
    "time_zone",
    "currency",
    "opens_at",
    "closes_at",
    "closed_at",
    "counted_at",
    "ballot",
    "rule",
    "method_version",
)
_OF_THE_DECLARATION: Final = (
    "process",
    "phase",
    "ranking",
    "task",
    "title",
    "declared_at",
    "declared_by",
    "computed_at",
    "time_zone",
    "currency",
)
_NOTHING_CARRIED: Final = {"share": "0", "goals_ranking": None}
"""What rankings of before goals could carry over say by not saying it."""
_NOT_BROKEN_DOWN: Final = "not_shown"
"""Stands for all parts where to name them would already say how many each holds."""

_STAGES: Final = {RoundAction.OPEN: 0, RoundAction.EXTEND: 1, RoundAction.CLOSE: 2, RoundAction.CONCLUDE: 4}
_BETWEEN_CLOSE_AND_CONCLUSION: Final = 3


@dataclass(frozen=True, slots=True)
class Happened:
    """A step of a round, with its published reason as a text; `while_open`: it was suspended or went on while open."""

    action: RoundAction
    at: datetime
    reason: Document | None
    while_open: bool = False


@dataclass(frozen=True, slots=True)
class FrozenContent:
    """An option as it was put to the vote."""

    code: str
    content: Document
    content_hash: str


@dataclass(frozen=True, slots=True)
class Moderated:
    """A decision that hid a contribution from readers or showed it again: an opaque subject and a published reason."""

    action: str
    day: str
    subject: str
    reason: str


def round_documents(
    snapshot: Document,
    options: Sequence[FrozenContent],
    events: Iterable[Happened],
    moderated: Iterable[Moderated],
    marks: Marks | None = None,
) -> dict[str, bytes]:
    """Return the files of a round's bundle beside its ballots, by name.

    `marks` are given for a result that keeps none, of before there were bundles.
    """
    return {
        naming.ROUND_FILE: _written(_round(snapshot, options, events)),
        naming.COUNTS_FILE: _written(_counts(snapshot, marks)),
        naming.RANKING_FILE: _written(_ranking(snapshot)),
        naming.MODERATION_FILE: _lines(moderated),
        naming.STATISTICS_FILE: _written(
            {
                "schema": naming.STATISTICS,
                "seed": seed_of(snapshot),
                "statistics": snapshot.get("statistics"),
                "rules": snapshot.get("rules"),
                "condorcet": snapshot.get("condorcet"),
            }
        ),
    }


def joint_documents(snapshot: Document, statistics: Document) -> dict[str, bytes]:
    """Return the files of a joint ranking's bundle beside those of its rounds, by name."""
    return {
        naming.JOINT_FILE: _written(
            {
                "schema": naming.JOINT,
                **{name: snapshot[name] for name in _OF_THE_DECLARATION},
                "carry_over": snapshot.get("carry_over", _NOTHING_CARRIED),
                "rounds": [{"round": one["round"], "weight": one["weight"]} for one in snapshot["rounds"]],
            }
        ),
        naming.RANKING_FILE: _written(_joint_ranking(snapshot)),
        naming.STATISTICS_FILE: _written({**statistics, "schema": naming.STATISTICS}),
    }


def _parts(shown: Mapping[str, int | None], ballots: int) -> Mapping[str, int | None]:
    """Return a breakdown as bundles have it, where ballots without any part that is named would not add up."""
    return shown or ({_NOT_BROKEN_DOWN: None} if ballots else {})


def _round(snapshot: Document, options: Sequence[FrozenContent], events: Iterable[Happened]) -> dict[str, Any]:
    struck = {one["code"]: {"struck_at": one["struck_at"], "reason": one["reason"]} for one in snapshot["struck"]}
    turnout = snapshot["turnout"]
    return {
        "schema": naming.ROUND,
        **{name: snapshot[name] for name in _OF_THE_ROUND},
        "events": [
            {"action": event.action.value, "at": moment_text(event.at), "reason": event.reason}
            for event in in_their_order(events)
        ],
        "eligible": turnout["expected"],
        "voted": {
            "total": snapshot["ballots"],
            "classes": _parts(turnout["classes"], snapshot["ballots"]),
            "channels": _parts(turnout["channels"], snapshot["ballots"]),
        },
        "options": [
            {
                "code": one.code,
                "content": one.content,
                "content_hash": one.content_hash,
                "struck": struck.get(one.code),
            }
            for one in options
        ],
    }


def in_their_order(events: Iterable[Happened]) -> list[Happened]:
    """Return the steps of a round as its life went."""
    return sorted(events, key=_stage)


def _stage(event: Happened) -> tuple[int, datetime]:
    """Order the steps of a round as its life goes, whatever a clock that was put right in between has said."""
    between = _STAGES[RoundAction.EXTEND] if event.while_open else _BETWEEN_CLOSE_AND_CONCLUSION
    return _STAGES.get(event.action, between), event.at


def _counts(snapshot: Document, marks: Marks | None) -> dict[str, Any]:
    counts = {"schema": naming.COUNTS, **snapshot["pairwise"]}
    if marks is None:
        return {**counts, "empty": snapshot["empty"], "marks": snapshot["marks"]}
    return {**counts, "empty": marks.empty, "marks": [[list(pair) for pair in given] for given in marks.given]}


def _ranking(snapshot: Document) -> dict[str, Any]:
    names = ("code", "rank", "win_rate", "mentioned", "given", "tied_with")
    return {
        "schema": naming.RANKING,
        **{name: snapshot[name] for name in ("rule", "method_version", "tie_break", "ballots", "ties")},
        "options": [{name: one[name] for name in names} for one in snapshot["options"]],
    }


def _joint_ranking(snapshot: Document) -> dict[str, Any]:
    names = ("code", "rank", "score", "coverage", "tied_with", "rounds")
    return {
        "schema": naming.JOINT_RANKING,
        **{name: snapshot[name] for name in ("rule", "method_version", "tie_break", "ballots", "ties")},
        "options": [
            {
                **{name: one[name] for name in names},
                "own": one.get("own", one["score"]),
                "goals": one.get("goals"),
            }
            for one in snapshot["options"]
        ],
    }


def _lines(moderated: Iterable[Moderated]) -> bytes:
    lines = (
        written({"action": one.action, "day": one.day, "reason": one.reason, "subject": one.subject})
        for one in moderated
    )
    return b"".join(line + b"\n" for line in sorted(lines))


def _written(document: Document) -> bytes:
    """Write a document; one that nobody could read as canonical is a fault of ours and raises NotCanonical."""
    check_values(document)
    return written(document)
