"""The JSON side of rounds."""

from flask_smorest import Blueprint

blp = Blueprint("api_rounds", __name__, url_prefix="/api/v1")
