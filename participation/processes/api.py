"""The JSON side of processes."""

from flask_smorest import Blueprint

blp = Blueprint("api_processes", __name__, url_prefix="/api/v1")
