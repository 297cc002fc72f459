"""Which part of the record the person at the other end may read."""

from participation.core.errors import Forbidden
from participation.core.permissions import Permission, may, refusal
from participation.web.guard import current_actor


def readable_processes() -> frozenset[str] | None:
    """Return the processes whose acts the actor may read, or None for the whole record."""
    actor = current_actor()
    if may(actor, Permission.AUDIT_READ):
        return None
    places = {grant.process_id for grant in actor.grants if grant.process_id}
    found = frozenset(place for place in places if may(actor, Permission.AUDIT_READ, place))
    if not found:
        refused: Forbidden = refusal(actor, Permission.AUDIT_READ)
        raise refused
    return found
