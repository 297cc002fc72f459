"""Reading shared tablets."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, joinedload

from participation.core.errors import NotFound
from participation.rounds.models import Round, SharedTablet


def tablet_in_use(session: Session, tablet_id: str, now: datetime) -> SharedTablet | None:
    """Return the shared tablet whose cookie has this fingerprint, if it still is one."""
    return session.scalar(
        select(SharedTablet)
        .where(SharedTablet.id == tablet_id, _is_in_use(now))
        .options(joinedload(SharedTablet.round, innerjoin=True))
    )


def tablets_of(session: Session, round_id: str, now: datetime) -> Sequence[SharedTablet]:
    """Return the shared tablets of a round that are in use, the newest first."""
    return session.scalars(
        select(SharedTablet)
        .where(SharedTablet.round_id == round_id, _is_in_use(now))
        .order_by(SharedTablet.made_at.desc(), SharedTablet.public_id)
    ).all()


def tablet_by_public_id(session: Session, round_: Round, public_id: str) -> SharedTablet:
    """Return a shared tablet of the round, in use or not, or raise NotFound."""
    found = session.scalar(
        select(SharedTablet).where(SharedTablet.round_id == round_.id, SharedTablet.public_id == public_id)
    )
    if found is None:
        raise NotFound("no_such_tablet")
    return found


def _is_in_use(now: datetime) -> ColumnElement[bool]:
    return and_(SharedTablet.ended_at.is_(None), SharedTablet.expires_at > now)
