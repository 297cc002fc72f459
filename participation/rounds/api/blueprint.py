"""The blueprint to which the JSON side of rounds belongs."""

from typing import Final

from flask_smorest import Blueprint

blp: Final = Blueprint(
    "api_rounds", __name__, url_prefix="/api/v1", description="Rounds, rolls and participation codes"
)
