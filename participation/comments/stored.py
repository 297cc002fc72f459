"""What comments store about a person: what they wrote, reported and decided."""

from typing import Final

from sqlalchemy import select

from participation.comments.models import Comment, CommentReport, ModerationDecision
from participation.proposals.models import Proposal
from participation.storage.holdings import Holding, the_person
from participation.texts.queries import original_body

STORED: Final = (
    Holding(
        "comments",
        select(
            Proposal.code,
            Comment.author_name,
            Comment.state.label("comment_state"),
            Comment.written_at,
            original_body(Comment.body_id).label("body"),
        )
        .select_from(Comment)
        .join(Proposal, Proposal.id == Comment.proposal_id)
        .where(Comment.author_id == the_person())
        .order_by(Comment.written_at, Comment.id),
    ),
    Holding(
        "reports",
        select(Proposal.code, CommentReport.reason, CommentReport.at, CommentReport.settled_at)
        .select_from(CommentReport)
        .join(Comment, Comment.id == CommentReport.comment_id)
        .join(Proposal, Proposal.id == Comment.proposal_id)
        .where(CommentReport.reporter_id == the_person())
        .order_by(CommentReport.at, CommentReport.id),
    ),
    Holding(
        "moderation",
        select(
            Proposal.code,
            ModerationDecision.action.label("moderation_action"),
            ModerationDecision.at,
            original_body(ModerationDecision.reason_id).label("reason"),
        )
        .select_from(ModerationDecision)
        .join(Comment, Comment.id == ModerationDecision.comment_id)
        .join(Proposal, Proposal.id == Comment.proposal_id)
        .where(ModerationDecision.actor_id == the_person())
        .order_by(ModerationDecision.at, ModerationDecision.id),
    ),
)
