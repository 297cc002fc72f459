"""The JSON side of gatherings."""

from participation.gatherings.api import gatherings, records, statements
from participation.gatherings.api.blueprint import blp

__all__ = ["blp", "gatherings", "records", "statements"]
