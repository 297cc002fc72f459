"""The blueprint to which the pages of gatherings belong, and what they share."""

from typing import Final

from flask import Blueprint

from participation.core.permissions import Permission, authorise
from participation.extensions import db
from participation.gatherings.models import Gathering
from participation.gatherings.queries import whole_gathering
from participation.web.guard import current_actor

bp: Final = Blueprint("gatherings", __name__)


def gathering_to(permission: Permission, process: str, number: int) -> Gathering:
    """Return a gathering that the visitor may work on in this way, or refuse."""
    gathering = whole_gathering(db.session(), process, number)
    authorise(current_actor(), permission, gathering)
    return gathering
