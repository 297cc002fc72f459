"""Officials import goals and measures, and set up processes from a template or as a copy."""

from participation.exchange.views import importing, planning
from participation.exchange.views.blueprint import bp

__all__ = ["bp", "importing", "planning"]
