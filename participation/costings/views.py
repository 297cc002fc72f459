"""Departments enter what measures cost."""

from flask import Blueprint

bp = Blueprint("costings", __name__)
