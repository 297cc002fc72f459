"""What gatherings store about a person: where they were, and what they wrote down, approved or facilitated there."""

from typing import Final

from sqlalchemy import or_, select

from participation.gatherings.models import Attendance, Gathering, TableNote, WorkshopTable
from participation.processes.models import Process
from participation.storage.holdings import Holding, the_person
from participation.texts.queries import original_body

STORED: Final = (
    Holding(
        "attendance",
        select(
            Process.slug.label("process"),
            Gathering.number,
            Gathering.starts_at,
            original_body(Attendance.seat_id).label("seat"),
            Attendance.presence,
        )
        .select_from(Attendance)
        .join(Gathering, Gathering.id == Attendance.gathering_id)
        .join(Process, Process.id == Gathering.process_id)
        .where(Attendance.account_id == the_person())
        .order_by(Gathering.starts_at, Gathering.number),
    ),
    Holding(
        "gatherings",
        select(Process.slug.label("process"), Gathering.number, Gathering.place, Gathering.starts_at)
        .select_from(Gathering)
        .join(Process, Process.id == Gathering.process_id)
        .where(
            or_(
                Gathering.assistant_id == the_person(),
                Gathering.worded_by == the_person(),
                Gathering.approved_by == the_person(),
            )
        )
        .order_by(Gathering.starts_at, Gathering.number),
    ),
    Holding(
        "tables",
        select(
            Process.slug.label("process"),
            Gathering.starts_at,
            WorkshopTable.number,
            original_body(WorkshopTable.theme_id).label("title"),
        )
        .select_from(WorkshopTable)
        .join(Gathering, Gathering.id == WorkshopTable.gathering_id)
        .join(Process, Process.id == Gathering.process_id)
        .where(WorkshopTable.facilitator_id == the_person())
        .order_by(Gathering.starts_at, WorkshopTable.number),
    ),
    Holding(
        "table_notes",
        select(Process.slug.label("process"), TableNote.written_at, original_body(TableNote.body_id).label("body"))
        .select_from(TableNote)
        .join(WorkshopTable, WorkshopTable.id == TableNote.table_id)
        .join(Gathering, Gathering.id == WorkshopTable.gathering_id)
        .join(Process, Process.id == Gathering.process_id)
        .where(TableNote.written_by == the_person())
        .order_by(TableNote.written_at, TableNote.id),
    ),
)
