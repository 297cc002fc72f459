"""Ballots are filled in, reviewed and cast; rounds are opened and closed."""

from participation.ballots.views import looking, projector, receipts, reminding, replacing, running, voting
from participation.ballots.views.blueprint import bp

__all__ = ["bp", "looking", "projector", "receipts", "reminding", "replacing", "running", "voting"]
