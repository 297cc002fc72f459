"""The blueprint of the steering group."""

from flask import Blueprint

bp = Blueprint("steering_group", __name__, url_prefix="/steering-group")
