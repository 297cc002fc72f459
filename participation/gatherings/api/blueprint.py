"""The blueprint of the JSON side of gatherings, and how it tells them."""

from typing import Any, Final

from flask_smorest import Blueprint

from participation.core.permissions import Permission, may
from participation.gatherings.models import AgendaItem, Attendance, Gathering, TableNote, WorkshopTable
from participation.gatherings.queries import sees_record
from participation.gatherings.rules import GatheringKind, told
from participation.rounds.rules import SMALL_GROUP
from participation.web.guard import current_actor

blp: Final = Blueprint(
    "api_gatherings", __name__, url_prefix="/api/v1", description="Sessions, workshop days and assisted sessions"
)


def brief(gathering: Gathering) -> dict[str, Any]:
    """Return what an announcement tells."""
    return {
        "number": gathering.number,
        "kind": gathering.kind,
        "title": gathering.title,
        "place": gathering.place,
        "starts_at": gathering.starts_at,
        "ends_at": gathering.ends_at,
        "interpreters": gathering.interpreters,
        "round": gathering.round.slug if gathering.round else None,
        "record": gathering.state,
        "revision": gathering.revision,
    }


def whole(gathering: Gathering) -> dict[str, Any]:
    """Return everything that the caller may read of a gathering."""
    actor = current_actor()
    reads, official = sees_record(actor, gathering), may(actor, Permission.GATHERING_NOTE, gathering)
    return brief(gathering) | {
        "headcount": gathering.headcount if official else _public_heads(gathering, reads=reads),
        "approved_at": gathering.approved_at,
        "minutes": gathering.minutes if reads else None,
        "agenda": [item_as_data(item, reads=reads) for item in gathering.items],
        "attendance": [_seat(entry, official=official) for entry in gathering.attendance] if reads else None,
        "tables": [_table(table, reads=reads, official=official) for table in gathering.tables],
    }


def item_as_data(item: AgendaItem, *, reads: bool) -> dict[str, Any]:
    """Return an item of the agenda."""
    return {
        "id": item.id,
        "title": item.title,
        "proposals": item.proposal_codes,
        "minutes": item.minutes if reads else None,
    }


def note_as_data(note: TableNote) -> dict[str, Any]:
    """Return a note."""
    return {"id": note.id, "revision": note.body.revision, "body": note.body, "proposals": note.proposal_codes}


def _public_heads(gathering: Gathering, *, reads: bool) -> int | None:
    """Guests of a session are part of its minutes; elsewhere few people are not told, assisted ones only summed up."""
    if gathering.kind is GatheringKind.ASSISTED or not reads:
        return None
    return gathering.headcount if gathering.manner.has_agenda else told(gathering.headcount, SMALL_GROUP)


def _seat(entry: Attendance, *, official: bool) -> dict[str, Any]:
    name = entry.account.display_name if official and entry.account else None
    return {"seat": entry.seat, "name": name, "presence": entry.presence}


def _table(table: WorkshopTable, *, reads: bool, official: bool) -> dict[str, Any]:
    facilitator = table.facilitator.display_name if official and table.facilitator else None
    return {
        "number": table.number,
        "theme": table.theme,
        "facilitator": facilitator,
        "headcount": table.headcount if official else None,
        "notes": [note_as_data(note) for note in table.notes] if reads else None,
    }


def table_as_data(table: WorkshopTable) -> dict[str, Any]:
    """Return a table to somebody who works on it."""
    return _table(table, reads=True, official=True)
