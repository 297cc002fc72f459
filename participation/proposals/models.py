"""Tables of proposals."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Integer, String, UniqueConstraint
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.accounts.models import Account, Department, Organisation
from participation.processes.models import Field, Process
from participation.proposals.rules import UNIT, Capacity, ProposalAction, ProposalKind, ProposalState
from participation.rounds.models import Round
from participation.storage import Base, UTCDateTime, enum_column, id_column, reference
from participation.texts.models import Text


class Proposal(Base):
    """A goal, a sub-goal (a goal with a parent) or a measure that somebody submitted.

    `author_id` is the opaque id of the actor; `author_name` is what the author wants shown. An organisation's
    proposal carries the organisation. `round_id` says in which round it was handed in, if in one.

    A draft goes by its id; `code` and `position` (its place in lists) are given when it is submitted. `revision`
    counts what was said about it, so that a decision can name the wording on which it rests. `search_words` holds
    code and words of every language folded for the search; it follows the texts.

    Measures alone have `partners`, those with whom they are carried out, and a `unit`: the name of the part of the
    department that is in charge.
    """

    __tablename__ = "proposals"

    id: Mapped[str] = id_column()
    process_id: Mapped[str] = reference("processes.id")
    code: Mapped[str] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(Integer, default=0)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    search_words: Mapped[str] = mapped_column(LongText, default="")
    kind: Mapped[ProposalKind] = mapped_column(enum_column(ProposalKind, "kind"))
    state: Mapped[ProposalState] = mapped_column(enum_column(ProposalState, "state"))
    parent_id: Mapped[str | None] = reference("proposals.id")
    field_id: Mapped[str | None] = reference("fields.id")
    round_id: Mapped[str | None] = reference("rounds.id")
    author_id: Mapped[str | None] = mapped_column(String(32), index=True)
    author_name: Mapped[str] = mapped_column(String(120), default="")
    organisation_id: Mapped[str | None] = reference("organisations.id")
    department_id: Mapped[str | None] = reference("departments.id")
    merged_into_id: Mapped[str | None] = reference("proposals.id")
    split_from_id: Mapped[str | None] = reference("proposals.id")
    title_id: Mapped[str] = reference("texts.id", index=False)
    body_id: Mapped[str | None] = reference("texts.id", index=False)
    target_group_id: Mapped[str | None] = reference("texts.id", index=False)
    partners_id: Mapped[str | None] = reference("texts.id", index=False)
    unit: Mapped[str] = mapped_column(String(UNIT.maximum), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    process: Mapped[Process] = relationship()
    title: Mapped[Text] = relationship(foreign_keys=[title_id], lazy="joined")
    body: Mapped[Text | None] = relationship(foreign_keys=[body_id])
    target_group: Mapped[Text | None] = relationship(foreign_keys=[target_group_id])
    partners: Mapped[Text | None] = relationship(foreign_keys=[partners_id])
    round: Mapped[Round | None] = relationship()
    field: Mapped[Field | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    department: Mapped[Department | None] = relationship()
    parent: Mapped["Proposal | None"] = relationship(foreign_keys=[parent_id], remote_side="Proposal.id")
    merged_into: Mapped["Proposal | None"] = relationship(foreign_keys=[merged_into_id], remote_side="Proposal.id")
    split_from: Mapped["Proposal | None"] = relationship(foreign_keys=[split_from_id], remote_side="Proposal.id")
    serves: Mapped[list["Proposal"]] = relationship(
        secondary="proposal_serves",
        primaryjoin="Proposal.id == ProposalServes.measure_id",
        secondaryjoin="Proposal.id == ProposalServes.goal_id",
        order_by="Proposal.position",
    )
    events: Mapped[list["ProposalEvent"]] = relationship(
        order_by="ProposalEvent.number", back_populates="proposal", foreign_keys="ProposalEvent.proposal_id"
    )

    @property
    def texts(self) -> list[Text]:
        """Return the texts that say what is proposed."""
        said = (self.title, self.body, self.target_group, self.partners)
        return [text for text in said if text is not None]

    __table_args__ = (
        UniqueConstraint("process_id", "code", name="uq_proposals_process_code"),
        CheckConstraint("state <> 'draft' OR code = id", name="a_draft_goes_by_its_id"),
        CheckConstraint("submitted_at IS NULL OR position >= 1", name="listed_once_submitted"),
        CheckConstraint("revision >= 1", name="revision_counts_from_one"),
        CheckConstraint("kind = 'goal' OR parent_id IS NULL", name="only_goals_have_parents"),
        CheckConstraint("kind = 'measure' OR partners_id IS NULL", name="only_measures_have_partners"),
        CheckConstraint("kind = 'measure' OR unit = ''", name="only_measures_have_units"),
        CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged_into_something"),
        CheckConstraint("merged_into_id IS NULL OR merged_into_id <> id", name="not_merged_into_itself"),
        Index("ix_proposals_process_kind_state", "process_id", "kind", "state"),
    )


class ProposalServes(Base):
    """A measure serves a sub-goal (or a goal)."""

    __tablename__ = "proposal_serves"

    measure_id: Mapped[str] = reference("proposals.id", primary_key=True, index=False, ondelete="CASCADE")
    goal_id: Mapped[str] = reference("proposals.id", primary_key=True, ondelete="CASCADE")


class ProposalEvent(Base):
    """A station on the way of a proposal, with the reason where one was given.

    `number` counts the proposal's stations; `revision` is the proposal's as the station left it.
    """

    __tablename__ = "proposal_events"

    id: Mapped[str] = id_column()
    proposal_id: Mapped[str] = reference("proposals.id", ondelete="CASCADE")
    number: Mapped[int] = mapped_column(Integer)
    action: Mapped[ProposalAction] = mapped_column(enum_column(ProposalAction, "action"))
    revision: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[str] = mapped_column(String(32))
    other_id: Mapped[str | None] = reference("proposals.id", index=False)
    reason_id: Mapped[str | None] = reference("texts.id", index=False)
    reason: Mapped[Text | None] = relationship(lazy="joined")
    other: Mapped[Proposal | None] = relationship(foreign_keys=[other_id])
    proposal: Mapped[Proposal] = relationship(back_populates="events", foreign_keys=[proposal_id])

    __table_args__ = (UniqueConstraint("proposal_id", "number", name="uq_proposal_events_proposal_number"),)


class ProposalSupport(Base):
    """Somebody supports a proposal; an organisation does so by name, which is to sign it.

    `participant` is as whom they take part, so each supports a proposal once. `revision` and `wording` (a fingerprint
    of the author's words) say what they read: after a rewording it is still there, of an earlier wording. Where a
    proposal is merged its support goes along, and `came_with` is the proposal for which it was given.
    """

    __tablename__ = "proposal_supports"

    id: Mapped[str] = id_column()
    proposal_id: Mapped[str] = reference("proposals.id", index=False, ondelete="CASCADE")
    participant: Mapped[str] = mapped_column(String(64), index=True)
    organisation_id: Mapped[str | None] = reference("organisations.id", ondelete="CASCADE")
    round_id: Mapped[str] = reference("rounds.id")
    revision: Mapped[int] = mapped_column(Integer)
    wording: Mapped[str] = mapped_column(String(64))
    supported_at: Mapped[datetime] = mapped_column(UTCDateTime)
    came_with_id: Mapped[str | None] = reference("proposals.id")
    proposal: Mapped[Proposal] = relationship(foreign_keys=[proposal_id])
    organisation: Mapped[Organisation | None] = relationship()
    came_with: Mapped[Proposal | None] = relationship(foreign_keys=[came_with_id])

    __table_args__ = (
        UniqueConstraint("proposal_id", "participant", name="uq_proposal_supports_proposal_participant"),
        CheckConstraint(
            "organisation_id IS NULL OR participant = 'organisation:' || organisation_id", name="organisations_sign"
        ),
        CheckConstraint("revision >= 1", name="revision_counts_from_one"),
    )


class ProposalInterest(Base):
    """An interest that somebody has in a proposal and says so, as one of those who write it or decide about it."""

    __tablename__ = "proposal_interests"

    id: Mapped[str] = id_column()
    proposal_id: Mapped[str] = reference("proposals.id", index=False, ondelete="CASCADE")
    account_id: Mapped[str] = reference("accounts.id", ondelete="CASCADE")
    capacity: Mapped[Capacity] = mapped_column(enum_column(Capacity, "capacity"))
    organisation_id: Mapped[str | None] = reference("organisations.id", ondelete="CASCADE")
    department_id: Mapped[str | None] = reference("departments.id", ondelete="CASCADE")
    words_id: Mapped[str] = reference("texts.id", index=False)
    declared_at: Mapped[datetime] = mapped_column(UTCDateTime)
    words: Mapped[Text] = relationship(lazy="joined")
    account: Mapped[Account] = relationship(lazy="joined")
    organisation: Mapped[Organisation | None] = relationship(lazy="joined")
    department: Mapped[Department | None] = relationship(lazy="joined")
    proposal: Mapped[Proposal] = relationship()

    __table_args__ = (
        UniqueConstraint("proposal_id", "account_id", name="uq_proposal_interests_proposal_account"),
        CheckConstraint("(capacity = 'organisation') = (organisation_id IS NOT NULL)", name="for_an_organisation"),
        CheckConstraint("(capacity = 'department') = (department_id IS NOT NULL)", name="for_a_department"),
    )
