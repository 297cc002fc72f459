"""Rounds are concluded; rankings are read and exported."""

from flask import Blueprint

bp = Blueprint("results", __name__)
