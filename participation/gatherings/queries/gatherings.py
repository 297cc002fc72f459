"""Reading gatherings: one at its address, those of a process, and what of them is told to whom."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from participation.accounts.models import Account
from participation.accounts.queries import people_with_roles
from participation.core.actor import Actor
from participation.core.errors import Invalid, NotFound
from participation.core.permissions import ROLE_PERMISSIONS, Permission, may
from participation.gatherings.models import AgendaItem, Attendance, Gathering, TableNote, WorkshopTable
from participation.gatherings.rules import MANNERS, GatheringKind, RecordState, told
from participation.processes.models import Process
from participation.rounds.models import RollEntry, Round
from participation.rounds.rules import SMALL_GROUP, RoundState
from participation.storage.pages import Page, read_page

LARGEST_NUMBER: Final = 2**31 - 1
"""What a column of numbers holds; addresses may name larger ones."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """How often people were assisted, and how many they were; None where that is not told."""

    gatherings: int
    heads: int | None


def workshops_with_tables(session: Session, round_: Round) -> Sequence[Gathering]:
    """Return the workshop days of a round, and of its process as a whole, with their tables, in order."""
    return session.scalars(
        select(Gathering)
        .where(
            Gathering.process_id == round_.process_id,
            Gathering.kind == GatheringKind.WORKSHOP,
            or_(Gathering.round_id == round_.id, Gathering.round_id.is_(None)),
        )
        .order_by(Gathering.starts_at, Gathering.number)
        .options(selectinload(Gathering.tables))
    ).all()


def gathering_at(session: Session, process: str, number: int) -> Gathering:
    """Return a gathering of a process, which is named by its slug, or raise NotFound."""
    found = session.scalar(_at(process, number))
    if found is None:
        raise NotFound("no_such_gathering", number=number)
    return found


def whole_gathering(session: Session, process: str, number: int) -> Gathering:
    """Return a gathering with its agenda, attendance, tables and notes, in a fixed number of queries."""
    found = session.scalar(
        _at(process, number).options(
            selectinload(Gathering.items).selectinload(AgendaItem.minutes),
            selectinload(Gathering.attendance).selectinload(Attendance.account),
            selectinload(Gathering.tables).selectinload(WorkshopTable.notes),
            selectinload(Gathering.tables).selectinload(WorkshopTable.facilitator),
            selectinload(Gathering.minutes),
        )
    )
    if found is None:
        raise NotFound("no_such_gathering", number=number)
    return found


def hold_gathering(session: Session, process: str, number: int) -> Gathering:
    """Return the gathering as it stands now, held until the transaction ends: its record has one pen at a time."""
    found = session.scalar(_at(process, number).with_for_update(of=Gathering).execution_options(populate_existing=True))
    if found is None:
        raise NotFound("no_such_gathering", number=number)
    return found


def _at(process: str, number: int) -> Select[Gathering]:
    if number > LARGEST_NUMBER:
        raise NotFound("no_such_gathering", number=number)
    return (
        select(Gathering)
        .join(Process, Process.id == Gathering.process_id)
        .where(Process.slug == process, Gathering.number == number)
    )


def gatherings_of(
    session: Session, process_id: str, kinds: Collection[GatheringKind], *, round_id: str | None = None
) -> Sequence[Gathering]:
    """Return gatherings of a process in the order of their beginnings.

    With a round: those of this round, and those that belong to the process as a whole.
    """
    statement = select(Gathering).where(Gathering.process_id == process_id, Gathering.kind.in_(kinds))
    if round_id is not None:
        statement = statement.where(or_(Gathering.round_id == round_id, Gathering.round_id.is_(None)))
    return session.scalars(statement.order_by(Gathering.starts_at, Gathering.number)).all()


def sessions_with_agenda(session: Session, process_id: str) -> Sequence[Gathering]:
    """Return the sessions of a process with the items of their agendas, in the order of their beginnings."""
    return session.scalars(
        select(Gathering)
        .where(Gathering.process_id == process_id, Gathering.kind == GatheringKind.SESSION)
        .order_by(Gathering.starts_at, Gathering.number)
        .options(selectinload(Gathering.items))
    ).all()


def gatherings_page(
    session: Session, process_id: str, *, kind: GatheringKind | None, page: int, per_page: int
) -> Page[Gathering]:
    """Return one page of the gatherings of a process, the latest first."""
    statement = select(Gathering).where(Gathering.process_id == process_id)
    if kind is not None:
        statement = statement.where(Gathering.kind == kind)
    ordered = statement.order_by(Gathering.starts_at.desc(), Gathering.number.desc())
    return read_page(session, ordered, page=page, per_page=per_page)


def waiting_records(session: Session, process_ids: Collection[str], now: datetime) -> dict[str, int]:
    """Return how many gatherings are over whose record nobody has approved, by process; none is left out."""
    recorded = [kind for kind, manner in MANNERS.items() if manner.is_recorded]
    rows = session.execute(
        select(Gathering.process_id, func.count())
        .where(
            Gathering.process_id.in_(process_ids),
            Gathering.kind.in_(recorded),
            Gathering.state == RecordState.DRAFT,
            Gathering.ends_at <= now,
        )
        .group_by(Gathering.process_id)
    ).all()
    return dict.fromkeys(process_ids, 0) | dict(rows)


def assisted_numbers(session: Session, round_: Round, *, in_full: bool) -> Numbers:
    """Return how many assisted sessions a round had and how many people came.

    Everybody reads the sum once the round is closed, and only where it is no small group: two looks at a sum that
    grows would tell how few came in between (promise 12). Officials read it in full, at any time.
    """
    count, heads = session.execute(
        select(func.count(), func.sum(Gathering.headcount)).where(
            Gathering.round_id == round_.id, Gathering.kind == GatheringKind.ASSISTED
        )
    ).one()
    if in_full:
        return Numbers(count, heads)
    is_over = round_.state in {RoundState.CLOSED, RoundState.CONCLUDED}
    return Numbers(count, told(heads, SMALL_GROUP) if is_over else None)


def sees_record(actor: Actor, gathering: Gathering) -> bool:
    """Say whether the actor reads what was written down: everybody once it is approved, until then its writers."""
    return gathering.is_approved or may(actor, Permission.GATHERING_NOTE, gathering)


def note_takers(session: Session, process_id: str) -> list[Account]:
    """Return the people who may take notes in a process, by name: those among whom a table's facilitator is chosen."""
    holders = [*people_with_roles(session, process_id), *people_with_roles(session, None)]
    takers = [account for grant, account in holders if Permission.GATHERING_NOTE in ROLE_PERMISSIONS[grant.role]]
    return sorted(dict.fromkeys(takers), key=lambda account: (account.display_name.lower(), account.id))


def note_taker(session: Session, process_id: str, account_id: str, *, field: str) -> Account:
    """Return one of them by the id of the account; raises Invalid `unknown_facilitator`."""
    for account in note_takers(session, process_id):
        if account.id == account_id:
            return account
    raise Invalid("unknown_facilitator", field=field)


def members_of(session: Session, gathering: Gathering) -> list[tuple[RollEntry, Account]]:
    """Return the members whose presence is noted: the roll of the round to which the session belongs, by name."""
    rows = session.execute(
        select(RollEntry, Account)
        .join(Account, Account.id == RollEntry.account_id)
        .where(RollEntry.round_id == gathering.round_id)
        .order_by(func.lower(Account.display_name), Account.email, RollEntry.id)
    )
    return [(entry, account) for entry, account in rows]


def item_of(gathering: Gathering, item_id: str) -> AgendaItem:
    """Return an item of the agenda or raise NotFound."""
    for item in gathering.items:
        if item.id == item_id:
            return item
    raise NotFound("no_such_item")


def table_of(gathering: Gathering, number: int) -> WorkshopTable:
    """Return a table of a workshop day or raise NotFound."""
    for table in gathering.tables:
        if table.number == number:
            return table
    raise NotFound("no_such_table", table=number)


def note_of(gathering: Gathering, note_id: str) -> TableNote:
    """Return a note of one of the tables or raise NotFound."""
    for table in gathering.tables:
        for note in table.notes:
            if note.id == note_id:
                return note
    raise NotFound("no_such_note")


def writers_of(gathering: Gathering) -> frozenset[str]:
    """Return the ids of those who wrote any version of the minutes, in any language, and of whoever wrote last.

    An earlier version counts too: otherwise a full stop of somebody else's would let its writer approve it.
    """
    texts = [gathering.minutes, *(item.minutes for item in gathering.items)]
    written = {version.written_by for text in texts if text is not None for version in text.versions}
    return frozenset(written if gathering.worded_by is None else written | {gathering.worded_by})
