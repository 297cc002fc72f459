"""Pages of ballot sheets: how far they are, printing, receiving, typing in."""

from participation.ballots.paper.views import entering, overview, printing, receiving
from participation.ballots.paper.views.blueprint import bp

__all__ = ["bp", "entering", "overview", "printing", "receiving"]
