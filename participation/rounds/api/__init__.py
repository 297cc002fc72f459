"""The JSON side of rounds."""

from participation.rounds.api import codes, roll, rounds, tablets
from participation.rounds.api.blueprint import blp

__all__ = ["blp", "codes", "roll", "rounds", "tablets"]
