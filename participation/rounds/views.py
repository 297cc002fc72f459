"""Officials set up rounds, rolls and participation codes."""

from flask import Blueprint

bp = Blueprint("rounds", __name__)
