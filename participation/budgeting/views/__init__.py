"""Pages of envelopes and plans."""

from participation.budgeting.views import envelopes, planning, plans
from participation.budgeting.views.blueprint import bp

__all__ = ["bp", "envelopes", "planning", "plans"]
