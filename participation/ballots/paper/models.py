"""Tables of ballot sheets and of what was typed in from them; nothing here has a time finer than a day."""

from datetime import date

from sqlalchemy import CheckConstraint, Date, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.ballots.paper.rules import Reason, SheetState
from participation.storage import Base, enum_column, reference


class PaperSheet(Base):
    """A ballot sheet, made with its participation code; `batch` and `number` are printed on it.

    `mark` is the SHA-256 of what proves a sheet that is handed in to be ours.
    """

    __tablename__ = "paper_sheets"

    code_id: Mapped[str] = reference("participation_codes.id", index=False, ondelete="CASCADE", primary_key=True)
    round_id: Mapped[str] = reference("rounds.id", index=False)
    batch: Mapped[int] = mapped_column(Integer)
    number: Mapped[int] = mapped_column(Integer)
    mark: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[SheetState] = mapped_column(enum_column(SheetState, "state"), default=SheetState.OUT)
    received_on: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[Reason | None] = mapped_column(enum_column(Reason, "reason"))

    __table_args__ = (
        UniqueConstraint("round_id", "batch", "number", name="uq_paper_sheets_round_batch_number"),
        CheckConstraint("(state = 'out') = (received_on IS NULL)", name="received_on_a_day"),
        CheckConstraint("(state = 'set_aside') = (reason IS NOT NULL)", name="set_aside_with_reason"),
    )

    @property
    def address(self) -> str:
        """Return what is printed on the sheet and named in the audit log."""
        return f"{self.batch}/{self.number}"


class PaperEntry(Base):
    """What one of two people typed in from a sheet, sealed, until the sheet is cast or set aside.

    `revision` counts how often this person typed it, so that a confirmation names what was seen. Without row ids on
    SQLite, which would tell the order of typing over all sheets.
    """

    __tablename__ = "paper_entries"

    sheet_id: Mapped[str] = reference("paper_sheets.code_id", index=False, ondelete="CASCADE", primary_key=True)
    place: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    typed_by: Mapped[str] = mapped_column(String(32))
    revision: Mapped[int] = mapped_column(Integer)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        UniqueConstraint("sheet_id", "typed_by", name="uq_paper_entries_sheet_person"),
        CheckConstraint("place IN (1, 2)", name="two_people"),
        CheckConstraint("revision >= 1", name="revision_counts_from_one"),
        {"sqlite_with_rowid": False},
    )

    @property
    def bound_to(self) -> str:
        """Return what its seal binds the entry to: nobody puts it elsewhere, or an earlier one in its place."""
        return f"{self.sheet_id}/{self.typed_by}/{self.revision}"
