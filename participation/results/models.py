"""Tables of results. Triggers of the migration refuse UPDATE and DELETE on snapshots."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.processes.models import Phase, Process
from participation.rounds.kinds import Task
from participation.rounds.models import Round
from participation.storage import Base, UTCDateTime, enum_column, id_column, reference
from participation.texts.models import Text


class RoundResult(Base):
    """The result of one round as it was counted; shown from here and never recomputed on display.

    The snapshot is some 50 kB for 62 options, so it is loaded only where it is asked for.
    """

    __tablename__ = "round_results"

    round_id: Mapped[str] = reference("rounds.id", primary_key=True, index=False)
    rule: Mapped[str] = mapped_column(String(32))
    method_version: Mapped[str] = mapped_column(String(16))
    ballots: Mapped[int] = mapped_column(Integer)
    ballots_hash: Mapped[str] = mapped_column(String(64))
    counted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    round: Mapped[Round] = relationship(lazy="joined")


class JointRanking(Base):
    """Which rounds make one ranking, with which weights, declared when and by whom (in public words)."""

    __tablename__ = "joint_rankings"

    id: Mapped[str] = id_column()
    process_id: Mapped[str] = reference("processes.id")
    phase_id: Mapped[str | None] = reference("phases.id")
    slug: Mapped[str] = mapped_column(String(64))
    task: Mapped[Task] = mapped_column(enum_column(Task, "task"))
    title_id: Mapped[str] = reference("texts.id", index=False)
    declared_at: Mapped[datetime] = mapped_column(UTCDateTime)
    declared_by_id: Mapped[str] = reference("texts.id", index=False)
    title: Mapped[Text] = relationship(foreign_keys=[title_id], lazy="joined")
    declared_by: Mapped[Text] = relationship(foreign_keys=[declared_by_id])
    process: Mapped[Process] = relationship(lazy="joined")
    phase: Mapped[Phase | None] = relationship()
    parts: Mapped[list["JointRankingPart"]] = relationship(
        order_by="JointRankingPart.position", cascade="all, delete-orphan", back_populates="ranking"
    )

    __table_args__ = (UniqueConstraint("process_id", "slug", name="uq_joint_rankings_process_slug"),)


class JointRankingPart(Base):
    """One round of a joint ranking and its weight, a non-negative integer; only the proportions matter."""

    __tablename__ = "joint_ranking_parts"

    ranking_id: Mapped[str] = reference("joint_rankings.id", primary_key=True, index=False, ondelete="CASCADE")
    round_id: Mapped[str] = reference("rounds.id", primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    weight: Mapped[int] = mapped_column(Integer)
    ranking: Mapped[JointRanking] = relationship(back_populates="parts")
    round: Mapped[Round] = relationship(lazy="joined")

    __table_args__ = (CheckConstraint("weight >= 0", name="no_negative_weight"),)


class JointResult(Base):
    """The joint ranking as it was computed when the last of its rounds was concluded."""

    __tablename__ = "joint_results"

    ranking_id: Mapped[str] = reference("joint_rankings.id", primary_key=True, index=False)
    method_version: Mapped[str] = mapped_column(String(16))
    inputs_hash: Mapped[str] = mapped_column(String(64))
    computed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    ranking: Mapped[JointRanking] = relationship(lazy="joined")
