"""Tables of gatherings: who met when and where, and what was written down."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.accounts.models import Account, Organisation
from participation.core.windows import Window
from participation.gatherings.rules import MANNERS, GatheringKind, Manner, Presence, RecordState, StatementState
from participation.processes.models import Process
from participation.rounds.models import Round
from participation.storage import Base, UTCDateTime, enum_column, id_column, reference
from participation.texts.models import Text


class Gathering(Base):
    """A session of a body, a workshop day, or a session at which people are assisted. Nothing leads to a ballot.

    `number` counts the gatherings of a process and stands in addresses. `headcount` is a number of people: guests at a
    session, everybody at a workshop or an assisted session; nobody is named. `revision` counts what was written down,
    so that an approval names the record on which it rests; `worded_by` wrote last.
    """

    __tablename__ = "gatherings"

    id: Mapped[str] = id_column()
    process_id: Mapped[str] = reference("processes.id")
    round_id: Mapped[str | None] = reference("rounds.id", ondelete="SET NULL")
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[GatheringKind] = mapped_column(enum_column(GatheringKind, "kind"))
    state: Mapped[RecordState] = mapped_column(enum_column(RecordState, "state"), default=RecordState.DRAFT)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    title_id: Mapped[str | None] = reference("texts.id", index=False)
    place: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    interpreters: Mapped[list[str]] = mapped_column(JSON, default=list)
    headcount: Mapped[int | None] = mapped_column(Integer)
    assistant_id: Mapped[str | None] = reference("accounts.id", ondelete="SET NULL")
    minutes_id: Mapped[str | None] = reference("texts.id", index=False)
    worded_by: Mapped[str | None] = mapped_column(String(32))
    approved_by: Mapped[str | None] = mapped_column(String(32))
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    title: Mapped[Text | None] = relationship(foreign_keys=[title_id], lazy="joined")
    minutes: Mapped[Text | None] = relationship(foreign_keys=[minutes_id])
    process: Mapped[Process] = relationship()
    round: Mapped[Round | None] = relationship()
    assistant: Mapped[Account | None] = relationship()
    items: Mapped[list["AgendaItem"]] = relationship(
        order_by="AgendaItem.position, AgendaItem.id", back_populates="gathering", cascade="all, delete-orphan"
    )
    attendance: Mapped[list["Attendance"]] = relationship(
        order_by="Attendance.position, Attendance.id", back_populates="gathering", cascade="all, delete-orphan"
    )
    tables: Mapped[list["WorkshopTable"]] = relationship(
        order_by="WorkshopTable.number", back_populates="gathering", cascade="all, delete-orphan"
    )

    __table_args__ = (
        UniqueConstraint("process_id", "number", name="uq_gatherings_process_number"),
        CheckConstraint("starts_at < ends_at", name="window_has_length"),
        CheckConstraint("revision >= 1", name="revision_counts_from_one"),
        CheckConstraint("headcount IS NULL OR headcount >= 0", name="heads_are_counted"),
        CheckConstraint("kind = 'assisted' OR title_id IS NOT NULL", name="has_a_title"),
        CheckConstraint("kind = 'assisted' OR assistant_id IS NULL", name="assisted_by_somebody"),
        CheckConstraint("kind <> 'assisted' OR state = 'draft'", name="assisted_without_record"),
        CheckConstraint("(state = 'approved') = (approved_at IS NOT NULL)", name="approved_at_a_moment"),
        CheckConstraint("(state = 'approved') = (approved_by IS NOT NULL)", name="approved_by_somebody"),
        CheckConstraint(
            "kind <> 'session' OR approved_by IS NULL OR approved_by = 'erased' OR approved_by <> worded_by",
            name="minutes_approved_by_another",
        ),
        Index("ix_gatherings_process_kind_starts", "process_id", "kind", "starts_at"),
    )

    @property
    def manner(self) -> Manner:
        """Return what belongs to gatherings of its kind."""
        return MANNERS[self.kind]

    @property
    def window(self) -> Window:
        """Return the time for which people meet."""
        return Window(self.starts_at, self.ends_at)

    @property
    def is_approved(self) -> bool:
        """Say whether its record is approved and public."""
        return self.state is RecordState.APPROVED


class AgendaItem(Base):
    """Something that a session talks about: words, proposals by their codes, or both; `minutes` says what was said."""

    __tablename__ = "agenda_items"

    id: Mapped[str] = id_column()
    gathering_id: Mapped[str] = reference("gatherings.id", ondelete="CASCADE")
    position: Mapped[int] = mapped_column(Integer)
    title_id: Mapped[str | None] = reference("texts.id", index=False)
    proposal_codes: Mapped[list[str]] = mapped_column(JSON, default=list)
    minutes_id: Mapped[str | None] = reference("texts.id", index=False)
    title: Mapped[Text | None] = relationship(foreign_keys=[title_id], lazy="joined")
    minutes: Mapped[Text | None] = relationship(foreign_keys=[minutes_id])
    gathering: Mapped[Gathering] = relationship(back_populates="items")

    __table_args__ = (CheckConstraint("position >= 1", name="position_counts_from_one"),)


class Attendance(Base):
    """Whether somebody on the roll was at a session, and for which seat.

    Without account and seat it says that somebody came, or did not: that is what stays when a person is erased, or
    when names are no longer kept.
    """

    __tablename__ = "attendance"

    id: Mapped[str] = id_column()
    gathering_id: Mapped[str] = reference("gatherings.id", ondelete="CASCADE")
    account_id: Mapped[str | None] = reference("accounts.id", ondelete="SET NULL")
    position: Mapped[int] = mapped_column(Integer)
    seat_id: Mapped[str | None] = reference("texts.id", index=False)
    presence: Mapped[Presence] = mapped_column(enum_column(Presence, "presence"))
    seat: Mapped[Text | None] = relationship(lazy="joined")
    account: Mapped[Account | None] = relationship()
    gathering: Mapped[Gathering] = relationship(back_populates="attendance")

    __table_args__ = (UniqueConstraint("gathering_id", "account_id", name="uq_attendance_gathering_account"),)


class WorkshopTable(Base):
    """A table at a workshop day: its theme, who facilitates, and how many sat there."""

    __tablename__ = "workshop_tables"

    id: Mapped[str] = id_column()
    gathering_id: Mapped[str] = reference("gatherings.id", ondelete="CASCADE")
    number: Mapped[int] = mapped_column(Integer)
    theme_id: Mapped[str] = reference("texts.id", index=False)
    facilitator_id: Mapped[str | None] = reference("accounts.id", ondelete="SET NULL")
    headcount: Mapped[int | None] = mapped_column(Integer)
    theme: Mapped[Text] = relationship(lazy="joined")
    facilitator: Mapped[Account | None] = relationship()
    gathering: Mapped[Gathering] = relationship(back_populates="tables")
    notes: Mapped[list["TableNote"]] = relationship(
        order_by="TableNote.written_at, TableNote.id", back_populates="table", cascade="all, delete-orphan"
    )

    __table_args__ = (
        UniqueConstraint("gathering_id", "number", name="uq_workshop_tables_gathering_number"),
        CheckConstraint("number >= 1", name="number_counts_from_one"),
        CheckConstraint("headcount IS NULL OR headcount >= 0", name="heads_are_counted"),
    )


class TableNote(Base):
    """What a table has said, in the language in which it was said. A note is never a ballot."""

    __tablename__ = "table_notes"

    id: Mapped[str] = id_column()
    table_id: Mapped[str] = reference("workshop_tables.id", ondelete="CASCADE")
    body_id: Mapped[str] = reference("texts.id", index=False)
    proposal_codes: Mapped[list[str]] = mapped_column(JSON, default=list)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    written_by: Mapped[str] = mapped_column(String(32))
    body: Mapped[Text] = relationship(lazy="joined")
    table: Mapped[WorkshopTable] = relationship(back_populates="notes")


class Statement(Base):
    """What the organisations of a round say together, as a whole; it goes to the council with the papers.

    `revision` is that of its words. Organisations sign a revision; once somebody has finalised it, it is public and
    nothing of it changes.
    """

    __tablename__ = "statements"

    id: Mapped[str] = id_column()
    process_id: Mapped[str] = reference("processes.id")
    round_id: Mapped[str] = reference("rounds.id", index=False)
    state: Mapped[StatementState] = mapped_column(enum_column(StatementState, "state"), default=StatementState.DRAFT)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    title_id: Mapped[str] = reference("texts.id", index=False)
    body_id: Mapped[str] = reference("texts.id", index=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finalised_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    finalised_by: Mapped[str | None] = mapped_column(String(32))
    title: Mapped[Text] = relationship(foreign_keys=[title_id], lazy="joined")
    body: Mapped[Text] = relationship(foreign_keys=[body_id], lazy="joined")
    round: Mapped[Round] = relationship()
    signatures: Mapped[list["StatementSignature"]] = relationship(
        order_by="StatementSignature.signed_at, StatementSignature.organisation_id",
        back_populates="statement",
        cascade="all, delete-orphan",
    )

    __table_args__ = (
        UniqueConstraint("round_id", name="uq_statements_round"),
        CheckConstraint("revision >= 1", name="revision_counts_from_one"),
        CheckConstraint("(state = 'final') = (finalised_at IS NOT NULL)", name="final_at_a_moment"),
        CheckConstraint("(finalised_at IS NULL) = (finalised_by IS NULL)", name="finalised_by_somebody"),
    )

    @property
    def is_final(self) -> bool:
        """Say whether it stands and is public."""
        return self.state is StatementState.FINAL

    @property
    def can_stand(self) -> bool:
        """Say whether it can be finalised: it is not yet, and an organisation has signed the present wording."""
        return not self.is_final and any(not one.is_of_earlier_wording for one in self.signatures)


class StatementSignature(Base):
    """An organisation signed a revision of a statement; which of its delegates did so is not kept."""

    __tablename__ = "statement_signatures"

    statement_id: Mapped[str] = reference("statements.id", primary_key=True, index=False, ondelete="CASCADE")
    organisation_id: Mapped[str] = reference("organisations.id", primary_key=True, ondelete="CASCADE")
    revision: Mapped[int] = mapped_column(Integer)
    signed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    statement: Mapped[Statement] = relationship(back_populates="signatures")
    organisation: Mapped[Organisation] = relationship(lazy="joined")

    @property
    def is_of_earlier_wording(self) -> bool:
        """Say whether the statement was reworded since."""
        return self.revision < self.statement.revision
