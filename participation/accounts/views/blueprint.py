"""The blueprint to which the pages of accounts belong."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)
