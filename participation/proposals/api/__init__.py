"""The JSON side of proposals."""

from participation.proposals.api import deciding, reading, supporting, writing
from participation.proposals.api.blueprint import blp

__all__ = ["blp", "deciding", "reading", "supporting", "writing"]
