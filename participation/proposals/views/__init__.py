"""Proposals are read, written and handed in."""

from participation.proposals.views import reading, steps, supporting, writing
from participation.proposals.views.blueprint import bp

__all__ = ["bp", "reading", "steps", "supporting", "writing"]
