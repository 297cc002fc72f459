"""What a result says about its round and its options beside the figures."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.ballots.models import Option
from participation.results.queries import text_document
from participation.results.rules.round_snapshot import FrozenOption, moment_text
from participation.rounds.models import Round, RoundEvent
from participation.rounds.rules import RoundAction
from participation.tally.kinds import BallotKind

_LIMITS: Final[Mapping[BallotKind, Mapping[str, str]]] = {
    BallotKind.RANKING: {"k": "max_choices"},
    BallotKind.APPROVAL: {"k": "max_choices"},
    BallotKind.POINTS: {"points": "points", "max": "max_per_option"},
    BallotKind.SCORE: {"max": "max_score"},
}
"""Limits by their names in the tally's files, and where a round keeps them."""


def about_round(session: Session, round_: Round, *, counted_at: datetime) -> dict[str, Any]:
    """Return which round it is, what it asked and when, as its result keeps it."""
    return {
        "round": round_.slug,
        "process": round_.process.slug,
        "phase": round_.phase.code,
        "kind": round_.kind.value,
        "eligibility": round_.eligibility.value,
        "task": round_.voting_task.value if round_.voting_task else None,
        "title": text_document(round_.title),
        "ballot": ballot_document(round_),
        "opens_at": moment_text(round_.opens_at),
        "closes_at": moment_text(round_.closes_at),
        "closed_at": _closed_at(session, round_),
        "counted_at": moment_text(counted_at),
        "time_zone": round_.process.time_zone,
        "currency": round_.process.currency,
    }


def ballot_document(round_: Round) -> dict[str, Any] | None:
    """Return the ballot kind and its limits as files of ballots declare them."""
    kind = round_.ballot_kind
    if kind is None:
        return None
    return {"kind": kind.value, **{name: getattr(round_, column) for name, column in _LIMITS[kind].items()}}


def frozen_option(option: Option) -> FrozenOption:
    """Return an option as its result keeps it, from what was frozen when the round opened."""
    content = option.content
    struck = None
    if option.struck_at is not None and option.struck_reason is not None:
        struck = {"struck_at": moment_text(option.struck_at), "reason": text_document(option.struck_reason)}
    return FrozenOption(
        code=option.code,
        content_hash=option.content_hash,
        facts={
            "title": frozen_text(content["title"]),
            "field": _named(content["field"]),
            "serves": [goal["code"] for goal in content["serves"]],
            "department": _named(content["department"]),
            "costing": content["costing"],
        },
        struck=struck,
    )


def frozen_text(text: Mapping[str, Any]) -> dict[str, Any]:
    """Return a text that was frozen with all its wordings as documents carry texts."""
    wordings = text["wordings"]
    return {
        "language": text["language"],
        "body": wordings[text["language"]]["body"],
        "translations": {
            tag: {"body": wording["body"], "origin": wording["origin"], "stale": wording["stale"]}
            for tag, wording in wordings.items()
            if tag != text["language"]
        },
    }


def _named(thing: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if thing is None else {"code": thing["code"], "title": frozen_text(thing["title"])}


def _closed_at(session: Session, round_: Round) -> str | None:
    closed = session.scalar(
        select(RoundEvent.at).where(RoundEvent.round_id == round_.id, RoundEvent.action == RoundAction.CLOSE)
    )
    return None if closed is None else moment_text(closed)
