"""Reading comments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from participation.comments.models import Comment, CommentReport, ModerationDecision
from participation.comments.rules import CommentState
from participation.core.errors import NotFound
from participation.proposals.models import Proposal


@dataclass(frozen=True, slots=True)
class Thread:
    """A first-level comment with its replies, the oldest first."""

    comment: Comment
    replies: Sequence[Comment]


@dataclass(frozen=True, slots=True)
class Reported:
    """A comment with the notices about it that nobody has answered."""

    comment: Comment
    reports: Sequence[CommentReport]


def comment_by_id(session: Session, comment_id: str) -> Comment:
    """Return a comment or raise NotFound."""
    found = session.get(Comment, comment_id)
    if found is None:
        raise NotFound("no_such_comment", comment=comment_id)
    return found


def hold_comment(session: Session, comment_id: str) -> Comment:
    """Return the comment as it stands now, held until the transaction ends."""
    found = session.scalar(
        select(Comment)
        .where(Comment.id == comment_id)
        .with_for_update(of=Comment)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("no_such_comment", comment=comment_id)
    return found


def threads(session: Session, proposal_id: str) -> list[Thread]:
    """Return the comments on a proposal, the oldest first, in a fixed number of queries."""
    every = session.scalars(
        select(Comment)
        .where(Comment.proposal_id == proposal_id)
        .options(selectinload(Comment.decisions))
        .order_by(Comment.written_at, Comment.id)
    ).all()
    replies: dict[str, list[Comment]] = {}
    for comment in every:
        if comment.parent_id:
            replies.setdefault(comment.parent_id, []).append(comment)
    return [Thread(comment, replies.get(comment.id, [])) for comment in every if not comment.parent_id]


def reported(session: Session, process_id: str) -> list[Reported]:
    """Return the comments of a process with unanswered notices, the longest waiting first: the moderators' queue."""
    reports = session.scalars(
        select(CommentReport)
        .join(Comment, Comment.id == CommentReport.comment_id)
        .join(Proposal, Proposal.id == Comment.proposal_id)
        .where(Proposal.process_id == process_id, CommentReport.settled_at.is_(None))
        .order_by(CommentReport.at, CommentReport.id)
        .options(
            selectinload(CommentReport.comment).selectinload(Comment.proposal),
            selectinload(CommentReport.comment).selectinload(Comment.decisions),
        )
    ).all()
    grouped: dict[str, list[CommentReport]] = {}
    for report in reports:
        grouped.setdefault(report.comment_id, []).append(report)
    return [Reported(notices[0].comment, notices) for notices in grouped.values()]


def hidden(session: Session, process_id: str) -> Sequence[Comment]:
    """Return the hidden comments of a process, the last hidden first."""
    last = (
        select(ModerationDecision.comment_id, func.max(ModerationDecision.at).label("at"))
        .group_by(ModerationDecision.comment_id)
        .subquery()
    )
    return session.scalars(
        select(Comment)
        .join(Proposal, Proposal.id == Comment.proposal_id)
        .join(last, last.c.comment_id == Comment.id)
        .where(Proposal.process_id == process_id, Comment.state == CommentState.HIDDEN)
        .order_by(last.c.at.desc(), Comment.id)
        .options(selectinload(Comment.proposal), selectinload(Comment.decisions))
    ).all()


def decisions_between(
    session: Session, process_id: str, opened_at: datetime, closed_at: datetime
) -> Sequence[ModerationDecision]:
    """Return what was decided about the comments of a process in a span of time, with the reasons."""
    return session.scalars(
        select(ModerationDecision)
        .join(Comment, Comment.id == ModerationDecision.comment_id)
        .join(Proposal, Proposal.id == Comment.proposal_id)
        .where(
            Proposal.process_id == process_id,
            ModerationDecision.at >= opened_at,
            ModerationDecision.at < closed_at,
        )
        .order_by(ModerationDecision.at, ModerationDecision.id)
    ).all()


def count_comments_of(session: Session, account_id: str) -> int:
    """Return how many comments somebody has written."""
    return session.scalar(select(func.count()).select_from(Comment).where(Comment.author_id == account_id)) or 0
