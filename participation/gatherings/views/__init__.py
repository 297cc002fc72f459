"""Pages on which gatherings are announced and what was said at them is written down."""

from participation.gatherings.views.blueprint import bp

__all__ = ["bp"]
