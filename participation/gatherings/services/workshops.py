"""Workshop days: their tables, and what was said at them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from participation.core.actor import Actor
from participation.core.errors import Conflict, Invalid
from participation.core.permissions import Permission
from participation.core.wording import TITLE, TextShape
from participation.gatherings.models import Gathering, TableNote, WorkshopTable
from participation.gatherings.queries import note_of, note_taker, table_of
from participation.gatherings.rules import MAX_NOTES, MAX_TABLES, GatheringKind, check_basis, check_codes, check_heads
from participation.gatherings.services.records import at_hand, keep, worded
from participation.texts.models import Origin
from participation.texts.services import original_language, revise_text, translate_text, write_text

NOTE = TextShape("body", 5_000)
_WORKSHOPS = frozenset({GatheringKind.WORKSHOP})


@dataclass(frozen=True, slots=True)
class TableDraft:
    """A table: its number, its theme by language, the id of whoever facilitates, how many sit there."""

    number: int
    themes: Mapping[str, str] = field(default_factory=dict)
    facilitator: str = ""
    headcount: int | None = None


@dataclass(frozen=True, slots=True)
class NoteDraft:
    """What was said, in the language in which it was said, and the codes of proposals that it concerns."""

    language: str
    body: str
    proposals: Sequence[str] = ()


def set_table(
    session: Session, process: str, number: int, draft: TableDraft, *, actor: Actor, now: datetime
) -> WorkshopTable:
    """Set up one more table."""
    gathering = _day(session, process, number, Permission.GATHERING_MANAGE, actor)
    if len(gathering.tables) >= MAX_TABLES:
        raise Conflict("too_many_tables", highest=MAX_TABLES)
    table = WorkshopTable(notes=[])
    _apply(session, gathering, table, draft, actor, now)
    gathering.tables.append(table)
    keep(session, "table.set", gathering, actor, now, {"table": draft.number})
    return table


def change_table(
    session: Session, process: str, number: int, table: int, draft: TableDraft, *, actor: Actor, now: datetime
) -> WorkshopTable:
    """Change a table's number, theme, facilitator or head count."""
    gathering = _day(session, process, number, Permission.GATHERING_MANAGE, actor)
    found = table_of(gathering, table)
    _apply(session, gathering, found, draft, actor, now)
    keep(session, "table.changed", gathering, actor, now, {"table": draft.number})
    return found


def remove_table(session: Session, process: str, number: int, table: int, *, actor: Actor, now: datetime) -> None:
    """Take a table away, unless something was noted at it."""
    gathering = _day(session, process, number, Permission.GATHERING_MANAGE, actor)
    found = table_of(gathering, table)
    if found.notes:
        raise Conflict("table_with_notes")
    theme = found.theme
    gathering.tables.remove(found)
    keep(session, "table.removed", gathering, actor, now, {"table": table})
    session.delete(theme)
    session.flush()


def note_heads_at_table(
    session: Session, process: str, number: int, table: int, headcount: int | None, *, actor: Actor, now: datetime
) -> WorkshopTable:
    """Say how many people sit at a table."""
    gathering = _day(session, process, number, Permission.GATHERING_NOTE, actor)
    found = table_of(gathering, table)
    found.headcount = check_heads(headcount)
    keep(session, "table.heads_noted", gathering, actor, now, {"table": table})
    return found


def write_note(
    session: Session, process: str, number: int, table: int, draft: NoteDraft, *, actor: Actor, now: datetime
) -> TableNote:
    """Note what a table has said."""
    gathering = _day(session, process, number, Permission.GATHERING_NOTE, actor)
    found = table_of(gathering, table)
    if len(found.notes) >= MAX_NOTES:
        raise Conflict("too_many_notes", highest=MAX_NOTES)
    note = TableNote(
        body=write_text(session, draft.body, language=draft.language, shape=NOTE, actor=actor, now=now),
        proposal_codes=check_codes(draft.proposals),
        written_at=now,
        written_by=actor.id or actor.kind.value,
    )
    found.notes.append(note)
    keep(session, "note.written", gathering, actor, now, {"table": table})
    return note


def change_note(
    session: Session,
    process: str,
    number: int,
    note_id: str,
    draft: NoteDraft,
    *,
    based_on: int,
    actor: Actor,
    now: datetime,
) -> TableNote:
    """Word a note better. The language in which it was said stays; `based_on` is the revision of its words."""
    gathering = _day(session, process, number, Permission.GATHERING_NOTE, actor)
    note = note_of(gathering, note_id)
    check_basis(note.body.revision, based_on)
    if draft.language != note.body.language:
        raise Invalid("language_of_note_stays", field="language")
    revise_text(session, note.body, draft.body, shape=NOTE, actor=actor, now=now)
    note.proposal_codes = check_codes(draft.proposals)
    keep(session, "note.changed", gathering, actor, now)
    return note


def translate_note(
    session: Session,
    process: str,
    number: int,
    note_id: str,
    draft: NoteDraft,
    *,
    based_on: int,
    actor: Actor,
    now: datetime,
) -> TableNote:
    """Add somebody's translation of a note, made from the words of that revision; what was said stays beside it."""
    gathering = _day(session, process, number, Permission.GATHERING_NOTE, actor)
    note = note_of(gathering, note_id)
    check_basis(note.body.revision, based_on)
    translate_text(
        session, note.body, draft.body, language=draft.language, origin=Origin.HUMAN, shape=NOTE, actor=actor, now=now
    )
    keep(session, "note.translated", gathering, actor, now, {"language": draft.language})
    return note


def remove_note(session: Session, process: str, number: int, note_id: str, *, actor: Actor, now: datetime) -> None:
    """Take a note away that was written by mistake."""
    gathering = _day(session, process, number, Permission.GATHERING_NOTE, actor)
    note = note_of(gathering, note_id)
    body = note.body
    note.table.notes.remove(note)
    keep(session, "note.removed", gathering, actor, now)
    session.delete(body)
    session.flush()


def _day(session: Session, process: str, number: int, permission: Permission, actor: Actor) -> Gathering:
    return at_hand(session, process, number, permission, actor=actor, kinds=_WORKSHOPS)


def _apply(
    session: Session, gathering: Gathering, table: WorkshopTable, draft: TableDraft, actor: Actor, now: datetime
) -> None:
    if not 1 <= draft.number <= MAX_TABLES * 10:
        raise Invalid("limit_out_of_range", field="number", lowest=1, highest=MAX_TABLES * 10)
    if any(other.number == draft.number for other in gathering.tables if other is not table):
        raise Invalid("table_number_taken", field="number", table=draft.number)
    table.number = draft.number
    language = original_language(draft.themes, gathering.process.default_language)
    shape = TextShape("theme", TITLE.maximum, one_line=True)
    table.theme = worded(session, table.theme, draft.themes, language=language, shape=shape, actor=actor, now=now)
    table.facilitator = (
        note_taker(session, gathering.process_id, draft.facilitator, field="facilitator") if draft.facilitator else None
    )
    table.headcount = check_heads(draft.headcount)
