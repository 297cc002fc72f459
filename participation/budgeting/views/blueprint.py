"""The blueprint to which the pages of envelopes and plans belong."""

from typing import Final

from flask import Blueprint

import participation.budgeting.models  # noqa: F401 - its tables are known to the application

bp: Final = Blueprint("budgeting", __name__)
