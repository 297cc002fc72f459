"""Agenda, attendance, minutes, tables and notes in JSON."""

from typing import Any

from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import transaction
from participation.gatherings import schemas, services
from participation.gatherings.api.blueprint import blp, item_as_data, note_as_data, table_as_data, whole
from participation.gatherings.services import AgendaDraft, MinutesDraft, NoteDraft, TableDraft
from participation.web.guard import current_actor, requires

_AT = "/processes/<process>/gatherings/<int:number>"
_TABLE = f"{_AT}/tables/<int:table>"


@blp.route(f"{_AT}/agenda", methods=["POST"])
@requires(Permission.GATHERING_MANAGE)
@blp.arguments(schemas.AgendaItemIn)
@blp.response(201, schemas.AgendaItemOut)
def put_on_agenda(wanted: dict[str, Any], process: str, number: int) -> dict[str, Any]:
    """Add an item at the end of the agenda of a session."""
    draft = AgendaDraft(**wanted)
    with transaction() as session:
        item = services.put_on_agenda(session, process, number, draft, actor=current_actor(), now=utcnow())
        return item_as_data(item, reads=True)


@blp.route(f"{_AT}/agenda/<item>", methods=["PUT"])
@requires(Permission.GATHERING_MANAGE)
@blp.arguments(schemas.AgendaItemIn)
@blp.response(200, schemas.AgendaItemOut)
def change_item(wanted: dict[str, Any], process: str, number: int, item: str) -> dict[str, Any]:
    """Change what an item says or which proposals it concerns."""
    draft = AgendaDraft(**wanted)
    with transaction() as session:
        found = services.change_item(session, process, number, item, draft, actor=current_actor(), now=utcnow())
        return item_as_data(found, reads=True)


@blp.route(f"{_AT}/agenda/<item>/move", methods=["POST"])
@requires(Permission.GATHERING_MANAGE)
@blp.arguments(schemas.MoveIn)
@blp.response(200, schemas.WholeGatheringOut)
def move_item(wanted: dict[str, Any], process: str, number: int, item: str) -> dict[str, Any]:
    """Let an item change places with its neighbour."""
    earlier = wanted["direction"] == "earlier"
    with transaction() as session:
        moved = services.move_item(session, process, number, item, earlier=earlier, actor=current_actor(), now=utcnow())
        session.expire(moved.gathering, ["items"])
        return whole(moved.gathering)


@blp.route(f"{_AT}/agenda/<item>", methods=["DELETE"])
@requires(Permission.GATHERING_MANAGE)
@blp.response(204)
def take_off_agenda(process: str, number: int, item: str) -> None:
    """Take an item off the agenda, unless minutes were written about it."""
    with transaction() as session:
        services.take_off_agenda(session, process, number, item, actor=current_actor(), now=utcnow())


@blp.route(f"{_AT}/attendance", methods=["PUT"])
@requires(Permission.GATHERING_NOTE)
@blp.arguments(schemas.AttendanceIn)
@blp.response(200, schemas.WholeGatheringOut)
def note_attendance(wanted: dict[str, Any], process: str, number: int) -> dict[str, Any]:
    """Say who of the members was at a session, and how many guests."""
    with transaction() as session:
        return whole(
            services.note_attendance(
                session,
                process,
                number,
                wanted["members"],
                guests=wanted["guests"],
                based_on=wanted["based_on"],
                actor=current_actor(),
                now=utcnow(),
            )
        )


@blp.route(f"{_AT}/minutes", methods=["PUT"])
@requires(Permission.GATHERING_NOTE)
@blp.arguments(schemas.MinutesIn)
@blp.response(200, schemas.WholeGatheringOut)
def write_minutes(wanted: dict[str, Any], process: str, number: int) -> dict[str, Any]:
    """Write minutes of a session in one language. They are a draft until somebody else approves them."""
    based_on = wanted.pop("based_on")
    with transaction() as session:
        return whole(
            services.write_minutes(
                session,
                process,
                number,
                MinutesDraft(**wanted),
                based_on=based_on,
                actor=current_actor(),
                now=utcnow(),
            )
        )


@blp.route(f"{_AT}/approve", methods=["POST"])
@requires(Permission.GATHERING_APPROVE)
@blp.arguments(schemas.ApprovalIn)
@blp.response(200, schemas.WholeGatheringOut)
def approve_record(wanted: dict[str, Any], process: str, number: int) -> dict[str, Any]:
    """Approve and publish minutes or table notes. Nobody approves minutes in which their own words are."""
    with transaction() as session:
        return whole(
            services.approve_record(
                session, process, number, based_on=wanted["based_on"], actor=current_actor(), now=utcnow()
            )
        )


@blp.route(f"{_AT}/reopen", methods=["POST"])
@requires(Permission.GATHERING_APPROVE)
@blp.response(200, schemas.WholeGatheringOut)
def reopen_record(process: str, number: int) -> dict[str, Any]:
    """Take an approval back so that the record can be corrected."""
    with transaction() as session:
        return whole(services.reopen_record(session, process, number, actor=current_actor(), now=utcnow()))


@blp.route(f"{_AT}/tables", methods=["POST"])
@requires(Permission.GATHERING_MANAGE)
@blp.arguments(schemas.TableIn)
@blp.response(201, schemas.TableOut)
def set_table(wanted: dict[str, Any], process: str, number: int) -> dict[str, Any]:
    """Set up one more table of a workshop day."""
    draft = TableDraft(**wanted)
    with transaction() as session:
        return table_as_data(services.set_table(session, process, number, draft, actor=current_actor(), now=utcnow()))


@blp.route(_TABLE, methods=["PUT"])
@requires(Permission.GATHERING_MANAGE)
@blp.arguments(schemas.TableIn)
@blp.response(200, schemas.TableOut)
def change_table(wanted: dict[str, Any], process: str, number: int, table: int) -> dict[str, Any]:
    """Change a table's number, theme, facilitator or head count."""
    draft = TableDraft(**wanted)
    with transaction() as session:
        return table_as_data(
            services.change_table(session, process, number, table, draft, actor=current_actor(), now=utcnow())
        )


@blp.route(_TABLE, methods=["DELETE"])
@requires(Permission.GATHERING_MANAGE)
@blp.response(204)
def remove_table(process: str, number: int, table: int) -> None:
    """Take a table away, unless something was noted at it."""
    with transaction() as session:
        services.remove_table(session, process, number, table, actor=current_actor(), now=utcnow())


@blp.route(f"{_TABLE}/heads", methods=["PUT"])
@requires(Permission.GATHERING_NOTE)
@blp.arguments(schemas.HeadsIn)
@blp.response(200, schemas.TableOut)
def note_heads_at_table(wanted: dict[str, Any], process: str, number: int, table: int) -> dict[str, Any]:
    """Say how many people sit at a table."""
    with transaction() as session:
        return table_as_data(
            services.note_heads_at_table(
                session, process, number, table, wanted["headcount"], actor=current_actor(), now=utcnow()
            )
        )


@blp.route(f"{_TABLE}/notes", methods=["POST"])
@requires(Permission.GATHERING_NOTE)
@blp.arguments(schemas.NoteIn)
@blp.response(201, schemas.NoteOut)
def write_note(wanted: dict[str, Any], process: str, number: int, table: int) -> dict[str, Any]:
    """Note what a table has said. Notes are never ballots."""
    draft = NoteDraft(**wanted)
    with transaction() as session:
        return note_as_data(
            services.write_note(session, process, number, table, draft, actor=current_actor(), now=utcnow())
        )


@blp.route(f"{_AT}/notes/<note>", methods=["PUT"])
@requires(Permission.GATHERING_NOTE)
@blp.arguments(schemas.ChangedNoteIn)
@blp.response(200, schemas.NoteOut)
def change_note(wanted: dict[str, Any], process: str, number: int, note: str) -> dict[str, Any]:
    """Word a note better; the language in which it was said stays."""
    basis = wanted.pop("based_on")
    draft = NoteDraft(**wanted)
    with transaction() as session:
        return note_as_data(
            services.change_note(
                session, process, number, note, draft, based_on=basis, actor=current_actor(), now=utcnow()
            )
        )


@blp.route(f"{_AT}/notes/<note>", methods=["DELETE"])
@requires(Permission.GATHERING_NOTE)
@blp.response(204)
def remove_note(process: str, number: int, note: str) -> None:
    """Take a note away that was written by mistake."""
    with transaction() as session:
        services.remove_note(session, process, number, note, actor=current_actor(), now=utcnow())


@blp.route(f"{_AT}/notes/<note>/translations", methods=["POST"])
@requires(Permission.GATHERING_NOTE)
@blp.arguments(schemas.NoteTranslationIn)
@blp.response(201, schemas.NoteOut)
def translate_note(wanted: dict[str, Any], process: str, number: int, note: str) -> dict[str, Any]:
    """Add somebody's translation of a note."""
    basis = wanted.pop("based_on")
    draft = NoteDraft(**wanted)
    with transaction() as session:
        return note_as_data(
            services.translate_note(
                session, process, number, note, draft, based_on=basis, actor=current_actor(), now=utcnow()
            )
        )
