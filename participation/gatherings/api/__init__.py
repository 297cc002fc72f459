"""The JSON side of gatherings."""

from participation.gatherings.api.blueprint import blp

__all__ = ["blp"]
