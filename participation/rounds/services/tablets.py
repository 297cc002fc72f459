"""Shared tablets: browsers that officials hand to voters, one after the other."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from participation.core.actor import Actor
from participation.core.errors import Conflict
from participation.core.ids import fingerprint, new_id
from participation.core.permissions import Permission, authorise
from participation.core.wording import TextShape, clean_text
from participation.rounds.models import Round, SharedTablet
from participation.rounds.queries import lock_round_by_slug
from participation.rounds.queries.tablets import tablet_by_public_id
from participation.rounds.rules import TABLET_LIFETIME, TAKES_CODES, RoundState
from participation.rounds.services.records import record_act

TABLET_LABEL: Final = TextShape("label", 120, one_line=True, required=False)


@dataclass(frozen=True, slots=True)
class MadeTablet:
    """A shared tablet with the token for its cookie, which is stored nowhere and cannot be had again."""

    token: str
    row: SharedTablet


def make_tablet(session: Session, slug: str, label: str, *, actor: Actor, now: datetime) -> MadeTablet:
    """Make a browser the shared tablet of a round in which people vote with codes.

    Raises Conflict `tablet_without_vote`, `round_without_codes` or `round_needs_no_codes`.
    """
    round_ = lock_round_by_slug(session, slug)
    authorise(actor, Permission.TABLET_MANAGE, round_)
    if round_.voting_task is None:
        raise Conflict("tablet_without_vote")
    if not any(round_.eligibility in ways for ways in TAKES_CODES.values()):
        raise Conflict("round_without_codes", eligibility=round_.eligibility.value)
    if round_.state not in {RoundState.DRAFT, RoundState.OPEN}:
        raise Conflict("round_needs_no_codes", state=round_.state.value)
    token = secrets.token_urlsafe(32)
    row = SharedTablet(
        id=fingerprint(token),
        public_id=new_id(),
        round_id=round_.id,
        label=clean_text(label, TABLET_LABEL),
        made_at=now,
        expires_at=now + TABLET_LIFETIME,
    )
    session.add(row)
    session.flush()
    record_act(session, "tablet.made", round_, actor, now, {"tablet": row.public_id})
    return MadeTablet(token, row)


def end_tablet(session: Session, slug: str, public_id: str, *, actor: Actor, now: datetime) -> SharedTablet:
    """Make a shared tablet an ordinary browser again; whoever votes on it at this moment is signed out there."""
    round_: Round = lock_round_by_slug(session, slug)
    authorise(actor, Permission.TABLET_MANAGE, round_)
    tablet = tablet_by_public_id(session, round_, public_id)
    if tablet.ended_at is None:
        tablet.ended_at = now
        session.flush()
        record_act(session, "tablet.ended", round_, actor, now, {"tablet": public_id})
    return tablet
