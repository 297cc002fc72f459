"""Making files after the commit that asked for them, with progress; a file that cannot be made says why.

A refusal is final: the same words would be refused again. Any other failure is said as well, while the worker goes on
trying, because after the last of its attempts nobody comes any more who could say it.
"""

import logging
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from participation.core.errors import DomainError
from participation.core.windows import utcnow
from participation.documents.pdf import CannotBeSet
from participation.extensions import transaction
from participation.outbox.worker import Handler
from participation.papers.models import RenderedFile
from participation.papers.queries import snapshot_document, template_by_hash
from participation.papers.rendering import Order, rendered
from participation.papers.rules.files import FileState
from participation.papers.services import RENDER_FILE, note_failure, note_progress, store_file

log = logging.getLogger("participation.papers")
STEPS: Final = 3
"""Read what was frozen, put the document together and set it, keep the file."""


def render_file(session: Session, payload: Mapping[str, Any]) -> None:
    """Make a file and keep it. Twice does no harm: one that is there stays as it is."""
    file_id = str(payload["file_id"])
    file = session.get(RenderedFile, file_id)
    if file is None or file.state is FileState.READY:
        return
    kind = file.kind
    _progress(file_id, 1)
    try:
        order = _order(session, file)
        session.rollback()  # nothing is held while the file is set, which may take a while
        _progress(file_id, 2)
        content = rendered(kind, order)
        with transaction() as writing:
            store_file(writing, file_id, content, now=utcnow())
    except (DomainError, CannotBeSet) as refusal:
        fault = refusal.code if isinstance(refusal, DomainError) else "document_cannot_be_set"
        log.warning("file %s cannot be made: %s", file_id, fault)
        with transaction() as writing:
            note_failure(writing, file_id, fault, now=utcnow())
    except Exception:
        session.rollback()
        with transaction() as writing:
            note_failure(writing, file_id, "file_tried_again", now=utcnow())
        raise  # the worker writes down what it was, and tries again


def _order(session: Session, file: RenderedFile) -> Order:
    snapshot = file.snapshot
    template = template_by_hash(session, snapshot.process_id, file.template_sha256) if file.template_sha256 else None
    return Order(snapshot.kind, snapshot_document(session, snapshot.id), snapshot.sha256, file.language, template)


def _progress(file_id: str, done: int) -> None:
    with transaction() as writing:
        note_progress(writing, file_id, done, STEPS, now=utcnow())


JOBS: Final[Mapping[str, Handler]] = {RENDER_FILE: render_file}
