"""The blueprint of ballot sheets, and what its pages share."""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, current_app, make_response
from werkzeug.wrappers import Response

from participation.ballots.paper import sentences
from participation.core.permissions import Permission, authorise
from participation.extensions import db
from participation.rounds.models import Round
from participation.rounds.queries import round_by_slug
from participation.web.guard import current_actor

bp: Final = Blueprint("paper", __name__, url_prefix="/manage/rounds/<slug>/paper")
bp.add_app_template_filter(sentences.reason_in_words, "sheet_reason")
bp.add_app_template_filter(sentences.state_in_words, "sheet_state")


def round_with_sheets(slug: str, permission: Permission) -> Round:
    """Return a round on whose sheets the visitor may work in this way, or refuse."""
    round_ = round_by_slug(db.session(), slug)
    authorise(current_actor(), permission, round_)
    return round_


def app_key() -> str:
    """Return the key from which codes and marks are derived."""
    return str(current_app.config["SETTINGS"].secret_key)


def unkept(page: str, status: int = HTTPStatus.OK) -> Response:
    """Return a page that shows codes or what stands on a sheet: no browser and no proxy keeps it."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
