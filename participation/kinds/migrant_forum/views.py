"""Organisations propose and vote through their delegates."""

from flask import Blueprint

bp = Blueprint("migrant_forum", __name__, url_prefix="/migrant-forum")
