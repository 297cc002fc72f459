"""Handing out bundles: their files from where they lie, a page of ballots at a time."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, undefer

from participation.audit.services import record
from participation.bundles.archive import BundleFile
from participation.bundles.canonical import read
from participation.bundles.lines import ballot_lines
from participation.bundles.naming import BALLOTS_FILE, GOALS_FOLDER, MANIFEST, ROUNDS_FOLDER, SIGNATURE
from participation.core.actor import Actor
from participation.core.permissions import Permission, authorise
from participation.results.models import CarryOver, JointRankingPart, PublishedBundle, RoundResult
from participation.results.services.counting import counted_pages
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


def bundle_files(session: Session, bundle: PublishedBundle, edition: str, folder: str = "") -> list[BundleFile]:
    """Return the files of a bundle in the order of their names; only their ballots are read while they are taken."""
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
    plain = {MANIFEST: whole.manifest, SIGNATURE: whole.signature, **whole.documents}
    files = []
    if whole.round_id is not None and (edition == AUDITORS or publishes(whole)):
        salt = whole.salt or session.scalar(select(RoundResult.salt).where(RoundResult.round_id == whole.round_id))
        lines = _ballots(session.get_bind().engine, whole.round_id, salt or b"")
        files.append(BundleFile(f"{folder}{BALLOTS_FILE}", whole.sizes[BALLOTS_FILE], lines))
    for name, text in sorted(plain.items()):
        data = text.encode()
        files.append(BundleFile(f"{folder}{name}", len(data), [data]))
    if whole.ranking_id is not None:
        for inner, inside in _inside(session, whole.ranking_id):
            files += bundle_files(session, inner, edition, f"{folder}{inside}/")
    return files


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


def _ballots(engine: Engine, round_id: str, salt: bytes) -> Iterator[bytes]:
    for page in counted_pages(engine, round_id):
        yield b"\n".join([*ballot_lines(salt, page), b""])
