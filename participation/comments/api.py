"""The JSON side of comments."""

from flask_smorest import Blueprint

blp = Blueprint("api_comments", __name__, url_prefix="/api/v1")
