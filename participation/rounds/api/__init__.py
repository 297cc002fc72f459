"""The JSON side of rounds."""

from participation.rounds.api import codes, overlap, roll, rounds, tablets
from participation.rounds.api.blueprint import blp

__all__ = ["blp", "codes", "overlap", "roll", "rounds", "tablets"]
