"""The JSON side of ballots."""

from flask_smorest import Blueprint

blp = Blueprint("api_ballots", __name__, url_prefix="/api/v1")
