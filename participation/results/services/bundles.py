"""Publishing the bundles of results: made once from what results keep, signed, and never changed.

A conclusion files a job with its commit, and whoever has concluded tries at once. The bundle of a joint ranking holds
those of its rounds, so that it is made after them and after its statistics. Making one twice gives one.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, undefer

from participation.ballots.queries import options_of
from participation.bundles.lines import new_round_salt
from participation.bundles.manifests import JOINT, ROUND, Sealed, sealed
from participation.bundles.naming import BALLOTS_FILE, MANIFEST, SIGNATURE
from participation.bundles.publishing import publishes_ballots
from participation.comments.queries import decisions_between
from participation.comments.rules import ModerationAction
from participation.proposals.queries import refusals_between
from participation.results.models import (
    CarryOver,
    JointRanking,
    JointRankingPart,
    JointResult,
    JointStatistics,
    PublishedBundle,
    RoundResult,
)
from participation.results.queries import joint_result_of, joint_statistics_of, text_document
from participation.results.rules.bundle_documents import (
    FrozenContent,
    Happened,
    Moderated,
    joint_documents,
    round_documents,
)
from participation.results.rules.round_snapshot import moment_text
from participation.results.services.counting import WrittenBallots, counted_profile, written_ballots
from participation.rounds.models import Round, RoundEvent
from participation.rounds.rules import STATE_FACT, RoundAction, RoundState
from participation.tally.marks import Marks

PUBLISH_BUNDLES: Final = "results.publish_bundles"
"""The job that is filed with a conclusion, for the case that whoever concluded was interrupted before it."""

_HIDING: Final = frozenset({ModerationAction.HIDE, ModerationAction.RESTORE})


@dataclass(frozen=True, slots=True)
class Prepared:
    """A bundle before it is signed: its manifest, and what is kept beside it."""

    manifest: Mapping[str, Any]
    documents: Mapping[str, bytes]
    sizes: Mapping[str, int]
    round_id: str | None = None
    ranking_id: str | None = None
    salt: bytes | None = None


def has_bundles(session: Session) -> bool:
    """Say whether any bundle was signed."""
    return session.scalar(select(PublishedBundle.id).limit(1)) is not None


def unpublished_rounds(session: Session, *, older: bool = False) -> Sequence[str]:
    """Return the rounds that have a result but no bundle yet; `older`: also those of before there were bundles."""
    missing = ~select(PublishedBundle.id).where(PublishedBundle.round_id == RoundResult.round_id).exists()
    wanted: list[ColumnElement[bool]] = [missing] if older else [missing, RoundResult.salt.is_not(None)]
    return session.scalars(
        select(RoundResult.round_id).where(*wanted).order_by(RoundResult.counted_at, RoundResult.round_id)
    ).all()


def unpublished_rankings(session: Session) -> Sequence[str]:
    """Return the joint rankings whose bundle can be made now: settled, with statistics, all inner bundles made."""
    missing = ~select(PublishedBundle.id).where(PublishedBundle.ranking_id == JointResult.ranking_id).exists()
    rows = session.execute(
        select(JointResult.ranking_id, CarryOver.goals_ranking_id)
        .join(JointStatistics, JointStatistics.ranking_id == JointResult.ranking_id)
        .outerjoin(CarryOver, CarryOver.ranking_id == JointResult.ranking_id)
        .where(missing)
        .order_by(CarryOver.goals_ranking_id.is_not(None), JointResult.computed_at, JointResult.ranking_id)
    ).all()
    return [ranking_id for ranking_id, goals_id in rows if _inner_are_made(session, ranking_id, goals_id)]


def _inner_are_made(session: Session, ranking_id: str, goals_id: str | None) -> bool:
    counted = session.scalars(
        select(PublishedBundle.id)
        .select_from(JointRankingPart)
        .join(RoundResult, RoundResult.round_id == JointRankingPart.round_id)
        .outerjoin(PublishedBundle, PublishedBundle.round_id == RoundResult.round_id)
        .where(JointRankingPart.ranking_id == ranking_id)
    ).all()
    goals = goals_id is None or session.scalar(select(PublishedBundle.id).where(PublishedBundle.ranking_id == goals_id))
    return None not in counted and bool(goals)


def prepare_round(session: Session, round_id: str, *, site: str, now: datetime) -> Prepared:
    """Write the documents of a round's bundle and its manifest; it only reads."""
    result = session.get_one(RoundResult, round_id, options=[undefer(RoundResult.snapshot), undefer(RoundResult.salt)])
    round_, snapshot = session.get_one(Round, round_id), result.snapshot
    own_salt = None if result.salt else new_round_salt()
    ballots = _ballots_of(session, result, result.salt or own_salt or b"")
    options = [FrozenContent(one.code, one.content, one.content_hash) for one in options_of(session, round_id)]
    events = session.scalars(select(RoundEvent).where(RoundEvent.round_id == round_id)).all()
    documents = round_documents(
        snapshot,
        options,
        [
            Happened(
                one.action,
                one.at,
                text_document(one.reason) if one.reason else None,
                while_open=one.facts.get(STATE_FACT) == RoundState.OPEN,
            )
            for one in events
        ],
        _moderated(session, round_, events),
        None if "marks" in snapshot else Marks.of(counted_profile(session, round_)),
    )
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in documents.items()}
    return Prepared(
        manifest={
            "kind": ROUND,
            "site": site,
            "process": snapshot["process"],
            "round": snapshot["round"],
            "method_version": snapshot["method_version"],
            "made_at": moment_text(now),
            "ballots": {
                "count": ballots.count,
                "published": publishes_ballots(ballots.count, snapshot["ballot"], len(options)),
                "root": ballots.root,
            },
            "files": {**digests, BALLOTS_FILE: ballots.digest},
        },
        documents=documents,
        sizes={**{name: len(data) for name, data in documents.items()}, BALLOTS_FILE: ballots.size},
        round_id=round_id,
        salt=own_salt,
    )


def prepare_ranking(session: Session, ranking_id: str, *, site: str, now: datetime) -> Prepared:
    """Write the documents of a joint ranking's bundle and its manifest, around the bundles of its rounds."""
    result, statistics = joint_result_of(session, ranking_id), joint_statistics_of(session, ranking_id)
    if result is None or statistics is None:
        raise ValueError("a ranking without a result and statistics has no bundle")
    documents = joint_documents(result.snapshot, statistics)
    goals = result.ranking.carry_over and _fingerprint(session, ranking_id=result.ranking.carry_over.goals_ranking_id)
    return Prepared(
        manifest={
            "kind": JOINT,
            "site": site,
            "process": result.snapshot["process"],
            "ranking": result.snapshot["ranking"],
            "method_version": result.snapshot["method_version"],
            "made_at": moment_text(now),
            "rounds": {part.round.slug: _fingerprint(session, round_id=part.round_id) for part in result.ranking.parts},
            "goals": goals,
            "files": {name: hashlib.sha256(data).hexdigest() for name, data in documents.items()},
        },
        documents=documents,
        sizes={name: len(data) for name, data in documents.items()},
        ranking_id=ranking_id,
    )


def keep_bundle(session: Session, prepared: Prepared, secret: bytes, *, now: datetime) -> PublishedBundle | None:
    """Sign a bundle and keep it; what is there already stays. Return it if it is new."""
    holder = (
        select(Round.id).where(Round.id == prepared.round_id)
        if prepared.round_id
        else select(JointRanking.id).where(JointRanking.id == prepared.ranking_id)
    )
    session.execute(holder.with_for_update())  # whoever else makes it waits, and then finds it
    if _fingerprint(session, round_id=prepared.round_id, ranking_id=prepared.ranking_id) is not None:
        return None
    seal: Sealed = sealed(prepared.manifest, secret)
    sizes = {**prepared.sizes, MANIFEST: len(seal.manifest), SIGNATURE: len(seal.signature)}
    bundle = PublishedBundle(
        round_id=prepared.round_id,
        ranking_id=prepared.ranking_id,
        fingerprint=seal.fingerprint,
        public_key=seal.public_key,
        made_at=now,
        sizes=sizes,
        manifest=seal.manifest.decode(),
        signature=seal.signature.decode(),
        documents={name: data.decode() for name, data in prepared.documents.items()},
        salt=prepared.salt,
    )
    session.add(bundle)
    session.flush()
    return bundle


def _fingerprint(session: Session, *, round_id: str | None = None, ranking_id: str | None = None) -> str | None:
    of_it = PublishedBundle.round_id == round_id if round_id is not None else PublishedBundle.ranking_id == ranking_id
    return session.scalar(select(PublishedBundle.fingerprint).where(of_it))


def _ballots_of(session: Session, result: RoundResult, salt: bytes) -> WrittenBallots:
    """Return what the conclusion has noted of the file of ballots; of an older result, what it comes to now."""
    file, root = result.snapshot.get("ballots_file"), result.snapshot.get("ballots_root")
    if result.salt is None or file is None or root is None:
        return written_ballots(session.connection(), result.round_id, salt)
    return WrittenBallots(root, file["sha256"], file["bytes"], result.ballots)


def _moderated(session: Session, round_: Round, events: Sequence[RoundEvent]) -> list[Moderated]:
    """Return what was decided about contributions to the process from the round's opening to its close."""
    at = {event.action: event.at for event in events}
    span = at[RoundAction.OPEN], at[RoundAction.CLOSE]
    zone = ZoneInfo(round_.process.time_zone)
    hidden = [
        Moderated(
            f"comment.{decision.action.value}",
            decision.at.astimezone(zone).date().isoformat(),
            decision.comment_id,
            text_document(decision.reason)["body"],
        )
        for decision in decisions_between(session, round_.process_id, *span)
        if decision.action in _HIDING
    ]
    return hidden + [
        Moderated(
            f"proposal.{event.action.value}",
            event.at.astimezone(zone).date().isoformat(),
            event.proposal.code,
            text_document(event.reason)["body"] if event.reason else "",
        )
        for event in refusals_between(session, round_.process_id, *span)
    ]
