"""The JSON side of accounts."""

from flask_smorest import Blueprint

blp = Blueprint("api_accounts", __name__, url_prefix="/api/v1")
