"""Tables of options, of who took part, and of what was voted; the last two are never joined."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.rounds.models import Round
from participation.storage import Base, UTCDateTime, enum_column, id_column, reference
from participation.texts.models import Text


class Option(Base):
    """A proposal as it stood when the round opened.

    `content` holds titles, texts, goals served and costing with their revisions; `content_hash` its SHA-256.
    A struck option stays on the ballots; the count is restricted to what remained.
    """

    __tablename__ = "options"

    id: Mapped[str] = id_column()
    round_id: Mapped[str] = reference("rounds.id")
    proposal_id: Mapped[str] = reference("proposals.id")
    code: Mapped[str] = mapped_column(String(16))
    position: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    content_hash: Mapped[str] = mapped_column(String(64))
    struck_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    struck_reason_id: Mapped[str | None] = reference("texts.id", index=False)
    struck_reason: Mapped[Text | None] = relationship()
    round: Mapped[Round] = relationship()

    __table_args__ = (
        UniqueConstraint("round_id", "code", name="uq_options_round_code"),
        UniqueConstraint("round_id", "proposal_id", name="uq_options_round_proposal"),
        UniqueConstraint("round_id", "position", name="uq_options_round_position"),
        CheckConstraint("(struck_at IS NULL) = (struck_reason_id IS NULL)", name="struck_with_reason"),
    )


class Channel(StrEnum):
    """How a ballot reached the box."""

    ONLINE = "online"
    PAPER = "paper"
    GENERATED = "generated"


class Participation(Base):
    """The register: that somebody voted, by class, nothing finer than a day; never what.

    Neither register nor box has row ids on SQLite: they would number the rows of both in the order of voting. Both lie
    there by round, and in a round by who or what cannot say when, so that a round is read and emptied in one go.
    """

    __tablename__ = "participations"

    round_id: Mapped[str] = reference("rounds.id", index=False, primary_key=True)
    participant: Mapped[str] = mapped_column(String(64), primary_key=True)
    participant_class: Mapped[str] = mapped_column(String(32))
    channel: Mapped[Channel] = mapped_column(enum_column(Channel, "channel"))
    voted_on: Mapped[date] = mapped_column(Date)

    __table_args__ = ({"sqlite_with_rowid": False},)


class Ballot(Base):
    """The box of a round until its conclusion. `ballot_key` is HMAC(round's key, participant).

    No time, address or locale stands here, and the key is kept outside the database.
    """

    __tablename__ = "ballots"

    round_id: Mapped[str] = reference("rounds.id", index=False, primary_key=True)
    ballot_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer)
    content: Mapped[Any] = mapped_column(JSON)
    receipt: Mapped[str] = mapped_column(String(16))
    request: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        UniqueConstraint("round_id", "receipt", name="uq_ballots_round_receipt"),
        CheckConstraint("revision >= 1", name="revision_counts_from_one"),
        {"sqlite_with_rowid": False},
    )


class KeptTurnout(Base):
    """The turnout of a concluded round as it may be shown; people are erased from the register, figures stay.

    What is too small to be shown is not kept here either. Triggers refuse any change.
    """

    __tablename__ = "kept_turnouts"

    round_id: Mapped[str] = reference("rounds.id", primary_key=True, index=False)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)


class ErasedMark(Base):
    """A further mark by which somebody is known again who voted and was then erased, beside the one in the register.

    Made from another identity of theirs, or for another open round of the phase where nobody votes in two. It goes with
    the conclusion of its round.
    """

    __tablename__ = "erased_marks"

    round_id: Mapped[str] = reference("rounds.id", primary_key=True, index=False)
    mark: Mapped[str] = mapped_column(String(64), primary_key=True)

    __table_args__ = ({"sqlite_with_rowid": False},)


class ReplacedReceipt(Base):
    """A receipt whose ballot was changed, so that whoever looks it up is told so. Triggers refuse any change.

    Neither the time nor what took its place stands here, and no row ids on SQLite: a list of changes would link the
    ballots of one participant.
    """

    __tablename__ = "replaced_receipts"

    round_id: Mapped[str] = reference("rounds.id", primary_key=True, index=False)
    receipt: Mapped[str] = mapped_column(String(16), primary_key=True)

    __table_args__ = ({"sqlite_with_rowid": False},)


class CountedBallot(Base):
    """A ballot of a concluded round: receipt and content, linked to nobody. Triggers refuse any change.

    Receipts lie in the order of their bytes on both databases, so that the key finds the next page without sorting all.
    """

    __tablename__ = "counted_ballots"

    round_id: Mapped[str] = reference("rounds.id", primary_key=True, index=False)
    receipt: Mapped[str] = mapped_column(
        String(16).with_variant(String(16, collation="C"), "postgresql"), primary_key=True
    )
    content: Mapped[Any] = mapped_column(JSON)


class ReminderWish(Base):
    """Somebody who asked at the door of a round that anybody may join to be reminded before it ends."""

    __tablename__ = "reminder_wishes"

    round_id: Mapped[str] = reference("rounds.id", primary_key=True, index=False, ondelete="CASCADE")
    account_id: Mapped[str] = reference("accounts.id", primary_key=True, ondelete="CASCADE")


class Reminder(Base):
    """A mail to somebody who had not voted some days before the end: one, and one more after an extension.

    `closes_at` is the end of which it speaks. It goes when the round is over: until then it says who had not voted.
    """

    __tablename__ = "reminders"

    id: Mapped[str] = id_column()
    round_id: Mapped[str] = reference("rounds.id", index=False, ondelete="CASCADE")
    account_id: Mapped[str] = reference("accounts.id", ondelete="CASCADE")
    number: Mapped[int] = mapped_column(Integer)
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (
        UniqueConstraint("round_id", "account_id", "number", name="uq_reminders_round_account_number"),
        CheckConstraint("number IN (1, 2)", name="twice_at_most"),
    )
