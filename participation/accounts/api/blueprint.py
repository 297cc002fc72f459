"""The blueprint to which the JSON side of accounts belongs."""

from flask_smorest import Blueprint

blp = Blueprint(
    "api_accounts",
    __name__,
    url_prefix="/api/v1",
    description="Signing in, one's own account, people and roles, organisations, departments",
)
