"""Pages of the concept: its versions for everybody, its draft for the office."""

from participation.papers.views.concept import editing, publishing, reading
from participation.papers.views.concept.blueprint import bp

__all__ = ["bp", "editing", "publishing", "reading"]
