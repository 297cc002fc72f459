"""Tables of rounds, their events, their roll and their participation codes."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.core.windows import Window
from participation.processes.models import Phase, Process
from participation.rounds.kinds import KINDS, VOTING_TASKS, Eligibility, KindName, RoundKind, Task
from participation.rounds.rules import LONGEST_RETENTION, RETENTION_DAYS, BatchKind, RoundAction, RoundState
from participation.storage import Base, UTCDateTime, enum_column, id_column, reference
from participation.tally.kinds import BallotKind
from participation.texts.models import Text


class OptionRule(StrEnum):
    """Which proposals a round puts to the vote; opening freezes what the rule gives at that moment."""

    ALL_SUBGOALS = "all_subgoals"
    ALL_MEASURES = "all_measures"
    OPEN_MEASURES = "open_measures"
    CHOSEN = "chosen"


class Round(Base):
    """One body, one time window, one or more tasks inside a phase.

    `ballot_kind` and its limits are set if and only if something is prioritised: ranking takes `max_choices`,
    approval takes `max_choices`, points takes `points` in all and `max_per_option`, score takes `max_score`.
    `closes_at` moves only by an extension; the first one stays readable in the events. `weighed_at` is set while a
    joint ranking counts on the round: from then on it keeps asking the same people the same question. `suspended_at`
    is set while nothing is taken, because the round was restored from a backup and people have to decide. So many days
    as `retention_days` after its end it is forgotten who took part.
    """

    __tablename__ = "rounds"

    id: Mapped[str] = id_column()
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    process_id: Mapped[str] = reference("processes.id")
    phase_id: Mapped[str] = reference("phases.id")
    kind: Mapped[KindName] = mapped_column(enum_column(KindName, "kind"))
    eligibility: Mapped[Eligibility] = mapped_column(enum_column(Eligibility, "eligibility"))
    state: Mapped[RoundState] = mapped_column(enum_column(RoundState, "state"), default=RoundState.DRAFT)
    task_names: Mapped[list[str]] = mapped_column("tasks", JSON)
    opens_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ballot_kind: Mapped[BallotKind | None] = mapped_column(enum_column(BallotKind, "ballot_kind"))
    max_choices: Mapped[int | None] = mapped_column(Integer)
    points: Mapped[int | None] = mapped_column(Integer)
    max_per_option: Mapped[int | None] = mapped_column(Integer)
    max_score: Mapped[int | None] = mapped_column(Integer)
    option_rule: Mapped[OptionRule | None] = mapped_column(enum_column(OptionRule, "option_rule"))
    chosen_codes: Mapped[list[str]] = mapped_column(JSON, default=list)
    expected_participants: Mapped[int | None] = mapped_column(Integer)
    weighed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    suspended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    retention_days: Mapped[int] = mapped_column(Integer, default=RETENTION_DAYS)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    title_id: Mapped[str] = reference("texts.id", index=False)
    description_id: Mapped[str | None] = reference("texts.id", index=False)
    title: Mapped[Text] = relationship(foreign_keys=[title_id], lazy="joined")
    description: Mapped[Text | None] = relationship(foreign_keys=[description_id])
    process: Mapped[Process] = relationship(lazy="joined")
    phase: Mapped[Phase] = relationship(lazy="joined")
    events: Mapped[list["RoundEvent"]] = relationship(order_by="RoundEvent.at", back_populates="round")

    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="window_has_length"),
        CheckConstraint(f"retention_days BETWEEN 1 AND {LONGEST_RETENTION}", name="retention_in_bounds"),
        CheckConstraint("(ballot_kind IS NULL) = (option_rule IS NULL)", name="ballot_has_options"),
        CheckConstraint(
            "(ballot_kind IS NULL AND max_choices IS NULL AND points IS NULL AND max_score IS NULL) OR "
            "(ballot_kind IN ('ranking', 'approval') AND max_choices >= 1 AND points IS NULL AND max_score IS NULL) OR "
            "(ballot_kind = 'points' AND points >= 1 AND max_per_option >= 1 AND max_choices IS NULL "
            "AND max_score IS NULL) OR "
            "(ballot_kind = 'score' AND max_score >= 1 AND max_choices IS NULL AND points IS NULL)",
            name="limits_fit_ballot_kind",
        ),
    )

    @property
    def tasks(self) -> frozenset[Task]:
        """Return what the round asks."""
        return frozenset(Task(name) for name in self.task_names)

    @property
    def voting_task(self) -> Task | None:
        """Return whether goals or measures are prioritised here, if anything is."""
        return next(iter(self.tasks & VOTING_TASKS), None)

    @property
    def window(self) -> Window:
        """Return the time in which people may take part."""
        return Window(self.opens_at, self.closes_at)

    @property
    def is_suspended(self) -> bool:
        """Say whether nothing is taken until people have decided how it goes on."""
        return self.suspended_at is not None

    @property
    def body(self) -> RoundKind:
        """Return the entry of its kind in the table of kinds."""
        return KINDS[self.kind]


class ForgottenRound(Base):
    """A round of which it was forgotten who took part. It stands apart, because a concluded round never changes.

    Where a process forbids overlap it is known longer that somebody voted in the phase: until `claims_forgotten_at`.
    """

    __tablename__ = "forgotten_rounds"

    round_id: Mapped[str] = reference("rounds.id", primary_key=True, index=False, ondelete="CASCADE")
    forgotten_at: Mapped[datetime] = mapped_column(UTCDateTime)
    claims_forgotten_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class RetentionFloor(Base):
    """A round that had ended before rounds forgot who took part; it forgets no earlier than this.

    Written by the upgrade that brought the forgetting, so that nobody finds it done before they could know.
    """

    __tablename__ = "retention_floors"

    round_id: Mapped[str] = reference("rounds.id", primary_key=True, index=False, ondelete="CASCADE")
    not_before: Mapped[datetime] = mapped_column(UTCDateTime)


class BallotClaim(Base):
    """A person's one ballot in all rounds of a phase that ask the same, where the process forbids overlap.

    `participant` is the key under which they take part by account, or the mark that an erased one has left. No row ids
    on SQLite, which would tell the order of voting. It outlasts the register: the last of those rounds may open later.
    """

    __tablename__ = "ballot_claims"

    phase_id: Mapped[str] = reference("phases.id", primary_key=True, index=False)
    task: Mapped[Task] = mapped_column(enum_column(Task, "task"), primary_key=True)
    participant: Mapped[str] = mapped_column(String(64), primary_key=True)
    round_id: Mapped[str] = reference("rounds.id", ondelete="CASCADE")

    __table_args__ = ({"sqlite_with_rowid": False},)


class RoundEvent(Base):
    """What was done to a round, when and by whom. Opened, closed and concluded at most once each."""

    __tablename__ = "round_events"

    id: Mapped[str] = id_column()
    round_id: Mapped[str] = reference("rounds.id")
    action: Mapped[RoundAction] = mapped_column(enum_column(RoundAction, "action"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[str] = mapped_column(String(32))
    reason_id: Mapped[str | None] = reference("texts.id", index=False)
    reason: Mapped[Text | None] = relationship(lazy="joined")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    round: Mapped[Round] = relationship(back_populates="events")

    __table_args__ = (
        Index(
            "uq_round_events_once",
            "round_id",
            "action",
            unique=True,
            sqlite_where=text("action IN ('open', 'close', 'conclude')"),
            postgresql_where=text("action IN ('open', 'close', 'conclude')"),
        ),
    )


class RollEntry(Base):
    """A person on the roll of a round; `seat` names what they stand for."""

    __tablename__ = "roll_entries"

    id: Mapped[str] = id_column()
    round_id: Mapped[str] = reference("rounds.id", ondelete="CASCADE")
    account_id: Mapped[str] = reference("accounts.id", ondelete="CASCADE")
    seat_id: Mapped[str | None] = reference("texts.id", index=False)
    seat: Mapped[Text | None] = relationship(lazy="joined")

    __table_args__ = (UniqueConstraint("round_id", "account_id", name="uq_roll_entries_round_account"),)


class CodeBatch(Base):
    """Participation codes printed together. Codes are derived from their ids when they are rendered.

    From `expires_at` on, where it is set, nothing is done with them any more; what was cast before stays.
    """

    __tablename__ = "code_batches"

    id: Mapped[str] = id_column()
    round_id: Mapped[str] = reference("rounds.id")
    kind: Mapped[BatchKind] = mapped_column(enum_column(BatchKind, "kind"), default=BatchKind.CARDS)
    number: Mapped[int] = mapped_column(Integer)
    label: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[str] = mapped_column(String(32))
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    codes: Mapped[list["ParticipationCode"]] = relationship(back_populates="batch", order_by="ParticipationCode.number")
    printings: Mapped[list["CodePrinting"]] = relationship(order_by="CodePrinting.number")
    round: Mapped[Round] = relationship()

    __table_args__ = (UniqueConstraint("round_id", "number", name="uq_code_batches_round_number"),)

    def is_expired(self, moment: datetime) -> bool:
        """Say whether the time of its codes is over; the SQL twin is rounds.queries.participants.not_expired."""
        return self.expires_at is not None and self.expires_at <= moment


class ParticipationCode(Base):
    """One code: whoever holds it takes part once. It belongs to no named person.

    `handed_in` says that the ballot sheet with this code was received: nothing is voted online with it any more.
    """

    __tablename__ = "participation_codes"

    id: Mapped[str] = id_column()
    batch_id: Mapped[str] = reference("code_batches.id")
    round_id: Mapped[str] = reference("rounds.id")
    number: Mapped[int] = mapped_column(Integer)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    handed_in: Mapped[bool] = mapped_column(default=False)
    batch: Mapped[CodeBatch] = relationship(back_populates="codes")

    __table_args__ = (UniqueConstraint("batch_id", "number", name="uq_participation_codes_batch_number"),)


class CodeReplacement(Base):
    """A code that was given out in the place of one whose card was lost: one at most for each."""

    __tablename__ = "code_replacements"

    lost_id: Mapped[str] = reference("participation_codes.id", primary_key=True, index=False, ondelete="CASCADE")
    code_id: Mapped[str] = reference("participation_codes.id", index=False, ondelete="CASCADE")
    lost: Mapped[ParticipationCode] = relationship(foreign_keys=[lost_id])
    code: Mapped[ParticipationCode] = relationship(foreign_keys=[code_id])

    __table_args__ = (UniqueConstraint("code_id", name="uq_code_replacements_code"),)


class CodePrinting(Base):
    """One printing of cards: the register of who saw codes of a batch, when and why once more.

    `cards` is how many, `languages` in which they speak. From the second printing on there is a reason.
    """

    __tablename__ = "code_printings"

    id: Mapped[str] = id_column()
    batch_id: Mapped[str] = reference("code_batches.id", index=False, ondelete="CASCADE")
    number: Mapped[int] = mapped_column(Integer)
    printed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    printed_by: Mapped[str] = mapped_column(String(32))
    cards: Mapped[int] = mapped_column(Integer)
    languages: Mapped[list[str]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(300), default="")

    __table_args__ = (
        UniqueConstraint("batch_id", "number", name="uq_code_printings_batch_number"),
        CheckConstraint("number = 1 OR reason <> ''", name="again_for_a_reason"),
    )


class SharedTablet(Base):
    """A browser that several people vote on, one after the other, in one round. It belongs to nobody.

    `id` is the fingerprint of its cookie's token; the token is stored nowhere. Who made it stands in the audit log.
    """

    __tablename__ = "shared_tablets"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    round_id: Mapped[str] = reference("rounds.id", ondelete="CASCADE")
    label: Mapped[str] = mapped_column(String(120), default="")
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    round: Mapped[Round] = relationship()
