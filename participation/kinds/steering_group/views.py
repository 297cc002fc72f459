"""The steering group admits, merges, splits or declines proposals."""

from flask import Blueprint

bp = Blueprint("steering_group", __name__, url_prefix="/steering-group")
