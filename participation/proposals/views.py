"""Proposals are read, written and decided."""

from flask import Blueprint

bp = Blueprint("proposals", __name__)
