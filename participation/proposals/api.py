"""The JSON side of proposals."""

from flask_smorest import Blueprint

blp = Blueprint("api_proposals", __name__, url_prefix="/api/v1")
