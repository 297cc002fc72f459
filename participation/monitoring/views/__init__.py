"""The pages of what follows the decision."""

from participation.monitoring.views import following, measures, roadmap
from participation.monitoring.views.blueprint import bp

__all__ = ["bp", "following", "measures", "roadmap"]
