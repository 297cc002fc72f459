"""A bundle as a finished ZIP file, the same from page, interface and command line.

It is written to a temporary file first: a reader over a slow line then holds up nobody in the database, and is told the
length beforehand. Memory does not grow with the ballots.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from flask import Response
from sqlalchemy.orm import Session

from participation.bundles.archive import write_archive
from participation.bundles.canonical import read
from participation.bundles.containers import CHUNK
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
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        write_bundle(bundle, edition, file)
    except BaseException:
        file.close()
        raise
    length = file.tell()
    file.seek(0)
    response = Response(_pieces(file), mimetype=ZIP, direct_passthrough=True)
    response.call_on_close(file.close)
    response.content_length = length
    suffix = "-auditors" if edition == services.AUDITORS else ""
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{bundle.fingerprint[:8]}{suffix}.zip"'
    return response


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(CHUNK):
            yield piece


def write_bundle(bundle: PublishedBundle, edition: str, target: IO[bytes]) -> None:
    """Write a bundle as a ZIP file."""
    write_archive(services.bundle_files(db.session(), bundle, edition), target)
    db.session.rollback()


def unpack_bundle(bundle: PublishedBundle, edition: str, folder: Path) -> None:
    """Write a bundle's files into a new folder."""
    folder.mkdir(parents=True)
    for name, pieces in services.bundle_files(db.session(), bundle, edition):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.writelines(pieces)
    db.session.rollback()
