"""Moving rounds through their lifecycle."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from participation.core.actor import Actor
from participation.core.permissions import Permission, authorise
from participation.core.wording import REASON
from participation.processes.rules import check_moment
from participation.rounds.models import Round, RoundEvent
from participation.rounds.queries import lock_round, round_by_slug
from participation.rounds.rules import RoundAction, check_extension, next_state
from participation.rounds.services.records import record_act
from participation.texts.models import Text
from participation.texts.services import write_texts


def extend_round(
    session: Session,
    slug: str,
    *,
    closes_at: datetime,
    reasons: Mapping[str, str],
    actor: Actor,
    now: datetime,
) -> Round:
    """Give an open round more time and publish why.

    Accepted if and only if no close event exists, even when the old end has just passed (promise 3).
    """
    round_ = lock_round(session, round_by_slug(session, slug).id)
    authorise(actor, Permission.ROUND_EXTEND, round_)
    closes_at = check_moment(closes_at, field="closes_at")
    check_extension(round_.state, round_.window, closes_at, now)
    reason = write_texts(session, reasons, language=round_.process.default_language, shape=REASON, actor=actor, now=now)
    moved = {"from": round_.closes_at.isoformat(), "to": closes_at.isoformat()}
    record_event(session, round_, RoundAction.EXTEND, actor=actor, now=now, reason=reason, facts=moved)
    round_.closes_at = closes_at
    session.flush()
    return round_


def record_event(
    session: Session,
    round_: Round,
    action: RoundAction,
    *,
    actor: Actor,
    now: datetime,
    reason: Text | None = None,
    facts: Mapping[str, Any] | None = None,
) -> RoundEvent:
    """Move a round on and keep who did it, when and why: the only place that assigns a round's state or suspends it.

    The caller holds the round's lock (rounds.queries.lock_round) and has authorised the actor.
    Raises Conflict `round_state`.
    """
    round_.state = next_state(round_.state, action)
    if action in {RoundAction.SUSPEND, RoundAction.RESUME}:
        round_.suspended_at = now if action is RoundAction.SUSPEND else None
    event = RoundEvent(
        round_id=round_.id, action=action, at=now, actor_id=actor.id, reason=reason, facts=dict(facts or {})
    )
    session.add(event)
    session.flush()
    session.expire(round_, ["events"])
    record_act(session, f"round.{action.value}", round_, actor, now, facts)
    return event
