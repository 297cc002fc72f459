"""The JSON side of costings."""

from flask_smorest import Blueprint

blp = Blueprint("api_costings", __name__, url_prefix="/api/v1")
