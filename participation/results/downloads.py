"""A bundle as a ZIP file, the same from page, interface and command line.

It is made while it is read, whose length is told beforehand: a download begins at once, and memory does not grow with
the ballots. A reader over a slow line holds up nobody in the database, since ballots are read a page at a time.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeAlias

from flask import Response
from sqlalchemy.orm import Session

from participation.bundles.archive import BundleFile, archive, archive_length
from participation.bundles.canonical import read
from participation.bundles.naming import BALLOTS_FILE
from participation.core.actor import Actor
from participation.core.errors import NotFound
from participation.core.windows import utcnow
from participation.extensions import db, transaction
from participation.results import services
from participation.results.models import PublishedBundle
from participation.results.queries import bundle_of, ranking_head, round_head
from participation.results.services.bundle_files import publishes

ZIP: Final = "application/zip"

Told: TypeAlias = Callable[[int, int], object]
"""Is told how many bytes are written, and of how many."""


def bundle_of_round(session: Session, slug: str) -> PublishedBundle:
    """Return the bundle of a round's result; raises NotFound `no_result_yet` or `bundle_not_made_yet`."""
    head = round_head(session, slug)
    if not head.has_result:
        raise NotFound("no_result_yet", slug=slug)
    return _made(bundle_of(session, round_id=head.id), slug)


def bundle_of_ranking(session: Session, process: str, ranking: str) -> PublishedBundle:
    """Return the bundle of a joint ranking; raises NotFound `no_joint_result_yet` or `bundle_not_made_yet`."""
    head = ranking_head(session, process, ranking)
    if not head.has_result:
        raise NotFound("no_joint_result_yet", slug=ranking)
    return _made(bundle_of(session, ranking_id=head.id), ranking)


def _made(bundle: PublishedBundle | None, slug: str) -> PublishedBundle:
    if bundle is None:
        raise NotFound("bundle_not_made_yet", slug=slug)
    return bundle


def bundle_described(bundle: PublishedBundle) -> dict[str, Any]:
    """Return what the interface says about a bundle."""
    withheld = bundle.round_id is not None and not publishes(bundle)
    return {
        "fingerprint": bundle.fingerprint,
        "public_key": bundle.public_key,
        "signature": bundle.signature.strip(),
        "made_at": bundle.made_at,
        "manifest": read(bundle.manifest.encode()),
        "files": [
            {"name": name, "bytes": size, "withheld": withheld and name == BALLOTS_FILE}
            for name, size in sorted(bundle.sizes.items())
        ],
    }


def packed_for_everybody(bundle: PublishedBundle, name: str) -> Response:
    """Return the public edition as a download."""
    return _download(bundle, services.PUBLIC, name)


def packed_for_auditor(bundle: PublishedBundle, name: str, process_id: str, actor: Actor) -> Response:
    """Return the auditors' edition as a download, once it is written down that it was handed out."""
    note_hand_out(bundle, process_id, actor)
    return _download(bundle, services.AUDITORS, name)


def note_hand_out(bundle: PublishedBundle, process_id: str, actor: Actor) -> None:
    """Write down that somebody receives the auditors' edition; raises Forbidden for whoever may not."""
    with transaction() as session:
        services.hand_out_to_auditor(session, bundle, process_id, actor=actor, now=utcnow())


def _download(bundle: PublishedBundle, edition: str, name: str) -> Response:
    files = _files(bundle, edition)
    response = Response(archive(files), mimetype=ZIP, direct_passthrough=True)
    response.content_length = archive_length(files)
    suffix = "-auditors" if edition == services.AUDITORS else ""
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{bundle.fingerprint[:8]}{suffix}.zip"'
    return response


def write_bundle(bundle: PublishedBundle, edition: str, target: Path, told: Told) -> None:
    """Write a bundle as a new ZIP file."""
    files = _files(bundle, edition)
    length, written = archive_length(files), 0
    with target.open("xb") as file:
        for piece in archive(files):
            written += file.write(piece)
            told(written, length)


def unpack_bundle(bundle: PublishedBundle, edition: str, folder: Path, told: Told) -> None:
    """Write a bundle's files into a new folder."""
    files = _files(bundle, edition)
    length, written = sum(file.size for file in files), 0
    folder.mkdir(parents=True)
    for one in files:
        path = folder / one.name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            for piece in one.pieces:
                written += file.write(piece)
                told(written, length)


def _files(bundle: PublishedBundle, edition: str) -> list[BundleFile]:
    """Return the files of a bundle; the session reads nothing any more while they are taken."""
    files = services.bundle_files(db.session(), bundle, edition)
    db.session.rollback()
    return files
