"""Publishing the concept: what its draft says becomes a version that never changes."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from participation.audit.services import record
from participation.bundles import canonical
from participation.core.actor import Actor
from participation.core.errors import Conflict
from participation.core.languages import INTERFACE_TAGS
from participation.core.permissions import Permission, authorise
from participation.papers.models.concept import ConceptVersion
from participation.papers.models.files import DocumentSnapshot
from participation.papers.queries.concept import concept_document, latest_version
from participation.papers.queries.concept_content import concept_content
from participation.papers.rules.concept import NOTE, check_draft_basis, draft_mark
from participation.papers.rules.concept_changes import is_empty, says_the_same
from participation.papers.rules.files import FileKind, SnapshotKind
from participation.papers.services.concept import Origins
from participation.papers.services.files import request_file
from participation.processes.queries import lock_process, process_by_slug
from participation.results.queries import text_document
from participation.results.rules.round_snapshot import moment_text
from participation.texts.services import original_language, write_texts


def publish_concept(
    session: Session,
    slug: str,
    notes: Mapping[str, str],
    *,
    based_on: str,
    actor: Actor,
    now: datetime,
    origins: Origins | None = None,
) -> ConceptVersion:
    """Publish the draft as the next version; `notes` say by language what is new, for everybody to read.

    `based_on` is the mark of the draft that was read: what is published is what somebody saw. Raises Conflict
    `draft_changed` where it has changed since or another version was published, `concept_empty` where there is nothing
    to publish and `nothing_new` where the version that stands says the same already.
    """
    process = process_by_slug(session, slug)
    authorise(actor, Permission.CONCEPT_EDIT, process)
    process = lock_process(session, process.id)
    before = latest_version(session, process.id)
    number = before.number if before else 0
    content = concept_content(session, process)
    check_draft_basis(draft_mark(content, number), based_on)
    if is_empty(content):
        raise Conflict("concept_empty")
    if before is not None and says_the_same(concept_document(session, before), content):
        raise Conflict("nothing_new", number=number)
    note = write_texts(
        session,
        notes,
        language=original_language(notes, process.default_language),
        shape=NOTE,
        actor=actor,
        now=now,
        origins=origins,
    )
    published = {"number": number + 1, "published_at": moment_text(now), "note": text_document(note)}
    document = content | {"version": published}
    snapshot = DocumentSnapshot(
        process_id=process.id,
        kind=SnapshotKind.CONCEPT,
        sha256=sha256(canonical.written(document)).hexdigest(),
        made_at=now,
        document=document,
    )
    session.add(snapshot)
    session.flush()
    version = ConceptVersion(
        process_id=process.id,
        number=number + 1,
        snapshot=snapshot,
        note=note,
        published_at=now,
        published_by=actor.id or actor.kind.value,
    )
    session.add(version)
    session.flush()
    if process.default_language in INTERFACE_TAGS:
        request_file(session, snapshot, FileKind.PDF, process.default_language, now=now)
    record(
        session,
        "concept_published",
        actor=actor,
        now=now,
        subject_kind="concept_version",
        subject_id=version.id,
        process_id=process.id,
        facts={"number": version.number, "sha256": snapshot.sha256},
    )
    return version
