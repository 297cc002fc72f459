"""The JSON side of envelopes and plans."""

from participation.budgeting.api import envelopes, plans
from participation.budgeting.api.blueprint import blp

__all__ = ["blp", "envelopes", "plans"]
