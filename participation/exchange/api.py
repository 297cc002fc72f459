"""The JSON side of exchange."""

from flask_smorest import Blueprint

blp = Blueprint("api_exchange", __name__, url_prefix="/api/v1")
