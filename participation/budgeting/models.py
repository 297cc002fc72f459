"""Tables of money and plans. Triggers of the migrations refuse every change of a settled plan and its decisions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Date, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.budgeting.rules.envelopes import Grant, Mode
from participation.budgeting.rules.plans import Choice, PlanOrigin, PlanState
from participation.processes.models import Process
from participation.results.models import JointRanking
from participation.storage import Base, UTCDateTime, enum_column, id_column, reference
from participation.texts.models import Text


class Envelope(Base):
    """Money that somebody decided to grant: so many cents in each of its years, None for no last year.

    `source` says who decided it, `source_paper` is the paper's number such as VO/2021/09701. A replacing envelope voids
    for its years what was decided before it; the order is that of `decided_on`, then of the codes. One that was
    withdrawn counts nothing and stays readable with the reason.
    """

    __tablename__ = "envelopes"

    id: Mapped[str] = id_column()
    process_id: Mapped[str] = reference("processes.id")
    code: Mapped[str] = mapped_column(String(24))
    revision: Mapped[int] = mapped_column(Integer, default=1)
    title_id: Mapped[str] = reference("texts.id", index=False)
    cents: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    first_year: Mapped[int] = mapped_column(Integer)
    last_year: Mapped[int | None] = mapped_column(Integer)
    mode: Mapped[Mode] = mapped_column(enum_column(Mode, "mode"))
    carries_over: Mapped[bool] = mapped_column(default=False)
    source_id: Mapped[str] = reference("texts.id", index=False)
    source_paper: Mapped[str | None] = mapped_column(String(40))
    decided_on: Mapped[date] = mapped_column(Date)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_by: Mapped[str | None] = mapped_column(String(32))
    withdrawal_reason_id: Mapped[str | None] = reference("texts.id", index=False)
    process: Mapped[Process] = relationship()
    title: Mapped[Text] = relationship(foreign_keys=[title_id], lazy="joined")
    source: Mapped[Text] = relationship(foreign_keys=[source_id], lazy="joined")
    withdrawal_reason: Mapped[Text | None] = relationship(foreign_keys=[withdrawal_reason_id], lazy="selectin")

    __table_args__ = (
        UniqueConstraint("process_id", "code", name="uq_envelopes_process_code"),
        CheckConstraint("cents >= 0", name="no_negative_amount"),
        CheckConstraint("last_year IS NULL OR first_year <= last_year", name="years_in_order"),
        CheckConstraint("revision >= 1", name="revision_counts_from_one"),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL) AND "
            "(withdrawn_at IS NULL) = (withdrawal_reason_id IS NULL)",
            name="withdrawn_with_a_reason",
        ),
    )

    @property
    def is_withdrawn(self) -> bool:
        """Say whether it counts no more."""
        return self.withdrawn_at is not None

    @property
    def grant(self) -> Grant:
        """Return what it grants, for the rules."""
        return Grant(
            self.code, self.cents, self.first_year, self.last_year, self.mode, self.carries_over, self.decided_on
        )


class Plan(Base):
    """Which measure starts when, from a joint ranking with a result and from the envelopes.

    `minimum` is an exact text such as "1/2": measures with a lower joint score do not start. `revision` counts the
    changes of a draft, so that an act names what its author has seen. A settled plan carries its document
    (rules.document) with all costs and envelopes as they were then, and never changes; a further version is a plan that
    is `based_on` it. `consultation` names the council's consultation that amended it, as a code.
    """

    __tablename__ = "plans"

    id: Mapped[str] = id_column()
    process_id: Mapped[str] = reference("processes.id")
    slug: Mapped[str] = mapped_column(String(64))
    title_id: Mapped[str] = reference("texts.id", index=False)
    ranking_id: Mapped[str] = reference("joint_results.ranking_id")
    first_year: Mapped[int] = mapped_column(Integer)
    last_year: Mapped[int] = mapped_column(Integer)
    minimum: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[PlanState] = mapped_column(enum_column(PlanState, "state"), default=PlanState.DRAFT)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    origin: Mapped[PlanOrigin] = mapped_column(enum_column(PlanOrigin, "origin"), default=PlanOrigin.PLANNED)
    consultation: Mapped[str | None] = mapped_column(String(80))
    based_on_id: Mapped[str | None] = reference("plans.id")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled_by: Mapped[str | None] = mapped_column(String(32))
    snapshot: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), deferred=True)
    snapshot_hash: Mapped[str | None] = mapped_column(String(64))
    process: Mapped[Process] = relationship()
    title: Mapped[Text] = relationship(lazy="joined")
    ranking: Mapped[JointRanking] = relationship(
        primaryjoin="Plan.ranking_id == JointRanking.id", foreign_keys=[ranking_id], viewonly=True
    )
    based_on: Mapped["Plan | None"] = relationship(remote_side="Plan.id")
    decisions: Mapped[list["PlanDecision"]] = relationship(
        order_by="PlanDecision.number", back_populates="plan", cascade="all, delete-orphan"
    )

    __table_args__ = (
        UniqueConstraint("process_id", "slug", name="uq_plans_process_slug"),
        CheckConstraint("first_year <= last_year", name="years_in_order"),
        CheckConstraint("revision >= 1", name="revision_counts_from_one"),
        CheckConstraint(
            "(state = 'settled') = (settled_at IS NOT NULL) AND (state = 'settled') = (settled_by IS NOT NULL) AND "
            "(state = 'settled') = (snapshot IS NOT NULL) AND (state = 'settled') = (snapshot_hash IS NOT NULL)",
            name="settled_with_its_document",
        ),
        CheckConstraint("origin <> 'amended' OR based_on_id IS NOT NULL", name="amended_from_something"),
        CheckConstraint("based_on_id IS NULL OR based_on_id <> id", name="not_based_on_itself"),
    )

    @property
    def is_settled(self) -> bool:
        """Say whether it is public and final."""
        return self.state is PlanState.SETTLED

    @property
    def years(self) -> range:
        """Return its calendar years."""
        return range(self.first_year, self.last_year + 1)


class PlanDecision(Base):
    """Something decided by hand about one measure; the last one about a measure counts, earlier ones stay readable.

    `consultation` names the council's consultation where it decided, None where the plan's authors did.
    """

    __tablename__ = "plan_decisions"

    id: Mapped[str] = id_column()
    plan_id: Mapped[str] = reference("plans.id", ondelete="CASCADE")
    number: Mapped[int] = mapped_column(Integer)
    measure: Mapped[str] = mapped_column(String(24))
    choice: Mapped[Choice] = mapped_column(enum_column(Choice, "choice"))
    start_year: Mapped[int | None] = mapped_column(Integer)
    reason_id: Mapped[str] = reference("texts.id", index=False)
    consultation: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by: Mapped[str] = mapped_column(String(32))
    plan: Mapped[Plan] = relationship(back_populates="decisions")
    reason: Mapped[Text] = relationship(lazy="joined")

    __table_args__ = (
        UniqueConstraint("plan_id", "number", name="uq_plan_decisions_plan_number"),
        CheckConstraint("number >= 1", name="number_counts_from_one"),
        CheckConstraint("(choice = 'starts') = (start_year IS NOT NULL)", name="a_start_has_its_year"),
    )
