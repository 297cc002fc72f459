"""The blueprint that the pages of results share."""

from flask import Blueprint

bp = Blueprint("results", __name__)
