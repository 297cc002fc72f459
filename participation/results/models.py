"""Tables of results. Triggers of the migrations refuse UPDATE and DELETE on snapshots and statistics."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Integer, LargeBinary, String, UniqueConstraint
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
    draws: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """The round's bootstrap, packed by rules.draws, for the bands of joint rankings; never given to anybody.

    None for results of before there were bands, and for rounds that say nothing.
    """
    salt: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """The secret from which the salts of the ballots' lines follow; never given to anybody.

    None for results of before there were roots.
    """
    round: Mapped[Round] = relationship(lazy="joined")


class CountCheckpoint(Base):
    """How far the count of a large round has come, so that it can be taken up again; gone with the conclusion.

    `state` is what the first `counted` ballots gave, in the order of their receipts, and `digest` the hash of them;
    both are read by the count alone. People are shown `counted` of `ballots` and nothing else. `fault` is the code of
    what stopped the count.
    """

    __tablename__ = "count_checkpoints"

    round_id: Mapped[str] = reference("rounds.id", primary_key=True, index=False)
    ballots: Mapped[int] = mapped_column(Integer)
    counted: Mapped[int] = mapped_column(Integer, default=0)
    last_receipt: Mapped[str | None] = mapped_column(String(16))
    digest: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    fault: Mapped[str | None] = mapped_column(String(64))
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (
        CheckConstraint("0 <= counted AND counted <= ballots", name="counted_of_ballots"),
        CheckConstraint("(counted = 0) = (state IS NULL)", name="state_of_what_was_counted"),
    )


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
    carry_over: Mapped["CarryOver | None"] = relationship(
        cascade="all, delete-orphan", foreign_keys="CarryOver.ranking_id", single_parent=True, lazy="joined"
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


class CarryOver(Base):
    """Which share of a measure's joint score comes from the goals that it serves; a ranking without it takes none.

    `share` is an exact text such as "1/5", above 0 and at most 1; `goals_ranking` is where the goals' scores are taken
    from. Declared with the ranking and as fixed as its weights.
    """

    __tablename__ = "carry_overs"

    ranking_id: Mapped[str] = reference("joint_rankings.id", primary_key=True, index=False, ondelete="CASCADE")
    goals_ranking_id: Mapped[str] = reference("joint_rankings.id")
    share: Mapped[str] = mapped_column(String(32))
    goals_ranking: Mapped[JointRanking] = relationship(foreign_keys=[goals_ranking_id])

    __table_args__ = (
        CheckConstraint("goals_ranking_id <> ranking_id", name="not_from_itself"),
        CheckConstraint("share <> '0'", name="some_share"),
    )


class JointResult(Base):
    """The joint ranking as it was computed when the last of its rounds was concluded."""

    __tablename__ = "joint_results"

    ranking_id: Mapped[str] = reference("joint_rankings.id", primary_key=True, index=False)
    method_version: Mapped[str] = mapped_column(String(16))
    inputs_hash: Mapped[str] = mapped_column(String(64))
    computed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    ranking: Mapped[JointRanking] = relationship(lazy="joined")


class JointStatistics(Base):
    """How sure a joint ranking is, and what other rules say: beside the result, outside its exact recount.

    Computed after the commit of the result, outside any lock, and like it never changed.
    """

    __tablename__ = "joint_statistics"

    ranking_id: Mapped[str] = reference("joint_results.ranking_id", primary_key=True, index=False)
    version: Mapped[str] = mapped_column(String(16))
    computed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    document: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)


class PublishedBundle(Base):
    """The public bundle of a round's result or of a joint ranking, signed once and never changed.

    `manifest`, `signature` and `documents` (text by file name) are kept as they are published; ballots are read from
    where they lie, and those of other bundles from theirs. `salt` is that of a round concluded before there were roots.
    """

    __tablename__ = "published_bundles"

    id: Mapped[str] = id_column()
    round_id: Mapped[str | None] = reference("round_results.round_id", index=False)
    ranking_id: Mapped[str | None] = reference("joint_results.ranking_id", index=False)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    public_key: Mapped[str] = mapped_column(String(64), index=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sizes: Mapped[dict[str, int]] = mapped_column(JSON)
    manifest: Mapped[str] = mapped_column(String, deferred=True)
    signature: Mapped[str] = mapped_column(String(129), deferred=True)
    documents: Mapped[dict[str, str]] = mapped_column(JSON, deferred=True)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)

    __table_args__ = (
        UniqueConstraint("round_id", name="uq_published_bundles_round"),
        UniqueConstraint("ranking_id", name="uq_published_bundles_ranking"),
        CheckConstraint("(round_id IS NULL) <> (ranking_id IS NULL)", name="of_a_round_or_a_ranking"),
    )
