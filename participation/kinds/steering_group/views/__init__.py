"""The steering group admits, merges, splits or declines proposals."""

from participation.kinds.steering_group.views import deciding, door
from participation.kinds.steering_group.views.blueprint import bp

__all__ = ["bp", "deciding", "door"]
