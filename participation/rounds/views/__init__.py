"""Officials set up rounds, rolls and participation codes; visitors are led to a round's door."""

from participation.rounds.views import codes, entering, extending, overlap, roll, setup, tablets
from participation.rounds.views.blueprint import bp

__all__ = ["bp", "codes", "entering", "extending", "overlap", "roll", "setup", "tablets"]
