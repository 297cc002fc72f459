"""Keeping what officials did to a round."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from participation.audit.services import record
from participation.core.actor import Actor
from participation.rounds.models import Round


def record_act(
    session: Session,
    action: str,
    round_: Round,
    actor: Actor,
    now: datetime,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Append an act to the audit log, in the caller's transaction."""
    record(
        session,
        action,
        actor=actor,
        now=now,
        subject_kind="round",
        subject_id=round_.id,
        process_id=round_.process_id,
        facts=facts,
    )
