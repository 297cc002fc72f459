"""The concept in JSON."""

from participation.papers.api.concept.resources import blp

__all__ = ["blp"]
