"""The blueprint of the JSON side of what follows the decision."""

from typing import Final

from flask_smorest import Blueprint

blp: Final = Blueprint(
    "api_monitoring",
    __name__,
    url_prefix="/api/v1",
    description="Where measures stand after the decision, the steps that follow, and being told by mail",
)
