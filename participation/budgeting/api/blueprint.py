"""The blueprint of the JSON side of envelopes and plans."""

from typing import Final

from flask_smorest import Blueprint

from participation.budgeting import queries
from participation.budgeting.models import Plan
from participation.extensions import db
from participation.web.guard import current_actor

blp: Final = Blueprint("api_budgeting", __name__, url_prefix="/api/v1", description="Envelopes and plans")


def readable_plan(process: str, slug: str) -> Plan:
    """Return a plan that the caller may read: a settled one, or as one of its authors a draft."""
    return queries.readable_plan(db.session(), process, slug, actor=current_actor())
