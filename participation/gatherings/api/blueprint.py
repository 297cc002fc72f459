"""The blueprint of the JSON side of gatherings."""

from typing import Final

from flask_smorest import Blueprint

blp: Final = Blueprint(
    "api_gatherings", __name__, url_prefix="/api/v1", description="Sessions, workshop days and assisted sessions"
)
