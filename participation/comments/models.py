"""Tables of comments."""

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.accounts.models import Organisation
from participation.comments.rules import CommentState, ModerationAction
from participation.proposals.models import Proposal
from participation.storage import Base, UTCDateTime, enum_column, id_column, reference
from participation.texts.models import Text


class Comment(Base):
    """What somebody says about a proposal, or in reply to a first-level comment on it."""

    __tablename__ = "comments"

    id: Mapped[str] = id_column()
    proposal_id: Mapped[str] = reference("proposals.id")
    parent_id: Mapped[str | None] = reference("comments.id")
    round_id: Mapped[str] = reference("rounds.id")
    author_id: Mapped[str | None] = mapped_column(String(32), index=True)
    author_name: Mapped[str] = mapped_column(String(120), default="")
    organisation_id: Mapped[str | None] = reference("organisations.id")
    body_id: Mapped[str] = reference("texts.id", index=False)
    state: Mapped[CommentState] = mapped_column(enum_column(CommentState, "state"), default=CommentState.VISIBLE)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    body: Mapped[Text] = relationship(lazy="joined")
    organisation: Mapped[Organisation | None] = relationship(lazy="joined")
    proposal: Mapped[Proposal] = relationship()
    replies: Mapped[list["Comment"]] = relationship(order_by="Comment.written_at")
    decisions: Mapped[list["ModerationDecision"]] = relationship(
        order_by="ModerationDecision.at", back_populates="comment"
    )

    __table_args__ = (Index("ix_comments_proposal_written", "proposal_id", "written_at"),)


class ModerationDecision(Base):
    """Why a comment was hidden, restored or kept, when and by whom."""

    __tablename__ = "moderation_decisions"

    id: Mapped[str] = id_column()
    comment_id: Mapped[str] = reference("comments.id", ondelete="CASCADE")
    action: Mapped[ModerationAction] = mapped_column(enum_column(ModerationAction, "moderation_action"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[str] = mapped_column(String(32))
    reason_id: Mapped[str] = reference("texts.id", index=False)
    reason: Mapped[Text] = relationship(lazy="joined")
    comment: Mapped[Comment] = relationship(back_populates="decisions")


class CommentReport(Base):
    """A reader's notice that a comment breaks the rules."""

    __tablename__ = "comment_reports"

    id: Mapped[str] = id_column()
    comment_id: Mapped[str] = reference("comments.id", ondelete="CASCADE")
    reporter_id: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String(2000))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    comment: Mapped[Comment] = relationship()

    __table_args__ = (UniqueConstraint("comment_id", "reporter_id", name="uq_comment_reports_comment_reporter"),)
