"""Pages of results: what came out, how it was counted, and the acts of officials that lead there."""

from participation.results.views import asking, bundles, concluding, declaring, explaining, exporting, reading
from participation.results.views.blueprint import bp

__all__ = ["asking", "bp", "bundles", "concluding", "declaring", "explaining", "exporting", "reading"]
