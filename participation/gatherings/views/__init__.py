"""Pages on which gatherings are announced and what was said at them is written down."""

from participation.gatherings.views import agenda, record, setup, statements, workshops
from participation.gatherings.views.blueprint import bp

__all__ = ["agenda", "bp", "record", "setup", "statements", "workshops"]
