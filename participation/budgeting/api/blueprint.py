"""The blueprint of the JSON side of envelopes and plans."""

from typing import Final

from flask_smorest import Blueprint

from participation.budgeting.models import Plan
from participation.budgeting.queries import plan_by_slug
from participation.core.errors import NotFound
from participation.core.permissions import Permission, may
from participation.extensions import db
from participation.web.guard import current_actor

blp: Final = Blueprint("api_budgeting", __name__, url_prefix="/api/v1", description="Envelopes and plans")


def readable_plan(process: str, slug: str) -> Plan:
    """Return a plan that the caller may read: a settled one, or as one of its authors a draft."""
    plan = plan_by_slug(db.session(), process, slug)
    if not plan.is_settled and not may(current_actor(), Permission.PLAN_EDIT, plan):
        raise NotFound("no_such_plan", plan=slug)
    return plan
