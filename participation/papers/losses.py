"""What is said of a file whose making ended the server each time: it cannot be made, and one may ask again."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from participation.core.windows import utcnow
from participation.extensions import transaction
from participation.outbox.worker import Handler, Loss
from participation.papers.services import RENDER_FILE, note_failure

NOTE_LOST_FILE: Final = "papers.note_lost_file"


def note_lost_file(_session: Session, payload: Mapping[str, Any]) -> None:
    """Say that a file cannot be made: else its page would look for it for ever. Twice does no harm."""
    with transaction() as writing:
        note_failure(writing, str(payload["file_id"]), "file_lost", now=utcnow())


JOBS: Final[Mapping[str, Handler]] = {NOTE_LOST_FILE: note_lost_file}
LOSSES: Final[Mapping[str, Loss]] = {RENDER_FILE: Loss(after=5, then=NOTE_LOST_FILE)}
"""Everybody may ask for a file, and again for one that failed; what ended the server five times will end it again."""
