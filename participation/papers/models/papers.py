"""Tables of council papers: what they state and propose, who discusses them, and what came of that."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Date, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.budgeting.models import Plan
from participation.papers.models.committees import Committee
from participation.papers.models.files import DocumentSnapshot
from participation.papers.rules.consultations import Competence, Outcome, in_order
from participation.papers.rules.papers import (
    PUBLIC,
    ClimateImpact,
    FinancialImpact,
    Nature,
    PaperKind,
    PaperState,
    YouthParticipation,
)
from participation.processes.models import Process
from participation.storage import Base, UTCDateTime, enum_column, id_column, reference
from participation.texts.models import Text


class CouncilPaper(Base):
    """A paper that goes to the council. Boxes that nobody has ticked are NULL: not known, which is not "no".

    `rounds` are the slugs of rounds on which a paper without a plan reports; with a plan they follow from its ranking.
    `revision` counts what was written down, so that a change names what it rests on. What was issued stands in the
    snapshot and never changes; a correction is a further version with a number of its own, which `supersedes` this one.
    """

    __tablename__ = "council_papers"

    id: Mapped[str] = id_column()
    process_id: Mapped[str] = reference("processes.id")
    number: Mapped[str] = mapped_column(String(24))
    slug: Mapped[str] = mapped_column(String(24))
    kind: Mapped[PaperKind] = mapped_column(enum_column(PaperKind, "kind"))
    state: Mapped[PaperState] = mapped_column(enum_column(PaperState, "state"), default=PaperState.DRAFT)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    language: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[str] = reference("texts.id", index=False)
    dated_on: Mapped[date | None] = mapped_column(Date)
    lead_unit: Mapped[str] = mapped_column(String(200))
    person_in_charge: Mapped[str] = mapped_column(String(200), default="")
    occasion_id: Mapped[str | None] = reference("texts.id", index=False)
    plan_id: Mapped[str | None] = reference("plans.id")
    rounds: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    youth: Mapped[YouthParticipation | None] = mapped_column(enum_column(YouthParticipation, "youth"))
    youth_text_id: Mapped[str | None] = reference("texts.id", index=False)
    measure_is: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    prescribed_by_id: Mapped[str | None] = reference("texts.id", index=False)
    financial_impact: Mapped[FinancialImpact | None] = mapped_column(enum_column(FinancialImpact, "financial_impact"))
    financial_text_id: Mapped[str | None] = reference("texts.id", index=False)
    climate_impact: Mapped[ClimateImpact | None] = mapped_column(enum_column(ClimateImpact, "climate_impact"))
    climate_text_id: Mapped[str | None] = reference("texts.id", index=False)
    reasons_id: Mapped[str | None] = reference("texts.id", index=False)
    supersedes_id: Mapped[str | None] = reference("council_papers.id")
    snapshot_id: Mapped[str | None] = reference("document_snapshots.id", index=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    modified_at: Mapped[datetime] = mapped_column(UTCDateTime)
    issued_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    issued_by: Mapped[str | None] = mapped_column(String(32))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_by: Mapped[str | None] = mapped_column(String(32))
    withdrawal_reason_id: Mapped[str | None] = reference("texts.id", index=False)

    process: Mapped[Process] = relationship(lazy="joined")
    plan: Mapped[Plan | None] = relationship()
    snapshot: Mapped[DocumentSnapshot | None] = relationship()
    supersedes: Mapped["CouncilPaper | None"] = relationship(
        remote_side="CouncilPaper.id", back_populates="further_versions"
    )
    further_versions: Mapped[list["CouncilPaper"]] = relationship(
        back_populates="supersedes", order_by="CouncilPaper.number"
    )
    subject: Mapped[Text] = relationship(foreign_keys=[subject_id], lazy="joined")
    occasion: Mapped[Text | None] = relationship(foreign_keys=[occasion_id])
    youth_text: Mapped[Text | None] = relationship(foreign_keys=[youth_text_id])
    prescribed_by: Mapped[Text | None] = relationship(foreign_keys=[prescribed_by_id])
    financial_text: Mapped[Text | None] = relationship(foreign_keys=[financial_text_id])
    climate_text: Mapped[Text | None] = relationship(foreign_keys=[climate_text_id])
    reasons: Mapped[Text | None] = relationship(foreign_keys=[reasons_id])
    withdrawal_reason: Mapped[Text | None] = relationship(foreign_keys=[withdrawal_reason_id])
    decisions: Mapped[list["ProposedDecision"]] = relationship(
        order_by="ProposedDecision.position", back_populates="paper", cascade="all, delete-orphan"
    )
    units: Mapped[list["InvolvedUnit"]] = relationship(
        order_by="InvolvedUnit.position", back_populates="paper", cascade="all, delete-orphan"
    )
    consultations: Mapped[list["Consultation"]] = relationship(
        order_by="Consultation.position", back_populates="paper", cascade="all, delete-orphan"
    )

    __table_args__ = (
        UniqueConstraint("process_id", "number", name="uq_council_papers_process_number"),
        UniqueConstraint("process_id", "slug", name="uq_council_papers_process_slug"),
        UniqueConstraint("snapshot_id", name="uq_council_papers_snapshot"),
        CheckConstraint("revision >= 1", name="revision_counts_from_one"),
        CheckConstraint("measure_is IS NOT NULL OR prescribed_by_id IS NULL", name="prescribed_by_something"),
        CheckConstraint("(state = 'draft') = (snapshot_id IS NULL)", name="issued_with_a_snapshot"),
        CheckConstraint("(state = 'draft') = (issued_at IS NULL)", name="issued_at_a_moment"),
        CheckConstraint("(issued_at IS NULL) = (issued_by IS NULL)", name="issued_by_somebody"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_at_a_moment"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_by_somebody"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawal_reason_id IS NULL)", name="withdrawn_for_a_reason"),
    )

    @property
    def is_public(self) -> bool:
        """Say whether everybody may read it."""
        return self.state in PUBLIC

    @property
    def natures(self) -> list[Nature] | None:
        """Return the ticked boxes of "the measure is", None where nobody knows which were."""
        return None if self.measure_is is None else [Nature(value) for value in self.measure_is]

    @property
    def stations(self) -> list["Consultation"]:
        """Return its consultations in their order, without those that were removed."""
        return in_order(station for station in self.consultations if station.removed_at is None)


class ProposedDecision(Base):
    """One numbered sentence that the council is asked to adopt, with names of figures that the plan fills in."""

    __tablename__ = "proposed_decisions"

    id: Mapped[str] = id_column()
    paper_id: Mapped[str] = reference("council_papers.id", ondelete="CASCADE")
    position: Mapped[int] = mapped_column(Integer)
    body_id: Mapped[str] = reference("texts.id", index=False)
    body: Mapped[Text] = relationship(lazy="joined")
    paper: Mapped[CouncilPaper] = relationship(back_populates="decisions")

    __table_args__ = (
        UniqueConstraint("paper_id", "position", name="uq_proposed_decisions_paper_position"),
        CheckConstraint("position >= 1", name="position_counts_from_one"),
    )


class InvolvedUnit(Base):
    """A unit or body that was involved before the paper was issued, and what came of it; NULL where nobody says."""

    __tablename__ = "involved_units"

    id: Mapped[str] = id_column()
    paper_id: Mapped[str] = reference("council_papers.id", ondelete="CASCADE")
    position: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(200))
    result: Mapped[str | None] = mapped_column(String(500))
    paper: Mapped[CouncilPaper] = relationship(back_populates="units")

    __table_args__ = (
        UniqueConstraint("paper_id", "position", name="uq_involved_units_paper_position"),
        CheckConstraint("position >= 1", name="position_counts_from_one"),
    )


class Consultation(Base):
    """One station of a paper in a committee; the same committee may come twice.

    `position` is the order in which stations were entered: it counts among those of one day. One that was removed
    keeps its row, so that its public address can say that it is gone. `outcome_revision` counts how often its result
    was noted, corrected and taken back, so that whoever was told of one can be told of the next.
    """

    __tablename__ = "consultations"

    id: Mapped[str] = id_column()
    process_id: Mapped[str] = reference("processes.id")
    paper_id: Mapped[str] = reference("council_papers.id", ondelete="CASCADE")
    committee_id: Mapped[str] = reference("committees.id")
    position: Mapped[int] = mapped_column(Integer)
    held_on: Mapped[date | None] = mapped_column(Date)
    is_public: Mapped[bool] = mapped_column()
    competence: Mapped[Competence] = mapped_column(enum_column(Competence, "competence"))
    agenda_number: Mapped[str | None] = mapped_column(String(16))
    outcome: Mapped[Outcome | None] = mapped_column(enum_column(Outcome, "outcome"))
    outcome_text_id: Mapped[str | None] = reference("texts.id", index=False)
    decided_on: Mapped[date | None] = mapped_column(Date)
    outcome_revision: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    revision: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    modified_at: Mapped[datetime] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    committee: Mapped[Committee] = relationship(lazy="joined")
    outcome_text: Mapped[Text | None] = relationship()
    paper: Mapped[CouncilPaper] = relationship(back_populates="consultations")
    amendments: Mapped[list["Amendment"]] = relationship(
        order_by="Amendment.position", back_populates="consultation", cascade="all, delete-orphan"
    )

    __table_args__ = (
        UniqueConstraint("paper_id", "position", name="uq_consultations_paper_position"),
        CheckConstraint("position >= 1", name="position_counts_from_one"),
        CheckConstraint("revision >= 1", name="revision_counts_from_one"),
        CheckConstraint("(outcome IS NULL) = (decided_on IS NULL)", name="outcome_on_a_day"),
        CheckConstraint("outcome IS NOT NULL OR outcome_text_id IS NULL", name="outcome_text_of_an_outcome"),
    )


class Amendment(Base):
    """What a committee changed: its words, and which measures it moved to another year (NULL: out of the plan).

    `changes` maps codes of measures to years. The plan that came of it is `plan`, which says that the council made it.
    """

    __tablename__ = "amendments"

    id: Mapped[str] = id_column()
    process_id: Mapped[str] = reference("processes.id")
    consultation_id: Mapped[str] = reference("consultations.id", ondelete="CASCADE")
    position: Mapped[int] = mapped_column(Integer)
    body_id: Mapped[str] = reference("texts.id", index=False)
    changes: Mapped[dict[str, int | None]] = mapped_column(JSON, default=dict)
    plan_id: Mapped[str | None] = reference("plans.id")
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(String(32))
    body: Mapped[Text] = relationship(lazy="joined")
    plan: Mapped[Plan | None] = relationship()
    consultation: Mapped[Consultation] = relationship(back_populates="amendments")

    __table_args__ = (
        UniqueConstraint("consultation_id", "position", name="uq_amendments_consultation_position"),
        CheckConstraint("position >= 1", name="position_counts_from_one"),
    )
