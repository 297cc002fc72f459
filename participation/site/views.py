"""Pages composed from several rooms."""

from flask import Blueprint

bp = Blueprint("site", __name__)
