"""People sign in and see what is theirs."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)
