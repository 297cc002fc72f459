"""Officials import goals and measures."""

from flask import Blueprint

bp = Blueprint("exchange", __name__)
