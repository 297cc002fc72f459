"""The JSON side of results."""

from flask_smorest import Blueprint

blp = Blueprint("api_results", __name__, url_prefix="/api/v1")
