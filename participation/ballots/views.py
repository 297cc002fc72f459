"""Ballots are filled in, reviewed and cast; rounds are opened and closed."""

from flask import Blueprint

bp = Blueprint("ballots", __name__)
