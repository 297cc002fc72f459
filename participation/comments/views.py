"""Comments are written, reported and moderated."""

from flask import Blueprint

bp = Blueprint("comments", __name__)
