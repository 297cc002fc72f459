"""The JSON side of what follows the decision."""

from participation.monitoring.api import following, measures, roadmap
from participation.monitoring.api.blueprint import blp

__all__ = ["blp", "following", "measures", "roadmap"]
