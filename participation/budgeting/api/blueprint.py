"""The blueprint of the JSON side of envelopes and plans."""

from typing import Final

from flask_smorest import Blueprint

blp: Final = Blueprint("api_budgeting", __name__, url_prefix="/api/v1", description="Envelopes and plans")
