"""For those who watch the server."""

from flask import Blueprint, Response, jsonify
from sqlalchemy import text

from participation.core.permissions import Permission
from participation.extensions import db
from participation.web.guard import requires

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@requires(Permission.SITE_READ)
def healthz() -> Response:
    """Say that the server and its database answer; a store that does not gives 503."""
    db.session.execute(text("SELECT 1"))
    response = jsonify(status="ok")
    response.headers["Cache-Control"] = "no-store"
    return response
