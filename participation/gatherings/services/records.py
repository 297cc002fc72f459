"""What all acts on a gathering share: holding it, asking for the right, and keeping what was done."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from participation.audit.services import record
from participation.core.actor import Actor
from participation.core.errors import Conflict
from participation.core.permissions import Permission, authorise
from participation.core.wording import TextShape
from participation.gatherings.models import Gathering
from participation.gatherings.queries import hold_gathering
from participation.gatherings.rules import GatheringKind
from participation.texts.models import Text
from participation.texts.services import revise_texts, write_texts


def at_hand(
    session: Session,
    process: str,
    number: int,
    permission: Permission,
    *,
    actor: Actor,
    kinds: Collection[GatheringKind] = frozenset(GatheringKind),
) -> Gathering:
    """Return a gathering that is held, whose record is still being written, and to which the actor may do this.

    Raises Conflict `record_approved` and `not_at_this_gathering`.
    """
    gathering = hold_gathering(session, process, number)
    authorise(actor, permission, gathering)
    if gathering.kind not in kinds:
        raise Conflict("not_at_this_gathering", kind=gathering.kind.value)
    if gathering.is_approved:
        raise Conflict("record_approved")
    return gathering


def keep(
    session: Session,
    action: str,
    gathering: Gathering,
    actor: Actor,
    now: datetime,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Count one more change of what is written down, and append the act to the audit log."""
    gathering.revision += 1
    session.flush()
    record_act(session, action, gathering, actor, now, facts)


def record_act(
    session: Session,
    action: str,
    gathering: Gathering,
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
        subject_kind="gathering",
        subject_id=gathering.id,
        process_id=gathering.process_id,
        facts=facts,
    )


def worded(
    session: Session,
    text: Text | None,
    bodies: Mapping[str, str],
    *,
    language: str,
    shape: TextShape,
    actor: Actor,
    now: datetime,
) -> Text:
    """Return a new text, or the given one revised; `language` is that of a new one."""
    if text is None:
        return write_texts(session, bodies, language=language, shape=shape, actor=actor, now=now)
    revise_texts(session, text, bodies, shape=shape, actor=actor, now=now)
    return text
