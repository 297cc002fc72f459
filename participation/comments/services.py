"""Writing comments, noticing breaches of the rules, and moderating."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from participation.audit.services import record
from participation.comments.models import Comment, CommentReport, ModerationDecision
from participation.comments.queries import hold_comment
from participation.comments.rules import CommentState, ModerationAction, check_may_be_commented, check_reply, next_state
from participation.core.actor import ERASED, Actor
from participation.core.errors import Conflict, Invalid
from participation.core.ids import new_id
from participation.core.permissions import Permission, authorise
from participation.core.wording import COMMENT, NAME, REASON, TextShape, clean_text
from participation.proposals.models import Proposal
from participation.proposals.queries import hold_proposal
from participation.rounds.kinds import Task
from participation.rounds.queries import Participant, enter_round
from participation.texts.models import Origin
from participation.texts.queries import original
from participation.texts.services import original_language, write_text, write_texts

AUTHOR_NAME: Final = TextShape("author_name", NAME.maximum, one_line=True, required=False)
MAX_PER_PARTICIPANT: Final = 500
"""Comments of one participant in one round: above what anybody writes, below what a script could flood us with."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody says about a proposal, or in reply to a comment on it."""

    language: str
    body: str
    reply_to: str = ""
    author_name: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A comment as a file tells it, with the decision to hide it if there was one."""

    language: str
    bodies: Mapping[str, str]
    at: datetime
    round_id: str
    origins: Mapping[str, Origin]
    reply_to: str | None = None
    author_name: str = ""
    organisation_id: str | None = None
    hidden_at: datetime | None = None
    hidden_because: Mapping[str, str] | None = None


def write_comment(
    session: Session, proposal_id: str, remark: Remark, *, slug: str, actor: Actor, now: datetime
) -> Comment:
    """Say something about a proposal in a round that asks for comments; the same words sent twice are one comment."""
    authorise(actor, Permission.COMMENT_WRITE)
    round_, participant = enter_round(session, slug, Task.COMMENT, actor=actor, now=now)
    proposal = hold_proposal(session, proposal_id)
    if proposal.process_id != round_.process_id:
        raise Conflict("round_of_another_process")
    check_may_be_commented(proposal.state)
    parent = _parent(session, proposal, remark.reply_to)
    body = clean_text(remark.body, COMMENT)
    name = "" if participant.organisation_id else clean_text(remark.author_name, AUTHOR_NAME)
    earlier = _repeated(session, proposal, parent, body, participant, actor)
    if earlier is not None:
        return earlier
    _check_number(session, round_.id, actor)
    comment = Comment(
        proposal_id=proposal.id,
        proposal=proposal,
        parent_id=parent.id if parent else None,
        round_id=round_.id,
        author_id=actor.id,
        author_name=name,
        organisation_id=participant.organisation_id,
        state=CommentState.VISIBLE,
        body=write_text(session, body, language=remark.language, shape=COMMENT, actor=actor, now=now),
        written_at=now,
        decisions=[],
    )
    session.add(comment)
    session.flush()
    return comment


def report_comment(session: Session, comment_id: str, reason: str, *, actor: Actor, now: datetime) -> CommentReport:
    """Give notice that a comment breaks the rules; a second notice by the same person replaces the first."""
    authorise(actor, Permission.COMMENT_REPORT)
    comment = hold_comment(session, comment_id)
    if comment.state is CommentState.HIDDEN:
        raise Conflict("comment_state", state=comment.state.value, action="report")
    words = clean_text(reason, REASON)
    report = session.scalar(
        select(CommentReport).where(CommentReport.comment_id == comment.id, CommentReport.reporter_id == actor.id)
    )
    if report is None:
        report = CommentReport(comment_id=comment.id, reporter_id=actor.id, reason=words, at=now)
        session.add(report)
    elif report.settled_at is None:
        report.reason = words
    else:
        raise Conflict("report_answered")
    session.flush()
    return report


def hide_comment(
    session: Session, comment_id: str, reasons: Mapping[str, str], *, actor: Actor, now: datetime
) -> Comment:
    """Hide a comment; in its place everybody reads why, its words are for moderators only."""
    return _moderate(session, comment_id, ModerationAction.HIDE, reasons, actor, now)


def restore_comment(
    session: Session, comment_id: str, reasons: Mapping[str, str], *, actor: Actor, now: datetime
) -> Comment:
    """Show a hidden comment again."""
    return _moderate(session, comment_id, ModerationAction.RESTORE, reasons, actor, now)


def keep_comment(
    session: Session, comment_id: str, reasons: Mapping[str, str], *, actor: Actor, now: datetime
) -> Comment:
    """Answer the notices about a comment by leaving it where it is."""
    return _moderate(session, comment_id, ModerationAction.KEEP, reasons, actor, now)


def record_comment(session: Session, proposal: Proposal, told: Recorded, *, actor: Actor, now: datetime) -> Comment:
    """Enter a comment that was written elsewhere, with its date and, where it was hidden, with the reason."""
    authorise(actor, Permission.IMPORT_RUN, proposal)
    text = write_texts(
        session,
        told.bodies,
        language=told.language,
        shape=COMMENT,
        actor=actor,
        now=told.at,
        origins=told.origins,
    )
    comment = Comment(
        proposal_id=proposal.id,
        proposal=proposal,
        parent_id=told.reply_to,
        round_id=told.round_id,
        author_name=told.author_name,
        organisation_id=told.organisation_id,
        state=CommentState.VISIBLE,
        body=text,
        written_at=told.at,
        decisions=[],
    )
    session.add(comment)
    session.flush()
    if told.hidden_because:
        _decide(session, comment, ModerationAction.HIDE, told.hidden_because, actor, told.hidden_at or now)
    return comment


def _moderate(
    session: Session,
    comment_id: str,
    action: ModerationAction,
    reasons: Mapping[str, str],
    actor: Actor,
    now: datetime,
) -> Comment:
    comment = hold_comment(session, comment_id)
    authorise(actor, Permission.COMMENT_MODERATE, comment.proposal)
    _decide(session, comment, action, reasons, actor, now)
    session.execute(
        update(CommentReport)
        .where(CommentReport.comment_id == comment.id, CommentReport.settled_at.is_(None))
        .values(settled_at=now)
    )
    record(
        session,
        f"comment_{action.value}",
        actor=actor,
        now=now,
        subject_kind="comment",
        subject_id=comment.id,
        process_id=comment.proposal.process_id,
    )
    return comment


def _decide(
    session: Session,
    comment: Comment,
    action: ModerationAction,
    reasons: Mapping[str, str],
    actor: Actor,
    now: datetime,
) -> None:
    state = next_state(comment.state, action)
    filled = {tag: body for tag, body in reasons.items() if body.strip()}
    if not filled:
        raise Invalid("reason_missing", field=REASON.field)
    language = original_language(filled, comment.proposal.process.default_language)
    reason = write_texts(session, filled, language=language, shape=REASON, actor=actor, now=now)
    comment.state = state
    comment.decisions.append(
        ModerationDecision(action=action, at=now, actor_id=actor.id or actor.kind.value, reason=reason)
    )
    session.flush()


def let_go_of_author(session: Session, account_id: str) -> int:
    """Take name and id from what somebody who is erased has written or reported; return how many comments stay."""
    mine = select(Comment.id).where(Comment.author_id == account_id).order_by(Comment.id).with_for_update(of=Comment)
    comments = session.scalars(mine).all()
    session.execute(
        update(Comment)
        .where(Comment.id.in_(comments))
        .values(author_id=ERASED, author_name="")
        .execution_options(synchronize_session=False)
    )
    reports = select(CommentReport).where(CommentReport.reporter_id == account_id).with_for_update(of=CommentReport)
    for report in session.scalars(reports.order_by(CommentReport.id)):
        report.reporter_id = new_id()  # each report of a comment has another reporter
    session.flush()
    return len(comments)


def _parent(session: Session, proposal: Proposal, comment_id: str) -> Comment | None:
    if not comment_id:
        return None
    parent = hold_comment(session, comment_id)
    check_reply(parent.state, is_reply=parent.parent_id is not None, same_proposal=parent.proposal_id == proposal.id)
    return parent


def _repeated(
    session: Session, proposal: Proposal, parent: Comment | None, body: str, participant: Participant, actor: Actor
) -> Comment | None:
    """Return the actor's last comment in this place if it says the same."""
    latest = session.scalars(
        select(Comment)
        .where(
            Comment.proposal_id == proposal.id,
            Comment.author_id == actor.id,
            Comment.organisation_id == participant.organisation_id,
            Comment.parent_id == (parent.id if parent else None),
        )
        .order_by(Comment.written_at.desc(), Comment.id)
        .limit(1)
    ).one_or_none()
    return latest if latest is not None and original(latest.body).body == body else None


def _check_number(session: Session, round_id: str, actor: Actor) -> None:
    count = session.scalar(
        select(func.count()).select_from(Comment).where(Comment.round_id == round_id, Comment.author_id == actor.id)
    )
    if (count or 0) >= MAX_PER_PARTICIPANT:
        raise Conflict("too_many_comments", maximum=MAX_PER_PARTICIPANT)
