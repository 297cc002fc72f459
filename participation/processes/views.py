"""Officials set up processes, phases and fields."""

from flask import Blueprint

bp = Blueprint("processes", __name__)
