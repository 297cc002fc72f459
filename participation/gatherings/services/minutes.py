"""Minutes of a session: written by some, approved by another, then public and unchanged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from participation.core.actor import Actor
from participation.core.errors import Conflict, Invalid
from participation.core.languages import language as known_language
from participation.core.permissions import Permission, authorise
from participation.core.wording import BODY, TextShape
from participation.gatherings.models import Gathering
from participation.gatherings.queries import hold_gathering, item_of, writers_of
from participation.gatherings.rules import (
    GatheringKind,
    RecordAction,
    check_approver,
    check_basis,
    next_state,
)
from participation.gatherings.services.records import at_hand, keep, record_act
from participation.texts.models import Origin, Text
from participation.texts.services import revise_text, translate_text, write_text

WHOLE = "minutes"
"""The input for what concerns the session as a whole; those of items are called `minutes-<id>`."""


@dataclass(frozen=True, slots=True)
class MinutesDraft:
    """Minutes in one language: of the session as a whole, and of items by their ids."""

    language: str
    whole: str = ""
    items: Mapping[str, str] = field(default_factory=dict)


def write_minutes(
    session: Session, process: str, number: int, draft: MinutesDraft, *, based_on: int, actor: Actor, now: datetime
) -> Gathering:
    """Write minutes in one language. Where they exist in another one, these are their translation by hand.

    What is left blank says nothing: words that were there in this language as the first are taken out again.
    """
    gathering = at_hand(session, process, number, Permission.GATHERING_NOTE, actor=actor, kinds={GatheringKind.SESSION})
    check_basis(gathering.revision, based_on)
    known_language(draft.language, field="language")
    before = _wordings(gathering)
    gathering.minutes = _worded(session, gathering.minutes, draft.whole, WHOLE, draft.language, actor, now)
    for item_id, words in draft.items.items():
        item = item_of(gathering, item_id)
        item.minutes = _worded(session, item.minutes, words, f"{WHOLE}-{item_id}", draft.language, actor, now)
    session.flush()
    if _wordings(gathering) != before:  # whoever sends the form back as it was has written nothing
        gathering.worded_by = actor.id or actor.kind.value
        keep(session, "minutes.written", gathering, actor, now, {"language": draft.language})
    return gathering


def approve_record(
    session: Session, process: str, number: int, *, based_on: int, actor: Actor, now: datetime
) -> Gathering:
    """Approve and publish minutes or the notes of the tables.

    Minutes are approved by somebody whose words they are not, and after the session has begun. Raises Forbidden
    `record_by_yourself`; Conflict `record_changed`, `record_state`, `gathering_ahead`; Invalid `record_empty`.
    """
    gathering = hold_gathering(session, process, number)
    authorise(actor, Permission.GATHERING_APPROVE, gathering)
    if not gathering.manner.is_recorded:
        raise Conflict("not_at_this_gathering", kind=gathering.kind.value)
    state = next_state(gathering.state, RecordAction.APPROVE)
    check_basis(gathering.revision, based_on)
    if now < gathering.starts_at:
        raise Conflict("gathering_ahead")
    if not _says_something(gathering):
        raise Invalid("record_empty")
    if gathering.manner.by_another:
        check_approver(actor.id, writers_of(gathering))
    gathering.state = state
    gathering.approved_by, gathering.approved_at = actor.id or actor.kind.value, now
    session.flush()
    record_act(session, "record.approved", gathering, actor, now, {"revision": gathering.revision})
    return gathering


def reopen_record(session: Session, process: str, number: int, *, actor: Actor, now: datetime) -> Gathering:
    """Take an approval back so that the record can be corrected; until it is approved again it is not public."""
    gathering = hold_gathering(session, process, number)
    authorise(actor, Permission.GATHERING_APPROVE, gathering)
    gathering.state = next_state(gathering.state, RecordAction.REOPEN)
    gathering.approved_by = gathering.approved_at = None
    keep(session, "record.reopened", gathering, actor, now)
    return gathering


def _wordings(gathering: Gathering) -> list[tuple[str, int]]:
    texts = (gathering.minutes, *(item.minutes for item in gathering.items))
    return [(text.id, len(text.versions)) for text in texts if text is not None]


def _says_something(gathering: Gathering) -> bool:
    return (
        gathering.minutes is not None
        or any(item.minutes for item in gathering.items)
        or any(table.notes for table in gathering.tables)
    )


def _worded(
    session: Session, text: Text | None, words: str, field: str, language: str, actor: Actor, now: datetime
) -> Text | None:
    shape = TextShape(field, BODY.maximum)
    if text is None:
        if not words.strip():
            return None
        return write_text(session, words, language=language, shape=shape, actor=actor, now=now)
    if not words.strip():
        return _blanked(session, text, language)
    if language == text.language:
        revise_text(session, text, words, shape=shape, actor=actor, now=now)
    else:
        translate_text(session, text, words, language=language, origin=Origin.HUMAN, shape=shape, actor=actor, now=now)
    return text


def _blanked(session: Session, text: Text, language: str) -> Text | None:
    """Take out a wording that was blanked: the whole text with its first language, else this translation."""
    if language == text.language:
        session.delete(text)
        return None
    text.versions = [version for version in text.versions if version.language != language]
    return text
