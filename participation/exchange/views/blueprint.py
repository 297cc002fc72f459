"""The blueprint to which the pages of exchange belong."""

from typing import Final

from flask import Blueprint

bp: Final = Blueprint("exchange", __name__)
