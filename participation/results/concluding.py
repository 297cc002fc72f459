"""Concluding as page, interface and command line do it: count in the open, then one short transaction."""

from datetime import datetime

from participation.core.actor import Actor
from participation.extensions import db, transaction
from participation.results import services
from participation.results.models import RoundResult


def conclude(slug: str, *, actor: Actor, now: datetime) -> RoundResult | None:
    """Confirm the request to conclude a round; counting holds up nobody who writes meanwhile."""
    box = services.count_round(db.session(), slug, actor=actor)
    with transaction() as session:
        return services.conclude_round(session, slug, box, actor=actor, now=now)
