"""The stations of a proposal: the only place that assigns its state after its beginning."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from participation.audit.services import record
from participation.core.actor import Actor
from participation.core.errors import Invalid
from participation.core.wording import REASON
from participation.proposals.models import Proposal, ProposalEvent
from participation.proposals.rules import NEEDS_REASON, ProposalAction, next_state
from participation.proposals.services.words import give_code, note_search_words
from participation.texts.models import Text
from participation.texts.services import original_language, write_texts

_DECISIONS: Final = frozenset(
    {ProposalAction.ADMIT, ProposalAction.MERGE, ProposalAction.SPLIT, ProposalAction.DECLINE}
)


def add_station(
    session: Session,
    proposal: Proposal,
    action: ProposalAction,
    *,
    actor: Actor,
    now: datetime,
    reasons: Mapping[str, str] | None = None,
    other: Proposal | None = None,
) -> ProposalEvent:
    """Move a proposal along and note when, by whom, why and beside which other proposal."""
    state = next_state(proposal.state, action)
    reason = write_reason(session, proposal, action, reasons or {}, actor=actor, now=now)
    event = ProposalEvent(
        number=len(proposal.events) + 1,
        action=action,
        revision=proposal.revision,
        at=now,
        actor_id=actor.id or actor.kind.value,
        reason=reason,
        other=other,
    )
    proposal.state = state
    if action is ProposalAction.MERGE:
        proposal.merged_into = other
    if action is ProposalAction.SUBMIT:
        proposal.submitted_at = now
    if action in _DECISIONS:
        proposal.decided_at = now
    proposal.events.append(event)
    session.flush()
    return event


def hand_in(
    session: Session, proposal: Proposal, *, actor: Actor, now: datetime, other: Proposal | None = None
) -> None:
    """Make a draft public under a code; `other` is the proposal that it was a part of."""
    proposal.revision = 1
    with session.no_autoflush:  # a draft goes by its id, so state and code change together
        give_code(session, proposal)
        note_search_words(proposal)
        add_station(session, proposal, ProposalAction.SUBMIT, actor=actor, now=now, other=other)


def write_reason(
    session: Session,
    proposal: Proposal,
    action: ProposalAction,
    reasons: Mapping[str, str],
    *,
    actor: Actor,
    now: datetime,
) -> Text | None:
    """Store the public reason of a decision; refuse a decision that needs one and has none."""
    filled = {tag: body for tag, body in reasons.items() if body.strip()}
    if not filled:
        if action in NEEDS_REASON:
            raise Invalid("reason_missing", field=REASON.field)
        return None
    language = original_language(filled, proposal.process.default_language)
    return write_texts(session, filled, language=language, shape=REASON, actor=actor, now=now)


def record_decision(
    session: Session, proposal: Proposal, action: ProposalAction, *, actor: Actor, now: datetime, **facts: object
) -> None:
    """Leave an audit record of what an official did to a proposal."""
    record(
        session,
        f"proposal_{action.value}",
        actor=actor,
        now=now,
        subject_kind="proposal",
        subject_id=proposal.id,
        process_id=proposal.process_id,
        facts={"code": proposal.code, "revision": proposal.revision, **facts},
    )
