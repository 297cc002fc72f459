"""How people took part, as a council paper tells it: the ranking on which it rests, and the rounds of the process.

The ranking:

    slug, title, declared_by, declared_at, computed_at, inputs_hash, method_version, carry_over {share, goals_ranking}
    ballots, fingerprint | null     the root fingerprint of the joint bundle, null while that is not published
    agreement       Kendall's W as a text | null
    rounds          [{round, kind, eligibility, title, ballot, weight, share, ballots, agreement, silent, ballots_root,
                    fingerprint | null}]
    options         [{code, title, rank | null, score, coverage, tied_with, rounds {round: score}}] by place

The rounds:

    [{round, kind, eligibility, title, tasks, phase, opens_on, closes_on, state, ballots | null, expected | null}]

Ballots are null until a round is concluded. Nobody's age is asked or kept, so nothing here says how old people were.
"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from participation.core.errors import Conflict
from participation.results.queries import (
    bundle_of,
    joint_result_of,
    joint_statistics_of,
    result_of,
    text_document,
)
from participation.rounds.models import Round
from participation.rounds.queries import round_by_slug, rounds_of
from participation.rounds.rules import RoundState

Document = dict[str, Any]
_OF_RANKING: Final = (
    *("title", "declared_by", "declared_at", "computed_at", "inputs_hash", "method_version", "carry_over"),
    *("ballots", "ties"),
)
_OF_ROUND: Final = (
    *("round", "kind", "eligibility", "title", "ballot", "weight", "share", "ballots", "agreement", "silent"),
)
_OF_OPTION: Final = ("code", "title", "rank", "score", "coverage", "tied_with", "rounds")


def ranking_document(session: Session, ranking_id: str) -> Document:
    """Return what a paper tells of a joint ranking; raises Conflict `ranking_not_concluded` before its result."""
    result = joint_result_of(session, ranking_id)
    if result is None:
        raise Conflict("ranking_not_concluded")
    snapshot, bundle = result.snapshot, bundle_of(session, ranking_id=ranking_id)
    statistics = joint_statistics_of(session, ranking_id) or {}
    together = (statistics.get("agreement") or {}).get("kendall_w")
    return {
        "slug": snapshot["ranking"],
        **{name: snapshot[name] for name in _OF_RANKING},
        "fingerprint": bundle.fingerprint if bundle else None,
        "agreement": together["w"] if together else None,
        "rounds": [_weighed(session, one) for one in snapshot["rounds"]],
        "options": [{name: one[name] for name in _OF_OPTION} for one in snapshot["options"]],
    }


def rounds_document(session: Session, process_id: str, dated_on: date | None) -> list[Document]:
    """Return every round of a process that had been opened on the day of a paper, in the order of their windows."""
    begun = [one for one in rounds_of(session, process_id) if one.state is not RoundState.DRAFT]
    documents = [_round(session, one) for one in _by_window(begun)]
    return [one for one in documents if dated_on is None or one["opens_on"] <= dated_on.isoformat()]


def chosen_rounds_document(session: Session, process_id: str, slugs: Collection[str]) -> list[Document]:
    """Return those concluded rounds on which a paper reports, in the order of their windows."""
    return [_round(session, one) for one in concluded_rounds(session, process_id) if one.slug in slugs]


def concluded_rounds(session: Session, process_id: str) -> list[Round]:
    """Return the rounds on which a paper can report: those with a result, in the order of their windows."""
    return _by_window(one for one in rounds_of(session, process_id) if one.state is RoundState.CONCLUDED)


def _by_window(rounds: Iterable[Round]) -> list[Round]:
    return sorted(rounds, key=lambda one: (one.opens_at, one.slug))


def _weighed(session: Session, one: Document) -> Document:
    round_ = round_by_slug(session, one["round"])
    result, bundle = result_of(session, round_.id), bundle_of(session, round_id=round_.id)
    return {
        **{name: one[name] for name in _OF_ROUND},
        "ballots_root": result.snapshot.get("ballots_root") if result else None,
        "fingerprint": bundle.fingerprint if bundle else None,
    }


def _round(session: Session, round_: Round) -> Document:
    result = result_of(session, round_.id)
    zone = ZoneInfo(round_.process.time_zone)
    return {
        "round": round_.slug,
        "kind": round_.kind.value,
        "eligibility": round_.eligibility.value,
        "title": text_document(round_.title),
        "tasks": sorted(task.value for task in round_.tasks),
        "phase": round_.phase.code,
        "opens_on": round_.opens_at.astimezone(zone).date().isoformat(),
        "closes_on": (round_.closes_at - timedelta(microseconds=1)).astimezone(zone).date().isoformat(),
        "state": round_.state.value,
        "ballots": result.snapshot["ballots"] if result else None,
        "expected": result.snapshot["turnout"]["expected"] if result else None,
    }
