"""The blueprint of ballot sheets, and what its pages share."""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, make_response
from werkzeug.wrappers import Response

from participation.ballots.paper import sentences

bp: Final = Blueprint("paper", __name__, url_prefix="/manage/rounds/<slug>/paper")
bp.add_app_template_filter(sentences.reason_in_words, "sheet_reason")
bp.add_app_template_filter(sentences.state_in_words, "sheet_state")


def unkept(page: str, status: int = HTTPStatus.OK) -> Response:
    """Return a page that shows codes or what stands on a sheet: no browser and no proxy keeps it."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
