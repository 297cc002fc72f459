"""Departments enter the costs of measures."""

from flask import Blueprint

bp = Blueprint("administration", __name__, url_prefix="/administration")
