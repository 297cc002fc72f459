"""The lifecycle of a comment as one table, and what may be commented."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from participation.core.errors import Conflict
from participation.proposals.rules import LIVE, ProposalState


class CommentState(StrEnum):
    """Whether a comment is shown."""

    VISIBLE = "visible"
    HIDDEN = "hidden"


class ModerationAction(StrEnum):
    """What a moderator decides about a comment; to keep it answers reports without hiding anything."""

    HIDE = "hide"
    RESTORE = "restore"
    KEEP = "keep"


TRANSITIONS: Final[Mapping[tuple[CommentState, ModerationAction], CommentState]] = {
    (CommentState.VISIBLE, ModerationAction.HIDE): CommentState.HIDDEN,
    (CommentState.VISIBLE, ModerationAction.KEEP): CommentState.VISIBLE,
    (CommentState.HIDDEN, ModerationAction.RESTORE): CommentState.VISIBLE,
}


def next_state(state: CommentState, action: ModerationAction) -> CommentState:
    """Return the state after `action`, or refuse with Conflict `comment_state`."""
    following = TRANSITIONS.get((state, action))
    if following is None:
        raise Conflict("comment_state", state=state.value, action=action.value)
    return following


def check_may_be_commented(state: ProposalState) -> None:
    """Refuse comments on a proposal that is not public yet or has come to an end."""
    if state not in LIVE:
        raise Conflict("proposal_takes_no_comments", state=state.value)


def check_reply(state: CommentState, *, is_reply: bool, same_proposal: bool) -> None:
    """Threads have one level; a reply belongs to a visible first-level comment on the same proposal."""
    if not same_proposal:
        raise Conflict("reply_to_another_proposal")
    if is_reply:
        raise Conflict("reply_to_a_reply")
    if state is CommentState.HIDDEN:
        raise Conflict("reply_to_a_hidden_comment")
