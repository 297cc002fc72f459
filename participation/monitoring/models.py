"""Tables of what follows the decision: statuses of measures, steps of the roadmap, and who wants to be told."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.accounts.models import Department
from participation.budgeting.models import Plan
from participation.monitoring.rules import MeasureState, Repeat
from participation.papers.models import Consultation, CouncilPaper
from participation.processes.models import Process
from participation.proposals.models import Proposal
from participation.storage import Base, UTCDateTime, enum_column, id_column, reference
from participation.texts.models import Text


class MeasureStatus(Base):
    """Where a measure stands since a day; a new report is a further revision, the highest is current.

    `department_id` is the unit that reported it, None for the office. A reason stands where one was given; nobody
    defers or drops a measure without one.
    """

    __tablename__ = "measure_statuses"

    id: Mapped[str] = id_column()
    proposal_id: Mapped[str] = reference("proposals.id", index=False, ondelete="CASCADE")
    revision: Mapped[int] = mapped_column(Integer)
    state: Mapped[MeasureState] = mapped_column(enum_column(MeasureState, "state"))
    since: Mapped[date] = mapped_column(Date)
    reason_id: Mapped[str | None] = reference("texts.id", index=False)
    department_id: Mapped[str | None] = reference("departments.id", index=False)
    reported_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reported_by: Mapped[str] = mapped_column(String(32))
    proposal: Mapped[Proposal] = relationship()
    reason: Mapped[Text | None] = relationship(lazy="selectin")
    department: Mapped[Department | None] = relationship(lazy="selectin")

    __table_args__ = (
        UniqueConstraint("proposal_id", "revision", name="uq_measure_statuses_proposal_revision"),
        CheckConstraint("revision >= 1", name="revision_counts_from_one"),
        CheckConstraint(
            "state NOT IN ('deferred', 'dropped') OR reason_id IS NOT NULL", name="deferring_and_dropping_need_a_reason"
        ),
    )


class RoadmapStep(Base):
    """A step that follows the decision. `first_due_on` is when it is to be done, the first time if it comes round."""

    __tablename__ = "roadmap_steps"

    id: Mapped[str] = id_column()
    process_id: Mapped[str] = reference("processes.id")
    position: Mapped[int] = mapped_column(Integer)
    title_id: Mapped[str] = reference("texts.id", index=False)
    repeat: Mapped[Repeat] = mapped_column(enum_column(Repeat, "repeat"))
    first_due_on: Mapped[date | None] = mapped_column(Date)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    title: Mapped[Text] = relationship(lazy="selectin")
    process: Mapped[Process] = relationship()
    times: Mapped[list["RoadmapTime"]] = relationship(
        order_by="RoadmapTime.number", back_populates="step", lazy="selectin", cascade="all, delete-orphan"
    )

    __table_args__ = (
        CheckConstraint("position >= 1", name="listed"),
        CheckConstraint("revision >= 1", name="revision_counts_from_one"),
    )


class RoadmapTime(Base):
    """A time that a step was done, and where one was given, a note on it. `number` counts the times of a step.

    `due_on` is the day on which it had been due, as far as one was laid down.
    """

    __tablename__ = "roadmap_times"

    step_id: Mapped[str] = reference("roadmap_steps.id", primary_key=True, index=False, ondelete="CASCADE")
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    due_on: Mapped[date | None] = mapped_column(Date)
    done_on: Mapped[date] = mapped_column(Date)
    note_id: Mapped[str | None] = reference("texts.id", index=False)
    noted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    noted_by: Mapped[str] = mapped_column(String(32))
    note: Mapped[Text | None] = relationship(lazy="selectin")
    step: Mapped[RoadmapStep] = relationship(back_populates="times")

    __table_args__ = (CheckConstraint("number >= 1", name="counted_from_one"),)


class News(Base):
    """Something that followers are told of: a report on a measure, a settled plan, an issued paper, or a decision.

    Each happens to be noted once, by a key of its own, and is numbered within its process in the order of noting. A
    decision is noted once more where its result was corrected or taken back, by the `outcome_revision` that was read.
    """

    __tablename__ = "news"

    id: Mapped[str] = id_column()
    process_id: Mapped[str] = reference("processes.id", index=False)
    number: Mapped[int] = mapped_column(Integer)
    noted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    status_id: Mapped[str | None] = reference("measure_statuses.id", index=False, ondelete="CASCADE")
    plan_id: Mapped[str | None] = reference("plans.id", index=False, ondelete="CASCADE")
    paper_id: Mapped[str | None] = reference("council_papers.id", index=False, ondelete="CASCADE")
    consultation_id: Mapped[str | None] = reference("consultations.id", index=False, ondelete="CASCADE")
    outcome_revision: Mapped[int | None] = mapped_column(Integer)
    status: Mapped[MeasureStatus | None] = relationship()
    plan: Mapped[Plan | None] = relationship()
    paper: Mapped[CouncilPaper | None] = relationship()
    consultation: Mapped[Consultation | None] = relationship()

    __table_args__ = (
        UniqueConstraint("process_id", "number", name="uq_news_process_number"),
        UniqueConstraint("status_id", name="uq_news_status"),
        UniqueConstraint("plan_id", name="uq_news_plan"),
        UniqueConstraint("paper_id", name="uq_news_paper"),
        UniqueConstraint("consultation_id", "outcome_revision", name="uq_news_consultation_outcome"),
        CheckConstraint("number >= 1", name="numbered_from_one"),
        CheckConstraint("(consultation_id IS NULL) = (outcome_revision IS NULL)", name="outcome_of_a_consultation"),
        CheckConstraint(
            "(CASE WHEN status_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN plan_id IS NULL THEN 0 ELSE 1 END) + "
            "(CASE WHEN paper_id IS NULL THEN 0 ELSE 1 END) + "
            "(CASE WHEN consultation_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="of_one_thing",
        ),
    )


class Follower(Base):
    """Somebody who wants to be told by mail what becomes of a process or of some of its proposals.

    News of a process are numbered. `told` is the number up to which they were told, `mailed_at` when that was.
    `whole_since` is the number after which they follow the process as a whole, None for single proposals.
    """

    __tablename__ = "followers"

    id: Mapped[str] = id_column()
    account_id: Mapped[str] = reference("accounts.id", index=False, ondelete="CASCADE")
    process_id: Mapped[str] = reference("processes.id")
    whole_since: Mapped[int | None] = mapped_column(Integer)
    began_at: Mapped[datetime] = mapped_column(UTCDateTime)
    told: Mapped[int] = mapped_column(Integer)
    mailed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    process: Mapped[Process] = relationship()
    proposals: Mapped[list["FollowedProposal"]] = relationship(
        back_populates="follower", cascade="all, delete-orphan", passive_deletes=True
    )

    __table_args__ = (
        UniqueConstraint("account_id", "process_id", name="uq_followers_account_process"),
        CheckConstraint("told >= 0 AND (whole_since IS NULL OR whole_since >= 0)", name="news_are_numbered"),
    )


class FollowedProposal(Base):
    """A single proposal that somebody follows, from the news after number `since` on."""

    __tablename__ = "followed_proposals"

    follower_id: Mapped[str] = reference("followers.id", primary_key=True, index=False, ondelete="CASCADE")
    proposal_id: Mapped[str] = reference("proposals.id", primary_key=True, ondelete="CASCADE")
    since: Mapped[int] = mapped_column(Integer)
    began_at: Mapped[datetime] = mapped_column(UTCDateTime)
    follower: Mapped[Follower] = relationship(back_populates="proposals")
    proposal: Mapped[Proposal] = relationship()

    __table_args__ = (CheckConstraint("since >= 0", name="news_are_numbered"),)
