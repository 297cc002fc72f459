"""Who of the members was at a session, and letting go of the names."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from participation.core.actor import ERASED, Actor
from participation.core.errors import Invalid
from participation.core.permissions import Permission
from participation.core.wording import TextShape
from participation.gatherings.models import Attendance, Gathering, TableNote
from participation.gatherings.queries import members_of
from participation.gatherings.rules import GatheringKind, Presence, check_basis, check_heads
from participation.gatherings.services.records import at_hand, keep
from participation.rounds.models import RollEntry
from participation.texts.models import Text
from participation.texts.queries import wordings
from participation.texts.services import write_texts

SEAT = TextShape("seat", 200, one_line=True)


def note_attendance(
    session: Session,
    process: str,
    number: int,
    presences: Mapping[str, Presence],
    *,
    guests: int | None,
    based_on: int,
    actor: Actor,
    now: datetime,
) -> Gathering:
    """Say which members were there, by the ids of their entries on the roll, and how many guests.

    Whom nothing is said about is not noted, and whoever is no longer on the roll is taken out. The seat is kept as the
    roll words it now.
    """
    gathering = at_hand(session, process, number, Permission.GATHERING_NOTE, actor=actor, kinds={GatheringKind.SESSION})
    check_basis(gathering.revision, based_on)
    roll = {entry.id: entry for entry, _account in members_of(session, gathering)}
    if presences.keys() - roll.keys():
        raise Invalid("not_on_roll", field="attendance")
    present = {entry.account_id: entry for entry in gathering.attendance if entry.account_id}
    members = {entry.account_id for entry in roll.values()}
    for gone in [entry for account_id, entry in present.items() if account_id not in members]:
        _take_out(session, gathering, gone)
    for position, (entry_id, entry) in enumerate(roll.items(), start=1):
        noted, presence = present.get(entry.account_id), presences.get(entry_id)
        if presence is None:
            if noted is not None:
                _take_out(session, gathering, noted)
        elif noted is None:
            seat = _copy_of(session, entry.seat, actor, now)
            gathering.attendance.append(
                Attendance(account_id=entry.account_id, position=position, seat=seat, presence=presence)
            )
        else:
            noted.presence = presence
    gathering.headcount = check_heads(guests, field="guests")
    keep(session, "attendance.noted", gathering, actor, now, {"members": len(presences)})
    return gathering


def forget_attendance(session: Session, round_id: str) -> int:
    """Let go of who was at the sessions of a round; how many were there stays. Return how many names went.

    Whoever is on no roll by which they were noted goes as well, whichever session it was: no name outlives its roll.
    """
    on_roll = exists().where(RollEntry.round_id == Gathering.round_id, RollEntry.account_id == Attendance.account_id)
    named = (
        select(Attendance)
        .join(Gathering)
        .where(Attendance.account_id.is_not(None), or_(Gathering.round_id == round_id, ~on_roll))
    )
    return _unname(session, session.scalars(named.order_by(Attendance.id)).all())


def let_go_of_gatherings(session: Session, account_id: str) -> None:
    """Take somebody who is erased out of every attendance list, table and record; the numbers and words stay."""
    _unname(session, session.scalars(select(Attendance).where(Attendance.account_id == account_id)).all())
    for column in (Gathering.worded_by, Gathering.approved_by, TableNote.written_by):
        session.execute(
            update(column.class_)
            .where(column == account_id)
            .values({column: ERASED})
            .execution_options(synchronize_session=False)
        )


def _unname(session: Session, entries: Sequence[Attendance]) -> int:
    for entry in entries:
        seat, entry.seat, entry.account_id = entry.seat, None, None
        session.flush()
        if seat is not None:
            session.delete(seat)
    session.flush()
    return len(entries)


def _take_out(session: Session, gathering: Gathering, entry: Attendance) -> None:
    seat = entry.seat
    gathering.attendance.remove(entry)
    session.flush()
    if seat is not None:
        session.delete(seat)


def _copy_of(session: Session, seat: Text | None, actor: Actor, now: datetime) -> Text | None:
    if seat is None:
        return None
    said = wordings(seat)
    return write_texts(
        session,
        {tag: shown.body for tag, shown in said.items()},
        language=seat.language,
        shape=SEAT,
        actor=actor,
        now=now,
        origins={tag: shown.origin for tag, shown in said.items()},
    )
