"""Pages of council papers; every module adds its routes to the one blueprint."""

from participation.papers.views import committees, files, issuing, reading, stations, templates, writing
from participation.papers.views.blueprint import bp

__all__ = ["bp", "committees", "files", "issuing", "reading", "stations", "templates", "writing"]
