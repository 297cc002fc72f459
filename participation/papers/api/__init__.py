"""The JSON side of council papers; every module adds its routes to the one blueprint."""

from participation.papers.api import committees, files, papers, stations, templates
from participation.papers.api.blueprint import blp

__all__ = ["blp", "committees", "files", "papers", "stations", "templates"]
