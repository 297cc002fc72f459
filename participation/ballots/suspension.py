"""What people decide about a round that came back from a backup, and about the key of a round.

A restored round is suspended: nobody can tell from the database which ballots were cast, and acknowledged, after the
backup was taken. It goes on when an official says so, with a reason that is published, and never under a new key.
Counting needs no key: where the key is gone for good, the round is closed, resumed and concluded with what there is.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from participation.ballots.keys import KeyStore
from participation.ballots.queries import lacks_key
from participation.core.actor import SYSTEM, Actor
from participation.core.errors import Conflict
from participation.core.permissions import Permission, authorise
from participation.core.wording import REASON
from participation.rounds.models import Round
from participation.rounds.queries import lock_round, lock_round_by_slug
from participation.rounds.rules import STATE_FACT, RoundAction, RoundState
from participation.rounds.services import record_act, record_event
from participation.texts.services import original_language, write_texts


def suspend_restored_round(session: Session, round_id: str, *, taken_at: datetime, now: datetime) -> Round:
    """Let nothing be taken or counted in a restored round until people have decided; `taken_at` is the backup's."""
    round_ = lock_round(session, round_id)
    facts = {"backup": taken_at.isoformat(), STATE_FACT: round_.state.value}
    record_event(session, round_, RoundAction.SUSPEND, actor=SYSTEM, now=now, facts=facts)
    return round_


def resume_round(
    session: Session, slug: str, reasons: Mapping[str, str], *, actor: Actor, now: datetime, keys: KeyStore
) -> Round:
    """Let a suspended round go on, with a published reason.

    Raises Conflict `not_suspended`, or `key_missing` while an open round has no key: people would wait for a vote that
    nobody can cast. It can be closed all the same.
    """
    round_ = lock_round_by_slug(session, slug)
    authorise(actor, Permission.ROUND_OPEN, round_)
    if not round_.is_suspended:
        raise Conflict("not_suspended")
    if lacks_key(round_, keys):
        raise Conflict("key_missing")
    language = original_language(reasons, round_.process.default_language)
    reason = write_texts(session, reasons, language=language, shape=REASON, actor=actor, now=now)
    facts = {STATE_FACT: round_.state.value}
    record_event(session, round_, RoundAction.RESUME, actor=actor, now=now, reason=reason, facts=facts)
    return round_


def recover_key(session: Session, slug: str, *, actor: Actor, now: datetime, keys: KeyStore) -> bool:
    """Bring the key of a round back from the escrow, for voting and for sheets of paper; say whether that was needed.

    Raises what KeyStore.recover raises, and Conflict `round_needs_no_key` for a round in which nothing is cast now.
    """
    round_ = lock_round_by_slug(session, slug)
    authorise(actor, Permission.ROUND_OPEN, round_)
    if round_.voting_task is None or round_.state not in {RoundState.OPEN, RoundState.CLOSED}:
        raise Conflict("round_needs_no_key")
    recovered = keys.recover(round_.id)
    if recovered:
        record_act(session, "round.recover_key", round_, actor, now)
    return recovered


def destroy_key(session: Session, slug: str, *, actor: Actor, now: datetime, keys: KeyStore) -> bool:
    """Destroy the key of a round that was concluded after the backup from which it came back; say if there was one.

    It is for good: nobody votes in the round again. Raises Conflict `not_suspended`, and what KeyStore.destroy raises.
    """
    round_ = lock_round_by_slug(session, slug)
    authorise(actor, Permission.ROUND_CONCLUDE, round_)
    if not round_.is_suspended:
        raise Conflict("not_suspended")
    found = keys.destroy(round_.id)
    record_act(session, "round.destroy_key", round_, actor, now)
    return found
