"""Handing out bundles: their files from where they lie, a portion of ballots at a time."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from participation.audit.services import record
from participation.bundles.archive import BundleFile
from participation.bundles.canonical import read
from participation.bundles.lines import ballot_lines
from participation.bundles.naming import BALLOTS_FILE, GOALS_FOLDER, MANIFEST, ROUNDS_FOLDER, SIGNATURE
from participation.core.actor import Actor
from participation.core.permissions import Permission, authorise
from participation.results.models import CarryOver, JointRankingPart, PublishedBundle, RoundResult
from participation.results.services.counting import open_counted
from participation.rounds.models import Round

PUBLIC: Final = "public"
AUDITORS: Final = "auditors"
EDITIONS: Final = (PUBLIC, AUDITORS)


def hand_out_to_auditor(
    session: Session, bundle: PublishedBundle, process_id: str, *, actor: Actor, now: datetime
) -> None:
    """Note that somebody receives the auditors' edition; raises Forbidden for whoever is no named auditor."""
    authorise(actor, Permission.BALLOT_AUDIT, process_id)
    record(
        session,
        "bundle.hand_out",
        actor=actor,
        now=now,
        subject_kind="round" if bundle.round_id else "ranking",
        subject_id=bundle.round_id or bundle.ranking_id or "",
        process_id=process_id,
        facts={"edition": AUDITORS, "fingerprint": bundle.fingerprint},
    )


def bundle_files(session: Session, bundle: PublishedBundle, edition: str, folder: str = "") -> Iterator[BundleFile]:
    """Give the files of a bundle in the order of their names; ballots are read while they are given."""
    whole = session.get_one(
        PublishedBundle,
        bundle.id,
        options=[
            undefer(PublishedBundle.manifest),
            undefer(PublishedBundle.signature),
            undefer(PublishedBundle.documents),
            undefer(PublishedBundle.salt),
        ],
    )
    plain: Mapping[str, str] = {MANIFEST: whole.manifest, SIGNATURE: whole.signature, **whole.documents}
    if whole.round_id is not None and (edition == AUDITORS or publishes(whole)):
        yield f"{folder}{BALLOTS_FILE}", _ballots(session, whole.round_id, whole.salt)
    for name in sorted(plain):
        yield f"{folder}{name}", [plain[name].encode()]
    if whole.ranking_id is not None:
        for inner, inside in _inside(session, whole.ranking_id):
            yield from bundle_files(session, inner, edition, f"{folder}{inside}/")


def publishes(bundle: PublishedBundle) -> bool:
    """Say whether a round's ballots are published, as its manifest says."""
    published: bool = read(bundle.manifest.encode())["ballots"]["published"]
    return published


def _inside(session: Session, ranking_id: str) -> list[tuple[PublishedBundle, str]]:
    """Return the bundles in that of a joint ranking with their folders."""
    rounds = session.execute(
        select(PublishedBundle, Round.slug)
        .join(JointRankingPart, JointRankingPart.round_id == PublishedBundle.round_id)
        .join(Round, Round.id == PublishedBundle.round_id)
        .where(JointRankingPart.ranking_id == ranking_id)
    )
    goals = session.scalars(
        select(PublishedBundle)
        .join(CarryOver, CarryOver.goals_ranking_id == PublishedBundle.ranking_id)
        .where(CarryOver.ranking_id == ranking_id)
    )
    found = [(bundle, f"{ROUNDS_FOLDER}/{slug}") for bundle, slug in rounds]
    found += [(bundle, GOALS_FOLDER) for bundle in goals]
    return sorted(found, key=lambda pair: pair[1])


def _ballots(session: Session, round_id: str, salt: bytes | None) -> Iterator[bytes]:
    if salt is None:
        salt = session.scalar(select(RoundResult.salt).where(RoundResult.round_id == round_id))
    with open_counted(session.connection(), round_id) as batches:
        for batch in batches:
            yield b"\n".join([*ballot_lines(salt or b"", batch), b""])
